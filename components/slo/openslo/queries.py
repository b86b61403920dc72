"""Queries of others as templates with {window}: counters are rated before they are summed, and ranges become ours."""

import re
from typing import Final

from components.slo.checks import QUOTED
from components.slo.definition import WINDOW
from components.slo.openslo.fields import WINDOW as THEIRS
from components.slo.openslo.fields import refuse

_SELECTOR: Final = r'[a-zA-Z_:][\w:]*\s*(?:\{(?:[^{}"]|"(?:\\.|[^"\\])*")*\})?'
_BARE: Final = re.compile(rf"\s*({_SELECTOR})\s*")
_SUM: Final = re.compile(
    rf"\s*sum\s*(?:(?:by|without)\s*\([^)]*\)\s*)?\(\s*({_SELECTOR})\s*\)(?:\s*(?:by|without)\s*\([^)]*\))?\s*"
)
_RANGE: Final = re.compile(r"\[([^\[\]]*)\]")
_PLACEHOLDER: Final = re.compile(r"\{\{\s*\.?[Ww]indow\s*\}\}|\$\{?__(?:rate_)?interval\}?|\$\{?__range\}?|\{window\}")
_DURATION: Final = re.compile(r"(?:\d+(?:ms|[smhdwy]))+")


def rated(query: str, where: str, *, counter: bool) -> str:
    """Events per second. `counter`: the query may name counters as they stand, of which sums are not rates."""
    text = _PLACEHOLDER.sub(WINDOW, query)
    if _ranges(text):
        return _with_our_range(text, where)
    alone = _BARE.fullmatch(text) or _SUM.fullmatch(text)
    if counter and alone:
        return f"sum(rate({alone[1].strip()}[{WINDOW}]))"
    allowed = f"a counter, its sum, or a query with a range, as in sum(rate(x_total[{THEIRS}]))"
    raise refuse(where, query, allowed, "write it so; without a range it does not say over which time")


def gauge(query: str, where: str) -> str:
    """A value at one moment: ranges in it stay as they are, those that were to be filled in become five minutes."""
    text = _PLACEHOLDER.sub("5m", query.strip())
    if not text:
        raise refuse(where, query, "a query", "write one")
    return text


def as_written(query: str) -> str:
    """A template of ours."""
    return _PLACEHOLDER.sub(WINDOW, query)


def _ranges(text: str) -> list[str]:
    return _RANGE.findall(QUOTED.sub("", text))


def _with_our_range(text: str, where: str) -> str:
    """All ranges are the same one: each of them is the time over which is counted."""
    ranges = {one.strip() for one in _ranges(text)}
    if all(one == WINDOW or one.startswith(f"{WINDOW}:") for one in ranges):
        return text
    if len(ranges) > 1 or not _DURATION.fullmatch(only := next(iter(ranges))):
        allowed = f"a query with one range, the same everywhere, or {THEIRS}"
        raise refuse(where, text, allowed, f"write {THEIRS} where the time over which is counted stands")
    return _outside_quotes(text, r"\[\s*" + only + r"\s*\]", f"[{WINDOW}]")


def per_second(template: str) -> str:
    """Events per second instead of events per range; their ratio is the same, their number is not."""
    return _outside_quotes(template, r"\bincrease\s*\(", "rate(")


def _outside_quotes(text: str, pattern: str, new: str) -> str:
    """What stands in quotes is a label's value, and stays."""
    parts, end = [], 0
    for quoted in QUOTED.finditer(text):
        parts += [re.sub(pattern, new, text[end : quoted.start()]), quoted[0]]
        end = quoted.end()
    return "".join((*parts, re.sub(pattern, new, text[end:])))
