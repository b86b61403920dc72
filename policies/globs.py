"""Patterns with wildcards, matched in a time that grows with pattern times text, whatever a program writes.

A part between two wildcards is taken where it comes first: later places can match no more, so that nothing is tried
twice. Expressions that try again would take hours for a pattern such as `*a*a*a*a*a*b`.
"""

import re
from functools import lru_cache


@lru_cache(maxsize=4096)
def compiled(pattern: str, one: str = "") -> re.Pattern[str]:
    """An expression for a whole text: `*` stands for any characters; `one`, if given, for one that is no `*`."""
    first, *others = (_part(part, one) for part in pattern.split("*"))
    if not others:
        return re.compile(first, re.DOTALL)
    middle = "".join(f"(?>.*?{part})" for part in others[:-1] if part)
    return re.compile(f"{first}{middle}.*{others[-1]}", re.DOTALL)


def _part(text: str, one: str) -> str:
    return "".join("[^*]" if character == one else re.escape(character) for character in text)


@lru_cache(maxsize=4096)
def meet(left: str, right: str) -> bool:
    """Whether some text matches both patterns, in which `*` stands for any characters."""
    # reached[n]: the part of `left` read so far and the first n characters of `right` can match the same text
    reached = [True, *([False] * len(right))]
    for n, character in enumerate(right):
        reached[n + 1] = reached[n] and character == "*"
    for mine in left:
        before, reached = reached, [reached[0] and mine == "*"]
        for n, its in enumerate(right):
            either = (before[n + 1] or reached[n]) if "*" in (mine, its) else False
            reached.append(either or (before[n] and (mine == its or "*" in (mine, its))))
    return reached[-1]
