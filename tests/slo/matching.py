"""Values of labels that a matcher of PromQL takes: an example for each branch of a regular expression."""

import re
from collections.abc import Iterator, Sequence
from re import _constants as kinds  # type: ignore[attr-defined]
from re import _parser as regex  # type: ignore[attr-defined]
from typing import Any


def matches(given: str, how: str, value: str) -> bool:
    if how in ("=", "!="):
        return (given == value) == (how == "=")
    return bool(re.fullmatch(value, given)) == (how == "=~")


def samples(pattern: str) -> Iterator[str]:
    """A text for each branch of a regular expression that matches it as a whole."""
    for text in dict.fromkeys(_texts(list(regex.parse(pattern)))):
        if re.fullmatch(pattern, text):
            yield text


def _texts(items: Sequence[Any]) -> Iterator[str]:
    parts = [list(_of_item(kind, value)) for kind, value in items]
    longest = max((len(part) for part in parts), default=0)
    for number in range(max(1, longest)):
        yield "".join(part[min(number, len(part) - 1)] for part in parts if part)


def _of_item(kind: Any, value: Any) -> Iterator[str]:
    if kind is kinds.LITERAL:
        yield chr(value)
    elif kind is kinds.ANY:
        yield "0"
    elif kind is kinds.IN:
        yield from _of_set(value)
    elif kind is kinds.BRANCH:
        yield from (text for branch in value[1] for text in _texts(list(branch)))
    elif kind is kinds.SUBPATTERN:
        yield from _texts(list(value[3]))
    elif kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT):
        least, _, inner = value
        yield from (text * max(1, least) for text in _texts(list(inner)))


def _of_set(value: Sequence[Any]) -> Iterator[str]:
    for kind, inner in value:
        if kind is kinds.LITERAL:
            yield chr(inner)
        elif kind is kinds.RANGE:
            yield chr(inner[0])
        elif kind is kinds.CATEGORY:
            yield "0"
    if value and value[0][0] is kinds.NEGATE:
        yield "~"
