"""Asks a Prometheus what is left of the budgets: by the series that the alerts are made of, and nothing else."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from platformctl.budgets.declared import Declared
from platformctl.budgets.policy import Left
from platformctl.prometheus import PrometheusError, Sample, query

REMAINING = "slo:error_budget_remaining:ratio"
BURN = "slo:burn_rate:rate"
FORECAST = "slo:error_budget_exhausted_in:seconds"
WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")


@dataclass(frozen=True)
class Budget:
    """One service level as it stands. `burn`: rate by window; `exhausted_in_s`: None while nothing burns."""

    left: Left
    declared: Declared | None = None
    burn: Mapping[str, float] = field(default_factory=dict)
    exhausted_in_s: float | None = None


def lefts(url: str, levels: Sequence[Declared]) -> list[Left]:
    """What is left of each; where Prometheus does not answer, nobody can tell of any."""
    try:
        found = query(url, REMAINING)
    except PrometheusError as error:
        return [Left(one.slo, one.service, None, str(error)) for one in levels]
    return _lefts(found, levels)


def budgets(url: str, levels: Sequence[Declared]) -> list[Budget]:
    """Each of the levels with its burn rates and forecast, then what is recorded of others. PrometheusError."""
    remaining = query(url, REMAINING)
    burn = _by_slo(query(url, f'{{__name__=~"{BURN}({"|".join(WINDOWS)})"}}'))
    forecast = _by_slo(query(url, FORECAST))
    known = {one.slo: one for one in levels}
    others = [one for one in _by_slo(remaining) if one not in known]
    told = [*_lefts(remaining, levels), *(_left(one, _by_slo(remaining)[one], "") for one in sorted(others))]
    return [
        Budget(
            one,
            known.get(one.slo),
            dict(_windows(burn.get(one.slo, []))),
            min((s.value for s in forecast.get(one.slo, []) if math.isfinite(s.value)), default=None),
        )
        for one in told
    ]


def _lefts(found: Sequence[Sample], levels: Sequence[Declared]) -> list[Left]:
    series = _by_slo(found)
    return [_left(one.slo, series.get(one.slo, []), one.service) for one in levels]


def _left(slo: str, samples: Sequence[Sample], service: str) -> Left:
    """The least of what is recorded: two that record the same may have seen different parts of it."""
    if not samples:
        return Left(slo, service, None, f'there is no series {REMAINING}{{slo="{slo}"}}')
    service = service or samples[0].labels.get("service", "")
    if not all(math.isfinite(one.value) for one in samples):
        return Left(slo, service, None, f'{REMAINING}{{slo="{slo}"}} is not a number')
    return Left(slo, service, min(one.value for one in samples))


def _windows(samples: Sequence[Sample]) -> Iterator[tuple[str, float]]:
    """The greatest of each window."""
    for window in WINDOWS:
        values = [one.value for one in samples if one.labels.get("__name__") == f"{BURN}{window}"]
        if finite := [value for value in values if math.isfinite(value)]:
            yield window, max(finite)


def _by_slo(samples: Sequence[Sample]) -> dict[str, list[Sample]]:
    found: dict[str, list[Sample]] = {}
    for one in samples:
        found.setdefault(one.labels.get("slo", ""), []).append(one)
    return found
