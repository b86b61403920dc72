"""Patterns of policies: wildcards, policy variables, and the segments of ARNs."""

import re
from collections.abc import Iterator
from enum import Enum
from functools import lru_cache

from policies.access.request import Request, Untold
from policies.access.truth import Truth

_TOKENS = re.compile(r"(\$\{[^}]*\}|[*?])")
_LITERAL = re.compile(r"([*?])")
_DEFAULT = re.compile(r"\$\{([^,}]+)(?:,\s*'([^']*)')?\}")
_ANY = ".*"
_LAST = 5  # colons before the sixth component of an ARN, which may hold colons itself
_SPECIAL = {"${*}": "*", "${?}": "?", "${$}": "$"}


class Wildcards(Enum):
    """What `*` and `?` mean in a text."""

    NONE = "characters like others"
    TEXT = "any characters"
    # IAM user guide, Resource: only at the end of a segment may a wildcard go beyond the next colon.
    RESOURCE = "any characters of a segment, or beyond it at its end"
    # IAM user guide, ARN condition operators: each of the six components is checked by itself.
    ARN = "any characters of a segment"


class _Missing(Exception):  # noqa: N818  # an answer, not an error
    """The request does not carry the key of a variable."""


def match(
    pattern: str, text: str, request: Request, wildcards: Wildcards, *, variables: bool, ignore_case: bool = False
) -> Truth:
    """Whether the whole of `text` matches; MAYBE if that depends on a variable of unknown value.

    A variable without a value matches nothing (IAM user guide, policy variables).
    """
    parts = tuple(_parts(str.__str__(pattern), request, variables=variables))
    try:
        matched = _compiled(parts, wildcards, ignore_case).fullmatch(text) is not None
    except _Missing:
        return Truth.NO
    return Truth.NO if not matched else Truth.MAYBE if ("unknown", "") in parts else Truth.YES


def has_missing_variable(pattern: str, request: Request, *, variables: bool) -> bool:
    """Whether a variable of the pattern has no value, so that nothing can be said of what does not match."""
    return ("missing", "") in _parts(str.__str__(pattern), request, variables=variables)


def _parts(pattern: str, request: Request, *, variables: bool) -> Iterator[tuple[str, str]]:
    for token in (_TOKENS if variables else _LITERAL).split(pattern):
        if token in ("*", "?"):
            yield ("wildcard", token)
        elif token.startswith("${") and variables:
            yield _variable(token, request)
        elif token:
            yield ("text", token)


def _variable(token: str, request: Request) -> tuple[str, str]:
    if token in _SPECIAL:
        return ("text", _SPECIAL[token])
    named = _DEFAULT.fullmatch(token)
    if named is None:
        return ("unknown", "")
    values = request.value(named[1].strip())
    if isinstance(values, Untold) or (values and len(values) > 1):
        return ("unknown", "")
    if not values:
        return ("text", named[2]) if named[2] is not None else ("missing", "")
    return ("text", values[0])


@lru_cache(maxsize=8192)
def _compiled(parts: tuple[tuple[str, str], ...], wildcards: Wildcards, ignore_case: bool) -> re.Pattern[str]:
    if ("missing", "") in parts:
        raise _Missing
    pieces, colons = [""], 0  # what no wildcard is in, and the wildcards between
    for index, (kind, text) in enumerate(parts):
        if kind == "text" or (kind == "wildcard" and wildcards is Wildcards.NONE):
            pieces[-1] += re.escape(text)
            colons += text.count(":")
        elif kind == "unknown":
            pieces += (_ANY, "")
        elif text == "?":
            pieces[-1] += _one(wildcards, colons)
        else:
            following = parts[index + 1][1] if index + 1 < len(parts) else ""
            pieces += (_many(wildcards, colons, at_end=following[:1] in ("", ":")), "")
    return re.compile(_joined(pieces), re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def _joined(pieces: list[str]) -> str:
    """The expression, in which a piece between two wildcards is taken where it comes first, and nothing tried twice.

    Later places match no more if the second wildcard takes all that the first does. See `policies.globs`.
    """
    first, *others = pieces
    expression = first
    for wildcard, piece, following in zip(others[::2], others[1::2], [*others[2::2], None], strict=False):
        once = following in (_ANY, wildcard)
        expression += f"(?>{wildcard}?{piece})" if once else f"{wildcard}{piece}"
    return expression


def _one(wildcards: Wildcards, colons: int) -> str:
    # a `*` in the resource that is asked for stands for more than one character
    star = "*" if wildcards is Wildcards.RESOURCE else ""
    colon = "" if wildcards is Wildcards.TEXT or colons >= _LAST else ":"
    return f"[^{colon}{star}]" if colon or star else "."


def _many(wildcards: Wildcards, colons: int, *, at_end: bool) -> str:
    beyond = wildcards is Wildcards.TEXT or colons >= _LAST or (wildcards is Wildcards.RESOURCE and at_end)
    return _ANY if beyond else "[^:]*"
