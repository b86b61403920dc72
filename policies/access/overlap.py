"""Whether two patterns can mean the same thing."""

import re
from functools import lru_cache

PLAIN = "\0"  # in a pattern, stands for any text without slash and colon
_VARIABLE = re.compile(r"\$\{[^}]*\}")
_WILD = frozenset("*?")
_LONG = ("*", PLAIN)
_COMPONENTS = 5  # of an ARN before its resource, which hardly ever hold wildcards


def widest(pattern: str) -> str:
    """The pattern with any text for its policy variables."""
    return _VARIABLE.sub("*", str.__str__(pattern))


@lru_cache(maxsize=16_384)
def overlap(pattern: str, template: str) -> bool:
    """Whether some text matches both: `*` stands for any text, `?` for one character, and PLAIN in the second for any
    text without slash and colon.
    """
    one, other = pattern.split(":", _COMPONENTS), template.split(":", _COMPONENTS)
    if len(one) > _COMPONENTS and len(other) > _COMPONENTS:
        for part, whole in zip(one[:_COMPONENTS], other[:_COMPONENTS], strict=True):
            if not _WILD.isdisjoint(part + whole) or (PLAIN in whole and whole != PLAIN):
                return _meet(pattern, template)  # it may go beyond its component
            if part != whole and (whole != PLAIN or "/" in part):
                return False
        return _meet(one[_COMPONENTS], other[_COMPONENTS])
    return _meet(pattern, template)


def _meet(pattern: str, template: str) -> bool:
    """By dynamic programming over how much of either is used up."""
    reached = _closed([True] + [False] * len(template), "", template)
    for character in pattern:
        following = [False] * (len(template) + 1)
        for used, possible in enumerate(reached):
            if not possible:
                continue
            if character == "*":
                following[used] = True
            if used == len(template):
                continue
            symbol = template[used]
            if symbol in _LONG:
                following[used] = following[used] or symbol == "*" or character not in "/:"
            elif symbol == "?" or character in (symbol, "?", "*"):
                following[used + 1] = True
        reached = _closed(following, character, template)
    return reached[-1]


def _closed(reached: list[bool], character: str, template: str) -> list[bool]:
    """What else is reached when the template's wildcards stand for nothing, and a `*` before for more than one."""
    for used, symbol in enumerate(template):
        if reached[used] and (symbol in _LONG or character == "*"):
            reached[used + 1] = True
    return reached
