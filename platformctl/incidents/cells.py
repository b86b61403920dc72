"""What stands in the cells of an incident's tables: times, and words of others that format nothing."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from platformctl.formats.characters import cut, shown

_MOST = 600  # characters of one text
# What Markdown or HTML gives a meaning inside of a cell, each with a backslash before it or as an entity.
_MEANING = str.maketrans(
    {"\\": "\\\\", "|": "\\|", "`": "\\`", "[": "\\[", "*": "\\*", "<": "&lt;", ">": "&gt;", "&": "&amp;"}
)


def text(said: str) -> str:
    """Somebody's words: one line that formats nothing."""
    return cut(shown(said), _MOST).translate(_MEANING)


def moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"


def table(columns: Iterable[str], rows: Iterable[Iterable[str]], otherwise: str = "") -> Iterator[str]:
    """The lines of a table; `otherwise` where there are no rows."""
    found = list(rows)
    if not found:
        yield otherwise
        return
    names = list(columns)
    yield f"| {' | '.join(names)} |"
    yield "|" + "---|" * len(names)
    for cells in found:
        yield f"| {' | '.join(cells)} |"
