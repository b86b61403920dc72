"""How many connections a database takes, which follows from its memory."""

import re

from components.databases.topology import AuroraServerless, Topology

# RDS user guide, "Maximum number of database connections": LEAST({DBInstanceClassMemory/9531392}, 5000).
_BYTES_PER_CONNECTION = 9_531_392
_MOST_CONNECTIONS = 5_000
# Aurora user guide, "Maximum connections for Aurora Serverless v2": with a minimum of 0 or 0.5 units.
_MOST_CONNECTIONS_OF_SMALL = 2_000
_SMALL_ACU = 0.5
_GIB_PER_ACU = 2
_GIB_OF_LARGE = {"c": 4, "m": 8, "r": 16, "t": 8}  # RDS user guide, "Hardware specifications for DB instance classes"
_PARTS_OF_LARGE = {"micro": 1 / 8, "small": 1 / 4, "medium": 1 / 2, "large": 1}
# DBInstanceClassMemory leaves out what RDS and the operating system use, and no page says how much that is.
_FOR_THE_DATABASE = 0.9


def max_connections(topology: Topology) -> int:
    """The limit that the parameter group sets, so that alarms and pools reckon with the real one. Services keep to
    it together: twice the pool (two versions run during a rollout) times the replicas, summed, stays below."""
    if isinstance(topology, AuroraServerless):
        most = _MOST_CONNECTIONS_OF_SMALL if topology.min_acu <= _SMALL_ACU else _MOST_CONNECTIONS
        return min(most, _connections(topology.max_acu * _GIB_PER_ACU))
    return min(_MOST_CONNECTIONS, _connections(memory_gib(topology.instance_class)))


def memory_gib(instance_class: str) -> float:
    """The memory of a class such as db.r6g.2xlarge."""
    written = re.fullmatch(r"db\.([cmrt])\d+[a-z]*\.(micro|small|medium|large|(\d*)xlarge)", instance_class)
    if not written:
        raise ValueError(f"instance_class must be of the families c, m, r or t: db.r6g.large, got {instance_class!r}")
    large = _GIB_OF_LARGE[written[1]]
    return large * (_PARTS_OF_LARGE.get(written[2]) or 2 * int(written[3] or 1))


def _connections(memory: float) -> int:
    return int(memory * 2**30 * _FOR_THE_DATABASE / _BYTES_PER_CONNECTION)
