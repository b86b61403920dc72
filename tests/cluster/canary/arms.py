"""How a version of a service behaves, and the counters that its pods have counted."""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import dataclass, field

from components.canary.plan import RiskClass
from components.canary.work import WORK

BOUNDS = ("0.5", "1", "2.5", "10", "+Inf")
USUAL = (0.98, 0.995, 0.999, 1.0, 1.0)  # shares of requests within the bounds
SLOW = (0.60, 0.90, 0.97, 1.0, 1.0)  # twice as slow


@dataclass
class Arm:
    """Ratios are of requests or charges. `silent`: no pod answers a scrape. `broken`: every counter is NaN."""

    errors: float = 0.0002
    within: tuple[float, ...] = USUAL
    approved: float = 0.92
    processor_errors: float = 0.0
    refused: float = 0.01  # of first deliveries
    memory: float = 0.40  # share of the limit
    memory_per_min: float = 0.0
    restarts: int = 0
    silent: bool = False
    broken: bool = False
    without_errors: bool = False  # exports no series of failed requests at all
    minutes: float = 0.0  # for which it has run
    counts: Counter[str] = field(default_factory=Counter)

    def work(self, rng: random.Random, requests: float, charges: float, minutes: float) -> None:
        """Do what came in so many minutes."""
        self.minutes += minutes
        count, total = self.counts, poisson(rng, requests)
        bad = min(total, poisson(rng, total * self.errors))
        count["ok"] += total - bad
        count["bad"] += bad
        below = 0.0
        for bound, share in zip(BOUNDS, self.within, strict=True):
            count[bound] += 0 if share == below else poisson(rng, total * (share - below))
            below = share
        charged = poisson(rng, charges)
        broken = min(charged, poisson(rng, charged * self.processor_errors))
        declined = min(charged - broken, poisson(rng, charged * (1 - self.approved)))
        count["approved"] += charged - broken - declined
        count["declined"] += declined
        count["processor_error"] += broken
        count["refused"] += min(total - bad, poisson(rng, total * self.refused))

    def restart(self) -> None:
        """All its pods at once: what they had counted is forgotten."""
        self.counts.clear()

    def metrics(self, service: str, pod_hash: str, risk: RiskClass) -> str:
        own, count, work = f'service="{service}",hash="{pod_hash}"', self.counts, WORK[risk]
        bad = {"worker": 'outcome="failed"', "webhook-out": 'outcome="error"'}.get(risk, 'code="500"')
        good = {"worker": 'outcome="succeeded"', "webhook-out": 'outcome="delivered"'}.get(risk, 'code="200"')
        refused = count["refused"] if risk == "webhook-out" else 0
        lines: list[tuple[str, int]] = [(f"{work.total}{{{own},{good}}}", count["ok"] - refused)]
        if refused:
            lines.append((f'{work.total}{{{own},outcome="refused"}}', refused))
        if not self.without_errors and count["bad"]:
            lines.append((f"{work.total}{{{own},{bad}}}", count["bad"]))
        below = 0
        for bound in BOUNDS:
            below += count[bound]
            lines.append((f'{work.buckets}{{{own},le="{bound}"}}', below))
        lines.append((f"{work.buckets.replace('_bucket', '_count')}{{{own}}}", below))
        outcomes = ("approved", "declined", "processor_error")
        lines += [(f'charges_total{{{own},outcome="{outcome}"}}', count[outcome]) for outcome in outcomes]
        invariants = ("duplicate_capture_total", "idempotency_conflict_total")  # born with their first events
        lines += [(f"{name}{{{own}}}", count[name]) for name in invariants if count[name]]
        lines += [(f"db_pool_in_use{{{own}}}", 5), (f"db_pool_size{{{own}}}", 10)]
        return "".join(f"{name} {'NaN' if self.broken else value}\n" for name, value in lines)


def poisson(rng: random.Random, mean: float) -> int:
    if mean > 50:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, events, product = math.exp(-mean), -1, 1.0
    while product > limit:
        events += 1
        product *= rng.random()
    return max(events, 0)
