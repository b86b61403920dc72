"""Which PostgreSQL versions a database may run, and the parameter group family of each."""

import re
from collections.abc import Mapping

from components.databases.topology import Engine

# Major versions in standard support on 2026-11-25, and the oldest minor of each that can still be made. Sources: the
# release calendars in "Release notes for Amazon RDS for PostgreSQL" and "Release notes for Aurora PostgreSQL"; for the
# minors AWS's notice that RDS ends those below at 2026-05-31. Aurora 14 is left out because it ends in February 2027;
# Aurora 18 because its family takes shared_preload_libraries in instance groups alone, and ours are cluster groups.
_OLDEST_MINOR: Mapping[Engine, Mapping[int, int]] = {
    "aurora-postgresql": {15: 0, 16: 0, 17: 0},
    "postgres": {14: 18, 15: 13, 16: 9, 17: 5, 18: 1},
}


def family(engine: Engine, version: str) -> str:
    """The parameter group family of `version`: a literal `17`, or `17.6` where the minor matters.

    The major alone is the better choice: minor upgrades come by themselves in the maintenance window, and a version
    that names an older minor afterwards asks for a downgrade, which RDS refuses. ValueError says what is supported.
    """
    written = re.fullmatch(r"(\d+)(?:\.(\d+))?", version)
    supported = _OLDEST_MINOR[engine]
    if not written or int(written[1]) not in supported:
        majors = ", ".join(str(major) for major in supported)
        raise ValueError(f"version of {engine} must be one of {majors}, or one with a minor (17.6), got {version!r}")
    major, oldest = int(written[1]), supported[int(written[1])]
    if written[2] and int(written[2]) < oldest:
        raise ValueError(f"version of {engine} {major} must be {major}.{oldest} or later, got {version!r}")
    return f"{engine}{major}"
