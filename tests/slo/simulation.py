"""What the rules of a service level make of random traffic: when they call somebody, and whether they should have.

Everything is told by the rule engine of Prometheus in promtool: recording rules, alerts and their order are those that
run in production, at intervals that are told.
"""

import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from components.slo.definition import ServiceLevel
from components.slo.groups import groups
from tests.slo.asking import ask
from tests.slo.oracle import BURNS
from tests.slo.random_traffic import DAY_S, Counted, Incident, counted, daily
from tests.slo.witnesses import Witness, witnesses

SCRAPE_S, EVALUATE_S = 15, 30  # as Prometheus runs in the cluster
FAST_SCRAPE_S, FAST_EVALUATE_S = 60, 300  # for a month in half a minute; no alert is later than 5 minutes
HISTORY_S: Final = 6 * 3600  # healthy, before errors begin: the longest window of a page
HEALTHY = 0.2  # of the budget is spent by what always fails
PER_S = 100.0
PAGES = 'ALERTS{alertstate="firing",alertname="ErrorBudgetBurn",severity="page"}'


@dataclass(frozen=True)
class Month:
    """incidents: with whether each was worth a page, and whether it got one. stray: evaluations that paged beside them.
    left: of the budget, as recorded and as counted.
    """

    incidents: tuple[tuple[Incident, bool, bool], ...]
    stray: int
    left_recorded: float
    left_counted: float

    def of(self, *, significant: bool | None = None, paged: bool | None = None) -> int:
        return sum(significant in (None, worth) and paged in (None, got) for _, worth, got in self.incidents)


def detected(level: ServiceLevel, errors: float, seed: int, wait_s: int) -> dict[str, float | None]:
    """Seconds from the first bad request to the page of each window; None: none within `wait_s`."""
    source = _source(seed)
    start_s = HISTORY_S + source.uniform(0, 2 * EVALUATE_S)
    length_s = HISTORY_S + wait_s
    incident = Incident(start_s, length_s, errors)
    traffic = counted(source, lambda _: PER_S, length_s, SCRAPE_S, HEALTHY * _budget(level), [incident])
    question = (f"min_over_time(timestamp({PAGES})[{wait_s}s:{EVALUATE_S}s])", length_s)
    [answers] = _ask(level, traffic, [question], SCRAPE_S, EVALUATE_S, only="fast")
    found = {one.labels["window"]: one.value - start_s for one in answers}
    return {burn.name: found.get(burn.name) for burn in BURNS if burn.severity == "page"}


def healthy(level: ServiceLevel, days: int, seed: int, *, errors: float = HEALTHY, only: str = "") -> dict[str, int]:
    """In how many evaluations each alert fired, of days without any incident. errors: times the budget. only: groups of
    rules with this in their name.
    """
    traffic = counted(_source(seed), daily(PER_S), days * DAY_S, FAST_SCRAPE_S, errors * _budget(level))
    question = (f'count_over_time(ALERTS{{alertstate="firing"}}[{days}d])', days * DAY_S)
    [answers] = _ask(level, traffic, [question], FAST_SCRAPE_S, FAST_EVALUATE_S, only=only)
    return {f"{one.labels['alertname']} {one.labels.get('window', '')}".strip(): int(one.value) for one in answers}


def month(level: ServiceLevel, incidents: int, days: int, seed: int) -> Month:
    source = _source(seed)
    told = random_incidents(source, incidents, days)
    traffic = counted(source, daily(PER_S), days * DAY_S, FAST_SCRAPE_S, HEALTHY * _budget(level), told)
    questions: list[tuple[str, int]] = []
    before_s = 0
    for one in told:
        begun_s, over_s = round(one.start_s), round(one.end_s + 3600)
        questions.append((f"sum(count_over_time({PAGES}[{over_s - begun_s}s]))", over_s))
        questions.append((f"sum(count_over_time({PAGES}[{max(1, begun_s - before_s)}s]))", begun_s))
        before_s = over_s
    questions.append(("slo:error_budget_remaining:ratio", days * DAY_S))
    *answers, left = _ask(level, traffic, questions, FAST_SCRAPE_S, FAST_EVALUATE_S)
    bad, total = traffic.between(0, days * DAY_S)
    paged, beside = answers[::2], answers[1::2]
    return Month(
        tuple((one, significant(level, one, traffic), bool(got)) for one, got in zip(told, paged, strict=True)),
        sum(int(one.value) for found in beside for one in found),
        left[0].value,
        1 - bad / total / _budget(level),
    )


def significant(level: ServiceLevel, incident: Incident, traffic: Counted) -> bool:
    """It spent within an hour, or within six, as much of the budget of this much traffic as a page stands for."""
    _, total = traffic.between(0, len(traffic.intervals) * traffic.step_s)
    allowed = total * _budget(level) * level.period_days * DAY_S / (len(traffic.intervals) * traffic.step_s)
    for burn in BURNS[:2]:
        for start_s in range(round(incident.start_s), round(incident.end_s), burn.long_s // 4):
            bad, _ = traffic.between(start_s, min(start_s + burn.long_s, incident.end_s))
            if bad >= burn.share * allowed:
                return True
    return False


def random_incidents(source: random.Random, count: int, days: int) -> list[Incident]:
    """One in each of as many stretches of the time; a minute to six hours long, a thousandth of requests to all."""
    apart_s = days * DAY_S / count
    return [
        Incident(
            number * apart_s + source.uniform(0.3, 0.5) * apart_s,
            min(0.3 * apart_s, 60 * 360 ** source.random()),
            10 ** source.uniform(-3, 0),
        )
        for number in range(count)
    ]


def spent(level: ServiceLevel, errors: float, seconds: float) -> float:
    """Share of the period's budget that steady traffic spends in so long."""
    return errors * seconds / (_budget(level) * level.period_days * DAY_S)


def _ask(
    level: ServiceLevel,
    traffic: Counted,
    questions: Sequence[tuple[str, int]],
    scrape_s: int,
    evaluate_s: int,
    only: str = "",
) -> list[Any]:
    asked = replace(level, scrape_interval_s=scrape_s)
    chosen = [group for group in groups([asked]) if only in group["name"]]
    series = {one.series(): _samples(one, traffic) for one in witnesses(level.bad, level.total)}
    with tempfile.TemporaryDirectory() as folder:
        return ask(Path(folder), chosen, series, questions, scrape_s=scrape_s, evaluate_s=evaluate_s)


def _samples(one: Witness, traffic: Counted) -> str:
    if (one.of_good, one.of_bad) not in ((1, 0), (0, 1)):
        raise ValueError(f"{one.series()} counts neither what is good nor what is bad")
    return traffic.good() if one.of_good else traffic.bad()


def _budget(level: ServiceLevel) -> float:
    return (100 - level.objective_percent) / 100


def _source(seed: int) -> random.Random:
    return random.Random(seed)  # makes traffic, hides nothing
