"""Fits blocks of rows into a comment: nothing is cut inside, and what is left out is counted."""

from collections.abc import Sequence
from dataclasses import dataclass

_RESERVED = 400  # bytes, for the line at the end


@dataclass(frozen=True)
class Block:
    """A table with what stands before and after it."""

    begin: str
    rows: Sequence[str]
    end: str

    def text(self, shown: int) -> str:
        left = len(self.rows) - shown
        more = f"\n... and {left:,} more\n" if left else ""
        return f"{self.begin}{''.join(self.rows[:shown])}{more}{self.end}"


def fitted(head: str, blocks: Sequence[Block], limit: int) -> str:
    """The blocks in their order in fewer than `limit` bytes of UTF-8. None but the last takes more than half of the
    room that is left, so that the next ones are seen, too; one of which no row fits is left out whole.
    """
    parts, left = [head], limit - _RESERVED - _size(head)
    omitted = rows = 0
    for number, block in enumerate(blocks, start=1):
        shown = _most(block, left if number == len(blocks) else left // 2)
        if shown is None:
            omitted, rows = omitted + 1, rows + len(block.rows)
            continue
        text = block.text(shown)
        left -= _size(text)
        parts.append(text)
        rows += len(block.rows) - shown
    if rows or omitted:
        groups = f", {omitted:,} groups whole" if omitted else ""
        parts.append(f"\n**{rows:,} rows did not fit here{groups}**: the JSON form has them all.\n")
    return "".join(parts)


def _most(block: Block, room: int) -> int | None:
    """How many rows fit; None if not even the first does."""
    fixed = _size(block.begin) + _size(block.end)
    if not block.rows:
        return 0 if fixed <= room else None
    taken = fixed
    for number, row in enumerate(block.rows):
        taken += _size(row)
        more = _size(f"\n... and {len(block.rows) - number:,} more\n")
        if taken + (more if number + 1 < len(block.rows) else 0) > room:
            return number or None
    return len(block.rows)


def _size(text: str) -> int:
    return len(text.encode("utf-8", "backslashreplace"))
