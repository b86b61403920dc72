"""Sums of raw series that both the bad and the total events of a service level are made of: read once, for they are
most of what the rules cost.
"""

import re
from collections.abc import Iterator

from components.slo.checks import QUOTED

_SUM = re.compile(r"(?<![\w:])sum\(")
_SUBQUERY = re.compile(r"\[[^\]]*:")  # within one, a recorded sum would be looked at by other steps


def shared_sums(bad: str, total: str) -> list[str]:
    """Every outermost sum(...) that stands in both expressions, in the order of `total`; none from subqueries."""
    if _SUBQUERY.search(_plain(bad)) or _SUBQUERY.search(_plain(total)):
        return []
    ours = set(_sums(bad))
    return list(dict.fromkeys(one for one in _sums(total) if one in ours))


def is_sum(expression: str) -> bool:
    """Whether all of it is one sum(...)."""
    return next(_sums(expression), None) == expression


def _sums(expression: str) -> Iterator[str]:
    """Without a clause after it: `sum(...) by (code)` is another thing, and is not given."""
    plain, place = _plain(expression), 0
    while found := _SUM.search(plain, place):
        depth, place = 1, found.end()
        while depth and place < len(plain):
            depth += {"(": 1, ")": -1}.get(plain[place], 0)
            place += 1
        if depth == 0 and not re.match(r"\s*(by|without)\b", plain[place:], re.IGNORECASE):
            yield expression[found.start() : place]


def _plain(expression: str) -> str:
    """What is quoted replaced, so that no sign in it counts and every other stays in its place."""
    return QUOTED.sub(lambda quoted: "_" * len(quoted.group()), expression)
