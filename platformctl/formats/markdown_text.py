"""Texts of others inside GitHub's Markdown: they are shown as they are, and format, link and mention nothing."""

import re

from platformctl.formats.characters import cut, shown, visible

_MOST = 400  # characters of one text
# What Markdown, HTML or GitHub gives a meaning inside of a line; no text of others begins one. Of what can be escaped
# (https://spec.commonmark.org/0.31.2/#backslash-escapes) the rest is harmless there.
_MEANING = re.compile(r"""["#$&'*+:<=>@\[\\\]^_`{|}~!]""")
# GitHub makes links of mentions, numbers of issues, commits and addresses after Markdown was read; a blank of no
# width inside keeps it from that.
_NOTICED = re.compile(r"(?<=[@#])(?=\w)|(?<=:)(?=//)|(?<=www)(?=\.)|(?<=\bGH-)(?=\d)", re.IGNORECASE)
_MARK = "\u200b"
_TICKS = re.compile(r"`{3,}")


def plain(text: str, most: int = _MOST) -> str:
    """Text in a line, or in a cell of a table; at most so many characters of it."""
    marked = _NOTICED.sub(_MARK, cut(shown(text), most))
    return _MEANING.sub(_entity, marked).replace(_MARK, "&#8203;")


def code(text: str, most: int = _MOST) -> str:
    """A name or a place, in a line or a cell: GitHub looks for nothing inside of code."""
    return f"<code>{_MEANING.sub(_entity, cut(shown(text), most))}</code>"


def fence(text: str, language: str) -> str:
    """A block of code, whatever backticks are in it."""
    ticks = max((len(run) for run in _TICKS.findall(text)), default=2) + 1
    lines = "\n".join(visible(line) for line in text.strip("\n").splitlines())
    return f"{'`' * max(ticks, 3)}{language}\n{lines}\n{'`' * max(ticks, 3)}"


def _entity(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};"
