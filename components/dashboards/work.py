"""Rate, errors and duration of whatever a service does: requests, deliveries or jobs, by the same names as a canary's
gates (components/canary/work.py), so that a dashboard and a gate cannot disagree.
"""

from components.canary.work import WORK, Work
from components.dashboards.model import RATE, Promql

# One for each kind of events: of a service that has work and serves requests too, the work is what is told.
_KINDS: tuple[Work, ...] = tuple(sorted({work.total: work for work in WORK.values()}.values(), key=lambda w: -w.pulled))
MATCHED = 'service="$service"'


def _rate(series: str, matchers: str, by: str) -> str:
    return f"sum by ({by}) (rate({series}{{{matchers}}}[{RATE}]))"


def rate(by: str, matchers: str = MATCHED) -> str:
    """Events a second, by a label."""
    return "\nor ".join(_rate(work.total, matchers, by) for work in _KINDS)


def error_ratio(by: str, matchers: str = MATCHED) -> str:
    """Bad events over all; 0 while none is bad, nothing while there are none at all."""
    return "\nor ".join(_error_ratio(work, matchers, by) for work in _KINDS)


def _error_ratio(work: Work, matchers: str, by: str) -> str:
    total = _rate(work.total, matchers, by)
    bad = _rate(work.total, f"{matchers},{work.bad}", by)
    return f"(({bad} or 0 * {total}) / ({total} > 0))"


def quantile(share: float, by: str, matchers: str = MATCHED) -> str:
    """Seconds within which a share of the events was done."""
    return "\nor ".join(f"histogram_quantile({share}, {_rate(work.buckets, matchers, f'{by}, le')})" for work in _KINDS)


def durations(by: str) -> tuple[Promql, ...]:
    """The 50th and the 99th percentile, with exemplars that lead to traces."""
    return tuple(
        Promql(expression=quantile(share, by), legend=f"p{share * 100:g} {{{{{by}}}}}", many=True, exemplars=True)
        for share in (0.99, 0.5)
    )
