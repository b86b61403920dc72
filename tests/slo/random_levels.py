"""Service levels that nobody declared: objectives, periods and kinds by a seed, for which rules must be right, too."""

import random
from collections.abc import Iterator

from components.slo.definition import ServiceLevel
from components.slo.windows import ALL_WINDOWS
from tests.slo.oracle import BURNS, Burn

PERIODS_DAYS = (7, 28, 30, 90)
OBJECTIVES = (93.1, 95.0, 97.5, 99.0, 99.5, 99.9, 99.95, 99.99)
SERVICES, OWNERS = ("checkout", "search", "mail"), ("team-a", "team-b")
# Bad and total as different teams count them: by code, by buckets, by two counters of which one may be missing.
FORMS = {
    "availability": (
        'sum(rate(http_requests_total{service="%s",code=~"5..|timeout"}[{window}]))',
        'sum(rate(http_requests_total{service="%s",code!="101"}[{window}]))',
    ),
    "latency": (
        'sum(rate(request_seconds_count{service="%s"}[{window}]))'
        ' - sum(rate(request_seconds_bucket{service="%s",le="0.5"}[{window}]))',
        'sum(rate(request_seconds_count{service="%s"}[{window}]))',
    ),
    "freshness": (
        'sum(rate(messages_late_total{service="%s"}[{window}])) or vector(0)',
        'sum by (service) (rate(messages_total{service="%s"}[{window}]))',
    ),
    "completeness": (
        'sum(rate(records_total{service="%s",outcome!~"matched|pending"}[{window}]))',
        'sum(rate(records_total{service="%s",outcome="matched"}[{window}]))'
        ' + (sum(rate(records_total{service="%s",outcome!~"matched|pending"}[{window}])) or vector(0))',
    ),
}


def random_levels(seed: int, count: int) -> Iterator[ServiceLevel]:
    """The same for the same seed; every form in turn, with all windows that an objective can reach."""
    source = random.Random(seed)  # chooses examples, hides nothing
    for number in range(count):
        kind = list(FORMS)[number % len(FORMS)]
        service = source.choice(SERVICES)
        bad, total = (form.replace("%s", service) for form in FORMS[kind])
        objective = source.choice([*OBJECTIVES, round(source.uniform(93.1, 99.99), 3)])
        days = source.choice(PERIODS_DAYS)
        yield ServiceLevel(
            id=f"made-{seed}-{number}",
            service=service,
            owner=source.choice(OWNERS),
            kind=kind,  # type: ignore[arg-type]
            objective_percent=objective,
            period_days=days,
            bad=bad,
            total=total,
            low_traffic_bad=source.choice((1, 10, 50)),
            windows=tuple(
                name for name, burn in zip(ALL_WINDOWS, BURNS, strict=True) if _reached(burn, objective, days)
            ),
        )


def _reached(burn: Burn, objective_percent: float, days: int) -> bool:
    return max(1.0, burn.share * days * 86400 / burn.long_s) * (100 - objective_percent) / 100 < 1
