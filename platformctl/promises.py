"""The service levels that a checkout declares, and OpenSLO documents read and written; nothing is rendered for it.

They are the same in every environment: stacks/slo.py, which is run from its file, as settings are.
"""

import runpy
import sys
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from platformctl.errors import CommandError
from platformctl.project import PLATFORM, Project


def program(target: str | None = None) -> Mapping[str, Any]:
    """What stacks/slo.py defines. CommandError for an environment that does not exist, or has no service levels."""
    project = Project.choose(target)[0] if target else Project.find()
    if project.key != PLATFORM:
        raise CommandError(f"{target} has no service levels: name an environment of the platform, such as staging")
    file = project.program / "slo.py"
    if not file.is_file():
        raise CommandError(f"there is no {project.shown(file)}, so no service level is declared")
    try:
        return runpy.run_path(str(file), run_name="service_levels")
    except ValueError as error:
        raise CommandError(f"{project.shown(file)}: {error}") from None


def documents(paths: list[Path]) -> Iterator[Any]:
    """The YAML or JSON documents of files, of those in folders, by name, and of standard input, which is `-`.

    CommandError for what is not there, or no YAML.
    """
    import yaml

    for path in paths:
        inside = (
            sorted(one for one in path.rglob("*") if one.suffix in (".yaml", ".yml", ".json")) if path.is_dir() else []
        )
        if path.is_dir() and not inside:
            raise CommandError(f"{path}: there is no .yaml, .yml or .json file in it: name another folder, or a file")
        for file in inside or [path]:
            try:
                yield from yaml.safe_load_all(sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes())
            except OSError as error:
                raise CommandError(f"{file}: {error.strerror or error}") from None
            except yaml.YAMLError as error:
                raise CommandError(f"{file} is not YAML: {' '.join(str(error).split())}") from None


def as_python(level: Any) -> str:
    """The declaration of a service level, without what is the default anyway."""
    said = []
    for one in fields(level):
        value = getattr(level, one.name)
        if one.default is MISSING or value != one.default:
            said.append(f"    {one.name}={value!r},")
    return "\n".join(("ServiceLevel(", *said, "),"))
