"""Recording rules of a service level: bad and total events summed, and every ratio made of the two sums.

Raw series are read once, over a range of a few scrapes: `rate` first, which knows counters' resets, then `sum`. Every
longer window is the mean over time of these two sums, so that it costs one series instead of thousands and weighs each
event the same: a mean of ratios would let a quiet hour's errors count as much as a busy one's (kubernetes-mixin,
tests/apiserver-burnrate-test.yaml). The mean is scaled by the part of the window that has been seen, so that, as with
`rate`, events are told per second of the window, and one error of a young service does not look like hundreds.
"""

from collections.abc import Iterator
from typing import Any, Final

from components.slo.checks import figure
from components.slo.definition import WINDOW, ServiceLevel
from components.slo.shared import is_sum, shared_sums
from components.slo.windows import seconds

Rule = dict[str, Any]

BROKEN: Final = "slo:invariant_broken:bool"
_FINE_S, _COARSE_S = 30, 60  # steps by which it is counted how much of a window has been seen


def record(level: ServiceLevel, name: str, expression: str) -> Rule:
    return {"record": name, "expr": expression, "labels": level.labels}


def series(level: ServiceLevel, name: str) -> str:
    """The selector of a recorded series."""
    return f'{name}{{slo="{level.id}"}}'


def base_series(level: ServiceLevel, name: str) -> str:
    return series(level, f"slo:{name}:rate{level.base_window}")


def base_rules(level: ServiceLevel) -> list[Rule]:
    """From raw series. What is no number is left out: it would spoil every window until it has left it."""
    total, bad = (text.replace(WINDOW, level.base_window) for text in (level.total, level.bad))
    shared = []
    for part, one in enumerate(shared_sums(bad, total)):
        recorded = record(level, f"slo:shared_events:rate{level.base_window}", one)
        shared.append({**recorded, "labels": {**recorded["labels"], "part": str(part)}})
        again = f'sum({recorded["record"]}{{slo="{level.id}",part="{part}"}})'
        total, bad = total.replace(one, again), bad.replace(one, again)
    quiet = f"{base_series(level, 'total_events')} * 0"
    return [
        *shared,
        record(level, f"slo:total_events:rate{level.base_window}", f"{summed(total)} >= 0"),
        record(level, f"slo:bad_events:rate{level.base_window}", f"({summed(bad)} >= 0) or on () {quiet}"),
    ]


def window_rules(level: ServiceLevel, window: str) -> list[Rule]:
    """Sums, ratio and burn rate. Without any event there is no ratio: nothing can be said."""
    ratio = (
        f"clamp_max({series(level, f'slo:bad_events:rate{window}')}"
        f" / ({series(level, f'slo:total_events:rate{window}')} > 0), 1)"
    )
    burn = f"{series(level, f'slo:error_ratio:rate{window}')} / {figure(level.budget)}"
    return [
        *_sums(level, window),
        record(level, f"slo:error_ratio:rate{window}", ratio),
        record(level, f"slo:burn_rate:rate{window}", burn),
    ]


def constant_rules(level: ServiceLevel) -> list[Rule]:
    return [
        record(level, "slo:objective:ratio", f"vector({figure(1 - level.budget)})"),
        record(level, "slo:period:days", f"vector({level.period_days})"),
    ]


def invariant_rule(level: ServiceLevel) -> Rule:
    """1 while it is broken, 0 while it is watched and holds, else nothing. What is no number counts as broken: money is
    not taken to be right for want of an answer.
    """
    bad, total = (summed(text.replace(WINDOW, "5m")) for text in (level.bad, level.total))
    broken = f"(1 - ({bad} <= bool 0) and on () {total}) or on () {total} * 0"
    return record(level, BROKEN, broken)


def _sums(level: ServiceLevel, window: str) -> Iterator[Rule]:
    """How much of the window was seen is counted once for both sums: it is most of what the rules cost."""
    step = _FINE_S if seconds(window) < seconds("1h") else _COARSE_S
    steps = seconds(window) // step
    seen = f"slo:seen:rate{window}"
    counted = f"count_over_time({base_series(level, 'total_events')}[{window}:{step}s])"
    yield record(level, seen, f"clamp_max({counted}, {steps}) / {steps}")
    for name in ("total_events", "bad_events"):
        mean = f"avg_over_time({base_series(level, name)}[{window}])"
        yield record(level, f"slo:{name}:rate{window}", f"{mean} * {series(level, seen)}")


def summed(expression: str) -> str:
    """The expression as one number without labels; a sum is left as it is."""
    return expression if is_sum(expression) else f"sum({expression})"
