"""A month of an environment as its Prometheus has recorded it: kept promises, an outage, a slow leak, gaps, silence.

Series are those of the recording rules, computed here from the share of bad events at each half hour, independently of
the rules' own expressions.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from platformctl.budgets.declared import Declared

END = datetime(2026, 11, 25, 12, tzinfo=UTC)
DAYS = 30
STEP_S = 1800
_RATE = 40.0  # events a second
Points = list[tuple[float, float]]
Ratio = Callable[[float], float | None]  # of the days before the end; None: nothing was recorded


@dataclass(frozen=True)
class Told:
    """One service level and its share of bad events over time."""

    declared: Declared
    ratio: Ratio


def level(slo: str, service: str, owner: str, percent: float, **more: str) -> Declared:
    kind = more.get("kind", "availability")
    says = more.get("description", "")
    return Declared(slo, service, owner, kind, percent, DAYS, more.get("runbook", "error-budget-burning"), says)


def _noise(day: float) -> float:
    """Between 0 and 1, the same in every run, with a rhythm of a day."""
    return (0.5 + 0.5 * ((day * 24 * 7919) % 97 / 97)) * (0.6 + 0.4 * abs((day % 1) - 0.5) * 2)


def _calm(budget: float, burn: float) -> Ratio:
    return lambda day: budget * burn * 1.7 * _noise(day)


def _within(day: float, before: float, length: float) -> bool:
    return before - length <= day <= before


def _outage(day: float) -> float:
    return 0.085 if _within(day, 4.2, 0.35) else 0.0002 * _noise(day)


def _release(day: float) -> float:
    return 0.013 if _within(day, 9.1, 0.16) else 0.00009 * _noise(day)


def _gap(day: float) -> float | None:
    return None if _within(day, 17.0, 2.5) or _within(day, 6.0, 0.4) else 0.0003 * _noise(day)


def _late(day: float) -> float | None:
    return None if day > 21 else 0.0002 * _noise(day)


def _peak(day: float) -> float:
    """An hour that ends at a half hour, between two points of the report."""
    return 0.02 if round(day * 48) in (401, 402) else 0.00035 * 1.7 * _noise(day)


def _burning(day: float) -> float:
    return 0.016 if day < 0.12 else 0.0002 * _noise(day)


TOLD = (
    Told(
        level(
            "api-write-availability",
            "api",
            "payments",
            99.95,
            description="Charges, subscriptions and refunds are answered without a failure of ours.",
        ),
        _release,
    ),
    Told(level("api-read-availability", "api", "payments", 99.9), _burning),
    Told(level("charge-latency", "api", "payments", 99, kind="latency"), _calm(0.01, 0.93)),
    Told(
        level(
            "webhook-delivery",
            "webhooks",
            "integrations",
            99.9,
            kind="latency",
            runbook="webhook-backlog",
            description="The first attempt to deliver an event ends within 60 s of its commit.",
        ),
        _outage,
    ),
    Told(level("webhook-completeness", "webhooks", "integrations", 99.99, kind="completeness"), _calm(0.0001, 0.2)),
    Told(level("reconciliation", "ledger", "ledger", 99.9, runbook="reconciliation-gap"), _peak),
    Told(level("replica-lag", "database", "platform", 99.9, kind="freshness", runbook="replica-lag"), _gap),
    Told(level("recoverability", "database", "platform", 99.9, runbook="recovery-point-old"), _late),
)
SILENT = level("audit-delivery", "audit", "platform", 99.9, kind="latency", runbook="audit-pipeline-gap")
_INVARIANTS = (
    (level("ledger-balance", "ledger", "ledger", 100, kind="invariant", runbook="ledger-imbalance"), ()),
    (
        level("payout-timeliness", "payouts", "payments", 100, kind="invariant", runbook="payout-at-risk"),
        ((12.4, 0.2), (11.0, 0.05)),
    ),
)
DECLARED = (*(one.declared for one in TOLD), SILENT, *(one for one, _ in _INVARIANTS))


def series() -> dict[str, Points]:
    found: dict[str, Points] = {}
    for one in TOLD:
        found |= _recorded(one)
    for declared, broken in _INVARIANTS:
        found[_named("slo:invariant_broken:bool", declared)] = [
            (at, float(any(_within(day, *one) for one in broken))) for at, day in _moments(DAYS)
        ]
        found[_named("slo:objective:ratio", declared)] = [(at, 1.0) for at, _ in _moments(DAYS)]
    found |= _alerts() | _releases()
    return found


def _moments(days: float) -> Iterator[tuple[float, float]]:
    """(Unix time, days before the end) of each half hour."""
    steps = round(days * 86_400 / STEP_S)
    for step in range(steps, -1, -1):
        yield END.timestamp() - step * STEP_S, step * STEP_S / 86_400


def _recorded(one: Told) -> dict[str, Points]:
    """Over twice the period, of which the second half is written."""
    moments = list(_moments(2 * DAYS))
    ratios = [one.ratio(day) for _, day in moments]
    budget = 1 - one.declared.objective_percent / 100
    names = {f"slo:burn_rate:rate{window}": round(hours * 3600 / STEP_S) for window, hours in _HOURS.items()}
    rows: dict[str, Points] = {name: [] for name in (*names, *_ONCE)}
    for at, (moment, day) in enumerate(moments):
        if day > DAYS or ratios[at] is None:
            continue
        period = _mean(ratios, at, round(DAYS * 86_400 / STEP_S))
        for name, length in names.items():
            rows[name].append((moment, _mean(ratios, at, length) / budget))
        left, burn = 1 - period / budget, rows["slo:burn_rate:rate6h"][-1][1]
        total = _RATE * DAYS * 86_400
        values = (left, max(left, 0) * DAYS * 86_400 / burn, 1 - budget, float(DAYS), period * total, total)
        for name, value in zip(_ONCE, values, strict=True):
            rows[name].append((moment, value))
    return {_named(name, one.declared): points for name, points in rows.items()}


_HOURS = {"5m": 0.5, "30m": 0.5, "1h": 1, "2h": 2, "6h": 6, "1d": 24, "3d": 72}
_ONCE = (
    "slo:error_budget_remaining:ratio",
    "slo:error_budget_exhausted_in:seconds",
    "slo:objective:ratio",
    "slo:period:days",
    "slo:bad_events:period",
    "slo:total_events:period",
)


def _mean(ratios: list[float | None], at: int, length: int) -> float:
    known = [one for one in ratios[max(0, at - length + 1) : at + 1] if one is not None]
    return sum(known) / len(known)


def _named(name: str, one: Declared) -> str:
    return f'{name}{{slo="{one.slo}",service="{one.service}",owner="{one.owner}"}}'


def _alerts() -> dict[str, Points]:
    rows = (
        ("webhook-delivery", "ErrorBudgetBurn", "page", "1h", 4.18, 0.38),
        ("webhook-delivery", "ErrorBudgetBurn", "ticket", "3d", 4.0, 3.1),
        ("webhook-delivery", "ErrorBudgetExhausted", "ticket", "", 3.9, 3.9),
        ("api-write-availability", "ErrorBudgetBurn", "page", "1h", 9.08, 0.2),
        ("api-read-availability", "ErrorBudgetBurn", "page", "1h", 0.1, 0.1),
        ("payout-timeliness", "InvariantBroken", "page", "", 12.4, 0.25),
        ("payout-timeliness", "InvariantBroken", "page", "", 11.0, 0.09),
        ("replica-lag", "SliAbsent", "page", "", 16.9, 2.4),
    )
    found: dict[str, Points] = {}
    for slo, name, severity, window, before, length in rows:
        labels = f'alertname="{name}",alertstate="firing",severity="{severity}",slo="{slo}",window="{window}"'
        points = [(at, 1.0) for at, day in _moments(DAYS) if _within(day, before, length)]
        found.setdefault(f"ALERTS{{{labels}}}", []).extend(points)
    return {name: sorted({*points}) for name, points in found.items()}


def _releases() -> dict[str, Points]:
    found: dict[str, Points] = {}
    for service, befores in {"api": (24.3, 16.2, 9.2, 2.2), "webhooks": (20.1, 4.3), "ledger": (13.0,)}.items():
        name = f'rollout_info{{name="{service}",phase="Progressing"}}'
        found[name] = [(at, 1.0) for at, day in _moments(DAYS) if any(_within(day, one, 0.09) for one in befores)]
    return found


def records() -> list[dict[str, object]]:
    """Change records, as far as they tell marks."""
    rows = (
        (22.4, "up", "mira", "Add a reader to the ledger's database"),
        (9.4, "up", "jonas", "Raise the pool of api"),
    )
    return [
        {
            "sequence": number,
            "command": command,
            "who": {"name": who},
            "why": why,
            "outcome": "succeeded",
            "ended_at": (END - timedelta(days=before)).isoformat(),
        }
        for number, (before, command, who, why) in enumerate(rows, 41)
    ]
