"""The steps of a release by risk class and lane: weights, shortest holds, gates. Holds are lengthened by `samples`."""

from collections.abc import Mapping
from dataclasses import dataclass

from components.canary.budget import burning, least_budget
from components.canary.comparisons import CHARGES_TO_TELL
from components.canary.plan import CanaryPlan, Lane, RiskClass
from components.canary.samples import hold_s, requests_needed
from components.canary.work import WORK


@dataclass(frozen=True, kw_only=True)
class Rung:
    """`weight_percent`: of traffic, or, where pods pull their work, how many the canary has for 100 of the stable arm.
    `share_percent`: of the work that the canary gets then. `bound`: the error ratio that its requests must rule out.
    """

    weight_percent: int
    share_percent: float
    shortest_s: int
    bound: float
    gates: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Step:
    """A rung for the expected traffic: how long it holds, and of how many requests and charges a verdict is made."""

    rung: Rung
    hold_s: float
    needed: int
    needed_charges: int


HARD = ("metrics-are-fresh", "enough-requests", "errors-below-ceiling", "no-restarts", "stable-at-full-scale")
MONEY = ("money-ledger-balanced", "money-no-idempotency-conflict", "money-no-duplicate-capture")
RELATIVE = ("errors-not-above-stable", "latency-not-above-stable")
CHARGES = ("enough-charges", "approvals-not-below-stable", "processor-errors-not-above-stable")
SATURATION = ("pool-not-saturated", "memory-not-saturated", "memory-not-leaking")
BUDGET = ("burn-rate-within-budget",)

# What a class adds to every rung, to those that compare with the stable arm, and to those that look at the business.
ALWAYS: Mapping[RiskClass, tuple[str, ...]] = {
    "payment-write": MONEY,
    "read": (),
    "webhook-out": (),
    "worker": MONEY,  # payouts and the ledger's own entries are money, too
}
COMPARED: Mapping[RiskClass, tuple[str, ...]] = {
    "payment-write": RELATIVE,
    "read": RELATIVE,
    "webhook-out": (*RELATIVE, "deliveries-not-below-stable"),
    "worker": RELATIVE,
}
BUSINESS: Mapping[RiskClass, tuple[str, ...]] = {"payment-write": CHARGES, "read": (), "webhook-out": (), "worker": ()}

# Weight, shortest hold in seconds, error ratio ruled out, and what is judged besides the hard gates: an hour in all; a
# total failure for three minutes at 1 % costs 0.14 % of a month's budget of 99.95 %, at 100 % 14 %. The fast lane has
# the gates of the standard rungs that it passes.
_Rung = tuple[int, int, float, str]
LADDERS: Mapping[Lane, tuple[_Rung, ...]] = {
    "standard": (
        (1, 300, 0.01, "hard"),
        (5, 600, 0.005, "compared"),
        (25, 600, 0.001, "business"),
        (50, 900, 0.001, "saturation"),
        (100, 900, 0.001, "budget"),
    ),
    "fast": ((10, 300, 0.005, "compared"), (50, 300, 0.001, "saturation"), (100, 300, 0.001, "budget")),
}
# Of what is pulled from queues. The stable arm goes on working: 100 canary pods for 100 stable ones get half of it.
PARTITIONS: Mapping[Lane, tuple[_Rung, ...]] = {
    "standard": ((10, 900, 0.005, "compared"), (50, 900, 0.001, "saturation"), (100, 900, 0.001, "budget")),
    "fast": ((25, 300, 0.005, "compared"), (100, 300, 0.001, "budget")),
}
LONGEST_HOLD_S = 86_400  # a release that takes days is none: traffic differs more between days than between versions
KINDS = ("hard", "compared", "business", "saturation", "budget")


def rungs(plan: CanaryPlan) -> tuple[Rung, ...]:
    """Those of the class and lane, from the least weight to all."""
    pulled = WORK[plan.risk].pulled
    return tuple(
        Rung(
            weight_percent=weight,
            share_percent=100 * weight / (100 + weight) if pulled else weight,
            shortest_s=shortest,
            bound=bound,
            gates=_gates(plan, kind),
        )
        for weight, shortest, bound, kind in (PARTITIONS if pulled else LADDERS)[plan.lane]
    )


def steps(plan: CanaryPlan) -> tuple[Step, ...]:
    return tuple(_step(plan, rung) for rung in rungs(plan))


def _gates(plan: CanaryPlan, kind: str) -> tuple[str, ...]:
    """Those of the kind and of all before it; a service without database has no pool of connections, and one without
    levels that page has no budget to burn.
    """
    added = {
        "hard": (*HARD, *ALWAYS[plan.risk]),
        "compared": COMPARED[plan.risk],
        "business": BUSINESS[plan.risk],
        "saturation": SATURATION,
        "budget": BUDGET if burning(plan) else (),
    }
    names = [name for one in KINDS[: KINDS.index(kind) + 1] for name in added[one]]
    return tuple(name for name in names if plan.database or name != "pool-not-saturated")


def _step(plan: CanaryPlan, rung: Rung) -> Step:
    bound = min(rung.bound, least_budget(plan)) if set(BUDGET) & set(rung.gates) else rung.bound
    needed = requests_needed(bound)
    charges = CHARGES_TO_TELL if "enough-charges" in rung.gates else 0
    held = max(
        hold_s(rung.shortest_s, needed, plan.traffic.requests_per_s, rung.share_percent),
        hold_s(rung.shortest_s, charges, plan.traffic.charges_per_s, rung.share_percent),
    )
    if held > LONGEST_HOLD_S:
        raise ValueError(
            f"{plan.service} is expected to get {plan.traffic.requests_per_s:g} requests and"
            f" {plan.traffic.charges_per_s:g} charges a second: its step at {rung.weight_percent} % would hold for"
            f" {held / 3600:.0f} h, at most {LONGEST_HOLD_S // 3600} h are allowed. Send synthetic ones and count them,"
            " or take the lane `fast`, which begins at a greater weight"
        )
    return Step(rung=rung, hold_s=held, needed=needed, needed_charges=charges)
