"""Queries about error budgets: of the series that the alerts are made of, so that a gate and an alert never disagree.

A level of which nothing happened in a window has no burn rate (components/slo/rules.py): it burns nothing. One whose
sums are not recorded, or not any more, is blind.
"""

from components.canary.plan import CanaryPlan
from components.canary.queries import OLDEST_SAMPLE_S, STARVED, seen
from components.canary.view import View
from components.canary.work import WORK
from components.slo.definition import ServiceLevel
from components.slo.windows import RECORDED, seconds

PAGES = 'alertname="ErrorBudgetBurn",severity="page",alertstate="firing"'
_NEWEST = "5m"  # recorded with every evaluation of the rules that page


def burning(plan: CanaryPlan) -> tuple[ServiceLevel, ...]:
    """Levels of which a fast burn pages: what a release can spend within its bake. The slow ones have tickets."""
    return tuple(one for one in plan.levels if one.kind != "invariant" and one.severity == "page")


def least_budget(plan: CanaryPlan) -> float:
    """Share of events that may be bad, of the strictest level by which requests are counted."""
    return float(min((one.budget for one in _counting(plan)), default=1 - WORK[plan.risk].availability))


def pages(view: View) -> str:
    """Burn-rate alerts of the service that page now."""
    return f'(count(ALERTS{{{PAGES},service="{view.plan.service}"}}) or vector(0))\nand on () {_evaluated(view)}'


def burn_rate(view: View) -> str:
    """The greatest burn rate of the whole service, over the recorded window that covers the step."""
    window = next((one for one in RECORDED if seconds(one) >= view.window_s), RECORDED[-1])
    length = f"{view.scaled(seconds(window)):g}"  # rates are per second: times its length they are events
    levels = burning(view.plan)
    burn, total = (_recorded(name, window, view.plan, levels) for name in ("burn_rate", "total_events"))
    quiet, count = f"{total} == 0", f"== {len(levels)}"
    enough = f"sum({_recorded('total_events', window, view.plan, _counting(view.plan))}) * {length} >= {view.needed}"
    branches = {
        "fail": f"max({burn} > 1\nand on (slo) (\n{_proved(view, window, length)}\n))",
        "pass": f"(max({burn} <= 1) or vector(0))\nand on () (count({burn} <= 1 or on (slo) {quiet}) {count})\n"
        f"and on () {enough}",
        "starved: too few, or beyond the limit without proof": f"(count({burn} >= 0 or on (slo) {quiet}) {count}) * 0"
        f" {STARVED:+d}",
    }
    answer = "\nor on ()\n".join(f"(  # {name}\n{branch}\n)" for name, branch in branches.items())
    return f"{seen(view, answer)}\nand on () {_evaluated(view)}"


def _proved(view: View, window: str, length: str) -> str:
    """Levels of which so many events were bad that their alert would count them, too."""
    levels = burning(view.plan)
    by_least = {least: [one for one in levels if one.low_traffic_bad == least] for least in _leasts(levels)}
    bad = {least: _recorded("bad_events", window, view.plan, of) for least, of in by_least.items()}
    return "\nor\n".join(f"round({series} * {length}) >= {least}" for least, series in bad.items())


def _leasts(levels: tuple[ServiceLevel, ...]) -> list[int]:
    return sorted({one.low_traffic_bad for one in levels})


def _counting(plan: CanaryPlan) -> tuple[ServiceLevel, ...]:
    """Those whose events are requests or jobs, each counted once: by availability, else by latency."""
    levels = burning(plan)
    kinds = ("availability", "latency")
    found = (tuple(one for one in levels if one.kind == kind) for kind in kinds)
    return next((some for some in found if some), levels)


def _evaluated(view: View) -> str:
    """Something while the sums of all levels are recorded and new."""
    levels = burning(view.plan)
    sums, limit = _recorded("total_events", _NEWEST, view.plan, levels), f"{view.scaled(OLDEST_SAMPLE_S):g}"
    return f"(count(time() - timestamp({sums}) <= {limit}) == {len(levels)})"


def _recorded(name: str, window: str, plan: CanaryPlan, levels: list[ServiceLevel] | tuple[ServiceLevel, ...]) -> str:
    ids = "|".join(one.id for one in levels)
    return f'slo:{name}:rate{window}{{service="{plan.service}",slo=~"{ids}"}}'
