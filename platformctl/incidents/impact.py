"""What an incident cost: the error budget that each objective lost in the window, from the recorded series."""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from platformctl.incidents.model import Spent, Window

_STEP_S = 60  # of the sum over the window; the recorded rates are those of five minutes


class Sample(Protocol):
    @property
    def labels(self) -> Mapping[str, str]: ...

    @property
    def value(self) -> float: ...


Ask = Callable[[str], Iterable[Sample]]  # an expression, at the window's end


def queries(window: Window) -> dict[str, str]:
    """Events in the window are a sum of rates: where there is no sample there are no events, so a gap adds nothing."""
    length = max(_STEP_S, round(window.length.total_seconds()))
    summed = f"[{length}s:{_STEP_S}s]) * {_STEP_S}"
    return {
        "bad": f"sum_over_time(slo:bad_events:rate5m{summed}",
        "total": f"sum_over_time(slo:total_events:rate5m{summed}",
        "objective": "slo:objective:ratio",
        "period": "slo:total_events:period",
        "left": "slo:error_budget_remaining:ratio",
    }


def impact(ask: Ask, window: Window) -> list[Spent]:
    """Those that lost something, the one that lost most first; one without a budget before all others."""
    found = {name: {_key(one.labels): one.value for one in ask(query)} for name, query in queries(window).items()}
    lost = [_spent(key, found) for key, bad in found["bad"].items() if bad > 0]
    return sorted(lost, key=lambda one: (one.spent is not None, -(one.spent or 0.0), one.slo))


def _spent(key: tuple[str, str], found: Mapping[str, Mapping[tuple[str, str], float]]) -> Spent:
    bad, objective, period = found["bad"][key], found["objective"].get(key), found["period"].get(key)
    allowed = (1 - objective) * period if objective is not None and period is not None else 0.0
    slo, service = key
    return Spent(
        slo, service, bad, found["total"].get(key), bad / allowed if allowed > 0 else None, found["left"].get(key)
    )


def _key(labels: Mapping[str, str]) -> tuple[str, str]:
    return labels.get("slo", ""), labels.get("service", "")
