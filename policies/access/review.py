"""The reviewed matrix of an environment: a file that a person reads whenever access changes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from policies.access.matrix import DIRECT, TITLES, Access, Matrix

FOLDER = Path(__file__).parents[1] / "access_matrix"
_MATRIX, _TAKEN = "matrix", "taken_away"
_ALLOW, _MAY = "allow ", "may "
Lines = Mapping[str, Mapping[str, tuple[str, ...]]]  # by principal and capability


class ReviewError(Exception):
    """The file is no reviewed matrix; the message says where it is wrong."""


@dataclass(frozen=True)
class Reviewed:
    """What was approved: `matrix`, and `taken_away`, which roles are granted by policies of their own but cannot use
    because a boundary of another project takes it away again. A project by itself does not see that boundary.
    """

    matrix: Lines
    taken_away: Lines

    def approves(self, principal: str, capability: str, line: str) -> bool:
        """Whether direct access was approved, sure or not."""
        written = (
            *self.matrix.get(principal, {}).get(capability, ()),
            *self.taken_away.get(principal, {}).get(capability, ()),
        )
        return _bare(line) in map(_bare, written)


@dataclass(frozen=True, order=True)
class Difference:
    """One way to a capability that one side has: `wider` if that is the program's."""

    principal: str
    capability: str
    line: str
    wider: bool


def lines_of(matrix: Matrix) -> Lines:
    """The matrix as the file has it; principals without access are left out."""
    return {
        name: {
            capability: tuple(map(line_of, sorted(accesses, key=lambda a: (a.path != DIRECT, a))))
            for capability, accesses in cells.items()
        }
        for name, cells in matrix.named().items()
        if cells
    }


def line_of(access: Access) -> str:
    """`allow` or `may`, the way, and what can be done."""
    way = DIRECT if access.path == DIRECT else f"by {access.path}"
    return f"{_ALLOW if access.certain else _MAY}{way}: {access.what}"


def is_sure(line: str) -> bool:
    """Whether a line says that something is allowed, not that it may be."""
    return line.startswith(_ALLOW)


def differences(program: Lines, reviewed: Lines) -> tuple[Difference, ...]:
    """Where the two differ, ordered. What may be is covered by what is approved as allowed, which is then too wide."""
    return tuple(sorted((*_beyond(program, reviewed, wider=True), *_beyond(reviewed, program, wider=False))))


def _beyond(one: Lines, other: Lines, *, wider: bool) -> Iterator[Difference]:
    for principal, cells in one.items():
        for capability, lines in cells.items():
            known = set(other.get(principal, {}).get(capability, ()))
            if wider:
                known |= {_MAY + line.removeprefix(_ALLOW) for line in known}
            yield from (Difference(principal, capability, line, wider) for line in lines if line not in known)


def file_of(environment: str) -> Path:
    """Where the reviewed matrix of an environment is, whether it exists or not."""
    return FOLDER / f"{environment}.yaml"


def text_of(environment: str, reviewed: Reviewed) -> str:
    """The file's text, in stable order."""
    import yaml

    head = (
        f"# Who can do what in {environment}, as reviewed: `platformctl access {environment} --write` makes this file\n"
        f"# from the programs, `--check` compares. `{_TAKEN}`: granted, but the foundation takes it away.\n"
    )
    content = {_MATRIX: _listed(reviewed.matrix), _TAKEN: _listed(reviewed.taken_away)}
    return head + yaml.safe_dump(content, sort_keys=False, width=1000, allow_unicode=True)


def load(environment: str) -> Reviewed | None:
    """The reviewed matrix; None if the environment has none. Raises ReviewError."""
    file = file_of(environment)
    return _loaded(file, file.stat().st_mtime_ns) if file.is_file() else None


@lru_cache(maxsize=8)
def _loaded(file: Path, _changed: int) -> Reviewed:
    import yaml

    try:
        content = yaml.safe_load(file.read_text())
    except yaml.YAMLError as error:
        raise ReviewError(f"{file.name} is not YAML: {error}") from None
    if not isinstance(content, dict) or content.keys() != {_MATRIX, _TAKEN}:
        raise ReviewError(f"{file.name} must have the keys {_MATRIX} and {_TAKEN}, and no others")
    return Reviewed(_read(file, _MATRIX, content[_MATRIX]), _read(file, _TAKEN, content[_TAKEN]))


def _read(file: Path, key: str, value: Any) -> Lines:
    if not isinstance(value, dict):
        raise ReviewError(f"{file.name}: {key} must be a map of principals")
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for principal, cells in value.items():
        place = f"{file.name}: {key}.{principal}"
        if not isinstance(cells, dict):
            raise ReviewError(f"{place} must be a map of capabilities")
        if unknown := sorted(cells.keys() - TITLES.keys()):
            raise ReviewError(f"{place}: unknown capability {unknown[0]!r}; known: {', '.join(TITLES)}")
        for capability, lines in cells.items():
            if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
                raise ReviewError(f"{place}.{capability} must be a list of texts")
        found[principal] = {capability: tuple(lines) for capability, lines in cells.items()}
    return found


def _listed(lines: Lines) -> dict[str, dict[str, list[str]]]:
    return {principal: {key: list(texts) for key, texts in cells.items()} for principal, cells in lines.items()}


def _bare(line: str) -> str:
    return line.removeprefix(_ALLOW).removeprefix(_MAY)
