"""What must never happen: the stories of a counter that may not grow, and of a value that may not be above a limit."""

import re
from collections.abc import Iterator

import promql_parser as promql

from components.slo.definition import ServiceLevel
from tests.slo.case import Case, alerts, firing
from tests.slo.gauges import Gauge, gauge
from tests.slo.witnesses import PODS, Witness, candidates, terms_of

SCRAPE_S, EVALUATE_S, MINUTE = 15, 30, 60
HOUR = 60 * MINUTE
AT_ONCE_S = 2 * EVALUATE_S  # by then a breach has called somebody
# (name, samples every 15 s, seconds of looks, and which alerts fire then). {0}: a value that holds, {1}: one that is
# above its limit.
_Story = tuple[str, str, dict[int, tuple[str, ...]]]
_BROKEN, _ABSENT, _FINE = ("InvariantBroken",), ("SliAbsent",), ()
COUNTER: tuple[_Story, ...] = (
    ("first-breach", "0x20 1x12", {300: _FINE, 300 + AT_ONCE_S: _BROKEN, 480: _BROKEN}),
    ("born-broken", "_x20 1x12", {315 + AT_ONCE_S: _BROKEN, 480: _BROKEN}),
    ("born-whole", "_x20 0x60", {360: _FINE, 1200: _FINE}),
    ("while-unscraped", "0x40 _x40 1x12", {600: _FINE, 1215 + AT_ONCE_S: _BROKEN}),
    ("absent", "_x80", {1200: _ABSENT}),
    ("lost", "0x20 stale _x80", {300: _FINE, 1500: _ABSENT}),
)
VALUE: tuple[_Story, ...] = (
    ("first-breach", "{0}x20 {1}x12", {300: _FINE, 300 + AT_ONCE_S: _BROKEN, 480: _BROKEN}),
    ("born-broken", "_x20 {1}x12", {315 + AT_ONCE_S: _BROKEN}),
    ("no-number", "{0}x20" + 13 * " NaN", {300: _FINE, 450: _BROKEN}),  # a minute of it, and it is broken
    ("absent", "_x80", {1200: _ABSENT}),
    ("lost", "{0}x20 stale _x80", {300: _FINE, 1500: _ABSENT}),
)


def cases(level: ServiceLevel) -> Iterator[Case]:
    compared = gauge(level.bad)
    for name, samples, looks in VALUE if compared else COUNTER:
        series = _of_value(compared, samples) if compared else _of_counter(level, samples)
        yield _case(level, name, EVALUATE_S, series, looks)
    yield _over(level, compared)


def _over(level: ServiceLevel, compared: Gauge | None) -> Case:
    """It calls for a while, and no more than that; pods that restart, and so count from 0 again, are no breach."""
    last_s = round((level.latch_s + 20 * MINUTE) / HOUR + 0.5) * HOUR
    steps = last_s // SCRAPE_S
    if compared:
        series = _of_value(compared, f"{{0}}x20 {{1}}x8 {{0}}x{steps - 30}")
    else:
        series = _of_counter(level, f"0x20 3x{steps - 60} 0x38")
    return _case(level, "over", 2 * MINUTE, series, {10 * MINUTE: _BROKEN, last_s: _FINE})


def counter(level: ServiceLevel) -> Witness:
    """The series whose presence is the declaration's `total`."""
    name, labels = next(candidates(terms_of(promql.parse(level.total.replace("{window}", "5m")))))
    return Witness(name, tuple(labels.items()), 0, 0)


def _of_counter(level: ServiceLevel, samples: str) -> dict[str, str]:
    """Of two pods one is broken."""
    counted = counter(level)
    whole = " ".join(re.sub("^[0-9]+x", "0x", part) for part in samples.split())
    return {counted.series(pod=pod): values for pod, values in zip(PODS, (samples, whole), strict=True)}


def _of_value(of: Gauge, samples: str) -> dict[str, str]:
    """A moment that is compared with now moves with it; what does not hold is the same moment, left behind."""
    values, step = [], 0
    for part in samples.split():
        value, _, times = part.partition("x")
        if value in ("{0}", "{1}"):
            at = of.value(step * SCRAPE_S, bad=value == "{1}")
            part = f"{at!r}+{SCRAPE_S if of.is_moment else 0}x{times}"
        values.append(part)
        step += int(times or 0) + 1 if value != "_" else int(times)
    return {of.witness.series(): " ".join(values)}


def _case(
    level: ServiceLevel, name: str, every_s: int, series: dict[str, str], looks: dict[int, tuple[str, ...]]
) -> Case:
    severities = {"InvariantBroken": {"severity": level.invariant_severity}}
    checks = [
        firing(level, at_s, alerts(level, ({"alertname": one, **severities.get(one, {})} for one in fires)))
        for at_s, fires in looks.items()
    ]
    return Case(name, every_s, SCRAPE_S, series, tuple(checks))
