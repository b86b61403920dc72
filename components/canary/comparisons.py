"""Queries about requests and charges: of the canary alone, and against the stable arm of the same minutes."""

from components.canary.queries import (
    DEVIATIONS,
    FEWEST_BAD,
    LEAST_RATIO,
    at_least,
    counted,
    counted_young,
    decided,
    quantile,
    ratio,
    seen,
)
from components.canary.view import View
from components.canary.work import APPROVED, CHARGES, DELIVERIES, FAILED_BY_PROCESSOR, NOT_DELIVERED, WORK

ERROR_CEILING = 0.01
MORE_ERRORS = 0.002
SLOWER = 1.25
FEWER_APPROVALS, FAR_FEWER_APPROVALS = 0.02, 0.05
CHARGES_TO_TELL, CHARGES_TO_TELL_FAR = 1150, 180  # `samples.charges_needed` of the two falls, as operations round them
REQUESTS_OF_P99 = 500  # so that five are slower than the 99th percentile


def requests(view: View) -> str:
    work = WORK[view.plan.risk]
    return seen(view, counted_young(work.total, view.arm(view.canary), view.window))


def charges(view: View) -> str:
    return seen(view, counted_young(CHARGES, view.arm(view.canary), view.window))


def errors(view: View) -> str:
    """Error ratio of the canary."""
    work, arm = WORK[view.plan.risk], view.arm(view.canary)
    samples, bad = (counted_young(work.total, one, view.window) for one in (arm, f"{arm},{work.bad}"))
    value = ratio(bad, samples)
    worse = f"{value} > {ERROR_CEILING}\nand on () {bad} >= {FEWEST_BAD}"
    return seen(view, decided(worse, f"{value} <= {ERROR_CEILING}", (samples,), view.needed, value))


def more_errors(view: View) -> str:
    work = WORK[view.plan.risk]
    return _worse(view, work.total, work.bad, view.needed)


def more_processor_errors(view: View) -> str:
    return _worse(view, CHARGES, FAILED_BY_PROCESSOR, CHARGES_TO_TELL_FAR)


def fewer_deliveries(view: View) -> str:
    return _worse(view, DELIVERIES, NOT_DELIVERED, view.needed)


def _worse(view: View, series: str, bad: str, needed: int) -> str:
    """How much greater the canary's share of bad events is; chance explains three deviations of one proportion."""
    canary, stable = view.arm(view.canary), view.arm(view.stable)
    samples = (counted_young(series, canary, view.window), counted(series, stable, view.control))
    events = counted_young(series, f"{canary},{bad}", view.window)
    ours, theirs = ratio(events, samples[0]), ratio(counted(series, f"{stable},{bad}", view.control), samples[1])
    chance = f"{DEVIATIONS} * sqrt(clamp_min({theirs}, {LEAST_RATIO})\n    / ({samples[0]} > 0))"
    more = f"{ours}\n  - {theirs}"
    worse = f"{more}\n  > {MORE_ERRORS}\n  > {chance}\nand on () {events} >= {FEWEST_BAD}"
    answer = decided(worse, f"clamp({more}, 0, {MORE_ERRORS})", samples, needed)
    return seen(view, answer, view.canary, view.stable)


def slower(view: View) -> str:
    """p99 of the canary over that of the stable arm; at most the limit while chance explains that it is beyond the
    objective: of n requests, three deviations more than 1 % may be, and up to `FEWEST_BAD` of however few.
    """
    work = WORK[view.plan.risk]
    route = (f'route="{view.plan.latency_route}"',) if view.plan.latency_route else ()
    canary, stable = view.arm(view.canary, *route), view.arm(view.stable, *route)
    count = work.buckets.replace("_bucket", "_count")
    samples = (counted_young(count, canary, view.window), counted(count, stable, view.control))
    ours, theirs = quantile(work.buckets, canary, view.window), quantile(work.buckets, stable, view.control)
    some = f"({samples[0]} > 0)"
    by_chance = f"{DEVIATIONS} * sqrt(0.99 * 0.01 / {some})"
    a_few = f"{FEWEST_BAD} / {some} - 0.01"  # three deviations of fewer than a hundred requests are less than that
    surely = f"scalar(clamp_min(0.99 - ({by_chance} > {a_few} or {a_few}), 0))"
    beyond = f"{quantile(work.buckets, canary, view.window, surely)}\n  > {view.plan.latency_objective_s:g}"
    times = f"{ours}\n  / {theirs}"
    needed = min(view.needed, REQUESTS_OF_P99)
    worse = f"{times}\n  > {SLOWER}\nand on () {beyond}\n{at_least(samples[1:], needed)}"
    return seen(view, decided(worse, f"clamp_max({times}, {SLOWER})", samples, needed), view.canary, view.stable)


def fewer_approvals(view: View) -> str:
    """Points by which the canary's approval ratio is below the stable arm's."""
    canary, stable = view.arm(view.canary), view.arm(view.stable)
    samples = (counted_young(CHARGES, canary, view.window), counted(CHARGES, stable, view.control))
    ours = ratio(counted_young(CHARGES, f"{canary},{APPROVED}", view.window), samples[0])
    theirs = ratio(counted(CHARGES, f"{stable},{APPROVED}", view.control), samples[1])
    fall = f"{theirs}\n  - {ours}"
    little = f"({fall}\n  > {FEWER_APPROVALS}\n{at_least(samples, view.needed_charges)})"
    far = f"({fall}\n  > {FAR_FEWER_APPROVALS}\n{at_least(samples, CHARGES_TO_TELL_FAR)})"
    calm = f"clamp({fall}, 0, {FEWER_APPROVALS})"
    answer = decided(f"{little}\nor on ()\n{far}", calm, samples, view.needed_charges)
    return seen(view, answer, view.canary, view.stable)
