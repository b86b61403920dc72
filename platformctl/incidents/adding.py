"""Adds an entry to the timeline of a document, at its place in time."""

import re
from datetime import UTC, datetime

from platformctl.errors import CommandError
from platformctl.incidents.markdown import BEGIN, END, MARK, row
from platformctl.incidents.model import Entry

_TIME = re.compile(r"\| (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) \|")


def added(document: str, entry: Entry) -> str:
    """The document with one more row, after those of the same second. CommandError for what is no incident's."""
    lines = document.split("\n")
    if MARK not in lines or lines.count(BEGIN) != 1 or lines.count(END) != 1 or lines.index(BEGIN) > lines.index(END):
        raise CommandError(
            f"it is no document of `platformctl incident new`: it needs {MARK}, {BEGIN} and {END}, once each"
        )
    first, last = lines.index(BEGIN) + 1, lines.index(END)
    place = last
    while place > first and (found := _time(lines[place - 1])) is not None and found > entry.at:
        place -= 1
    return "\n".join([*lines[:place], row(entry), *lines[place:]])


def _time(line: str) -> datetime | None:
    """Of a row; None of the heading, and of what a person wrote between."""
    found = _TIME.match(line)
    return datetime.fromisoformat(found[1]).replace(tzinfo=UTC) if found else None
