"""What may not be declared as a service level: (field, value, what it must be, what to do)."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Final, get_args

from components.slo.definition import WINDOW, AlertClass, Kind
from components.slo.windows import ALL_WINDOWS

if TYPE_CHECKING:
    from components.slo.definition import ServiceLevel

Problem = tuple[str, object, str, str]

_ID: Final = re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?")  # also a label's value and part of a rule group's name
_PLACEHOLDER: Final = re.compile(r"\[\{window\}(:\d+[smhd])?\]|offset \{window\}")
QUOTED: Final = re.compile(r'"(\\.|[^"\\])*"' + r"|'(\\.|[^'\\])*'|`[^`]*`")
_PAIRS: Final = {")": "(", "]": "[", "}": "{"}
_LONGEST_PERIOD_DAYS: Final = 90  # as long as metrics may be kept
_LONGEST_DESCRIPTION: Final = 1_050  # OpenSLO's limit


def problems(level: "ServiceLevel") -> Iterator[Problem]:
    yield from _names(level)
    yield from _figures(level)
    yield from _windows(level)
    for key in ("bad", "total"):
        yield from expression_problems(key, getattr(level, key), level.kind)


def _names(level: "ServiceLevel") -> Iterator[Problem]:
    for key in ("id", "service", "owner", "runbook"):
        value = getattr(level, key)
        if not isinstance(value, str) or not _ID.fullmatch(value):
            yield key, value, "1 to 63 of a-z 0-9 -, a letter first and no - last", "rename it"
    for key, allowed in (("kind", get_args(Kind)), ("alert_class", get_args(AlertClass))):
        if (value := getattr(level, key)) not in allowed:
            yield key, value, f"one of {', '.join(allowed)}", "choose one"
    if not isinstance(level.description, str) or len(level.description) > _LONGEST_DESCRIPTION:
        yield "description", level.description, f"a text of at most {_LONGEST_DESCRIPTION} characters", "shorten it"
    if level.invariant_severity not in ("page", "ticket"):
        yield "invariant_severity", level.invariant_severity, "page or ticket", "choose one"


def _figures(level: "ServiceLevel") -> Iterator[Problem]:
    objective = level.objective_percent
    if level.kind == "invariant":
        if objective != 100:
            yield "objective_percent", objective, "100, as an invariant has no budget", "choose another kind"
    elif not _number(objective) or not 0 < objective < 100:
        yield "objective_percent", objective, "above 0 and below 100", "declare what must never happen as an invariant"
    elif Decimal(str(objective)).as_tuple().exponent < -6:  # type: ignore[operator]  # infinities are out already
        yield "objective_percent", objective, "a percentage of at most 6 decimals", "round it"
    for key, least, most in (
        ("period_days", 3, _LONGEST_PERIOD_DAYS),  # the longest window is three days
        ("low_traffic_bad", 1, 1_000_000),
        ("latch_s", 300, 86_400),
        ("scrape_interval_s", 1, 60),  # so that the raw range stays within the shortest window, 5 minutes
    ):
        value = getattr(level, key)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            yield key, value, f"a whole number of {least} to {most}", "correct it"
    if level.threshold_s is not None and not (_number(level.threshold_s) and level.threshold_s > 0):
        yield "threshold_s", level.threshold_s, "above 0, or left out", "correct it"


def _windows(level: "ServiceLevel") -> Iterator[Problem]:
    if level.kind == "invariant":
        return
    given = level.windows if isinstance(level.windows, tuple) else ()
    named = tuple(name for name in ALL_WINDOWS if name in given)
    if not named or given != named:
        yield "windows", level.windows, f"some of {', '.join(ALL_WINDOWS)}, in this order and once each", "correct it"
        return
    for window in level.alert_windows:
        factor = window.factor(level.period_days)
        if (product := factor * level.budget) >= 1:
            lowest = 100 * (1 - 1 / factor)
            allowed = (
                f"above {lowest:.2f} for the alert of {window.long}, which fires when more than {figure(factor)} x"
                f" {figure(level.budget)} = {figure(product)} of the events are bad, and no more than all can be"
            )
            yield (
                "objective_percent",
                level.objective_percent,
                allowed,
                f"raise it, or leave {window.long} out of `windows`",
            )


def expression_problems(key: str, text: str, kind: str) -> Iterator[Problem]:
    """What of a template of PromQL can be told without its grammar; promtool reads the rules in tests."""
    if not isinstance(text, str) or not text.strip():
        yield key, text, "an expression of PromQL", "write one"
        return
    if kind != "invariant" and WINDOW not in text:
        yield (
            key,
            text,
            f"an expression with [{WINDOW}] for its range, as in rate(x[{WINDOW}])",
            "write the range so",
        )
    elif WINDOW in _PLACEHOLDER.sub("", text):
        yield key, text, f"an expression with {WINDOW} only where a range or an offset stands", "move it"
    elif (wrong := _unbalanced(_PLACEHOLDER.sub("", text))) is not None:
        yield key, text, f"an expression whose brackets and quotes are closed ({wrong} is not)", "correct it"


def _unbalanced(text: str) -> str | None:
    """The first bracket or quote without its other half."""
    opened: list[str] = []
    plain = QUOTED.sub("", text)
    for sign in plain:
        if sign in "\"'`":
            return sign
        if sign in "([{":
            opened.append(sign)
        elif sign in _PAIRS and (not opened or opened.pop() != _PAIRS[sign]):
            return sign
    return opened[-1] if opened else None


def figure(number: Decimal) -> str:
    """Without an exponent and without zeros at its end."""
    text = f"{number:.10f}" if number.as_tuple().exponent < -10 else f"{number:f}"  # type: ignore[operator]
    return text.rstrip("0").rstrip(".") if "." in text else text


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value
