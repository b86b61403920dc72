"""Texts from manifests, states and programs, made fit to be shown: whatever is in them cannot act."""

import re

# Control characters, halves of surrogate pairs, what no XML 1.0 document may hold (https://www.w3.org/TR/xml/#charsets),
# and the marks that turn the direction of writing, by which a text can be shown as another one.
_UNFIT = re.compile(
    "[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)
_SPACES = re.compile(r"[ \t\r\n\v\f\x85\u2028\u2029]+")
_CUT = "…"


def shown(text: str) -> str:
    """One line: white space in one blank, anything that could act or hide as its escape (`\\x1b`)."""
    return visible(_SPACES.sub(" ", text))


def visible(text: str) -> str:
    """Everything that could act or hide as its escape, and nothing else changed."""
    return _UNFIT.sub(lambda found: ascii(found[0])[1:-1], text)


def cut(text: str, most: int) -> str:
    """At most `most` characters, with a mark where there were more."""
    return text if len(text) <= most else text[: most - 1] + _CUT
