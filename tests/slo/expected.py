"""What a story must have led to, at the end of each of its stretches, as promtool's expressions and their answers."""

from collections.abc import Iterator

from components.slo.definition import ServiceLevel
from tests.slo.case import Case, Check, alerts, firing
from tests.slo.gauges import gauge
from tests.slo.oracle import MARGIN, absent, burns, remaining, settled
from tests.slo.stories import Story
from tests.slo.witnesses import PODS, witnesses


def case(level: ServiceLevel, story: Story) -> Case:
    checks = [check for at_s in story.traffic.ends() for check in _checks(level, story, at_s)]
    return Case(story.name, story.evaluate_s, story.traffic.step_s, _series(level, story), tuple(checks))


def _series(level: ServiceLevel, story: Story) -> dict[str, str]:
    if compared := gauge(level.bad):
        return {compared.witness.series(): compared.samples(story.traffic)}
    share = 1 / len(PODS)
    return {
        one.series(pod=pod): story.traffic.counter(one.of_good * share, one.of_bad * share, restarts=pod == PODS[0])
        for one in witnesses(level.bad, level.total)
        for pod in PODS
    }


def _checks(level: ServiceLevel, story: Story, at_s: int) -> Iterator[Check]:
    yield _firing(level, story, at_s)
    if not gauge(level.bad):  # of which samples are few: shares of them are told by what fires
        yield from _recorded(level, story, at_s)


def _firing(level: ServiceLevel, story: Story, at_s: int) -> Check:
    """All that fires, but for what is too near to a limit to be told."""
    traffic = story.traffic
    fires: list[dict[str, str]] = []
    untold: list[str] = []
    for burn in burns(level):
        fast = settled(burn, level, traffic, at_s, 2 * story.evaluate_s)
        if fast is None:
            untold.append(f'alertname="ErrorBudgetBurn",window="{burn.name}"')
        elif fast:
            fires.append({"alertname": "ErrorBudgetBurn", "window": burn.name, "severity": burn.severity})
    for name, is_so in (("ErrorBudgetExhausted", _exhausted(level, story, at_s)), ("SliAbsent", absent(traffic, at_s))):
        if is_so is None:
            untold.append(f'alertname="{name}"')
        elif is_so:
            fires.append({"alertname": name})
    return firing(level, at_s, alerts(level, fires), untold)


def _exhausted(level: ServiceLevel, story: Story, at_s: int) -> bool | None:
    """None where few events were bad, or so few are left that they may be none."""
    left = [remaining(level, story.traffic, one) for one in (at_s, at_s - 2 * story.evaluate_s)]
    bad, _ = story.traffic.events(at_s, level.period_days * 86400)
    if left[0] is None or bad == 0:
        return False
    if bad < 2 * level.low_traffic_bad or any(one is None or abs(one) < 2 * MARGIN for one in left):
        return None
    below = {one is not None and one < 0 for one in left}
    return below.pop() if len(below) == 1 else None


def _recorded(level: ServiceLevel, story: Story, at_s: int) -> Iterator[Check]:
    """Of each window the share of bad events, weighted by requests; nothing, and never 0, where there is no data."""
    traffic, gone = story.traffic, absent(story.traffic, at_s)
    for name, window_s in {"5m": 300, "1h": 3600, "6h": 21600}.items():
        bad, total = traffic.events(at_s, window_s)
        recorded = f'slo:error_ratio:rate{name}{{slo="{level.id}"}}'
        if gone and name == "5m":
            yield Check(at_s, f"count({recorded})", ())
        elif total > 100 and gone is False:
            # What happens between two evaluations is counted in one of them, or in both.
            blur = max(phase.bad_per_s for phase in traffic.phases) * 2 * story.evaluate_s / total
            near = MARGIN * bad / total + min(blur, 0.5 * bad / total) + 1e-9
            yield Check(at_s, f"count(abs({recorded} - {bad / total:.9g}) <= {near:.3g})", ({},))
