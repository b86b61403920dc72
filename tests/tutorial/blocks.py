"""The commands of a page, and what it says they print."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_FENCE = re.compile(r"^```(\w+)(?: exit (\d+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ANY = "..."


@dataclass(frozen=True)
class Block:
    """Commands typed at once; `code` is what the last one exits with, `printed` what it prints, if the page says so."""

    commands: str
    printed: str | None = None
    code: int = 0


def blocks(page: str) -> Iterator[Block]:
    """The `sh` blocks in their order, each with the `text` block right after it."""
    found = list(_FENCE.finditer(page))
    for index, fence in enumerate(found):
        if fence[1] != "sh":
            continue
        after = found[index + 1] if index + 1 < len(found) else None
        if after and after[1] == "text" and page[fence.end() : after.start()].strip() == "":
            yield Block(fence[3], after[3], int(after[2] or 0))
        else:
            yield Block(fence[3])


def missing(shown: str, printed: str) -> str | None:
    """The first line of the page that is not in what was printed, after the line before it; None if all are.

    A line of three dots stands for any lines, and three dots in a line for anything in it; indentation does not count.
    """
    lines = iter(line.strip() for line in printed.splitlines())
    anywhere = False
    for line in (one.strip() for one in shown.splitlines()):
        if line == _ANY:
            anywhere = True
            continue
        wanted = re.compile(".*".join(re.escape(part) for part in line.split(_ANY)))
        if not any(wanted.fullmatch(one) for one in (lines if anywhere else [next(lines, "")])):
            return line
        anywhere = False
    return None
