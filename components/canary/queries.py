"""PromQL of the gates. Each query answers with one number, and with how much it knows:

a value below 0 means **starved**, too few samples to tell; no value, NaN or infinity means **blind**; all else is
judged against the gate's limit. Series that are absent while the arm is scraped count as 0, those of an arm that is not
scraped do not: that is what `fresh` is for.
"""

from collections.abc import Sequence

from components.canary.view import View

STARVED = -1
OLDEST_SAMPLE_S = 90  # of `up`; older than that, an arm is blind
FEWEST_BAD = 5  # bad requests below which an arm is never worse, whatever their share: see `false_aborts` in the tests
LEAST_RATIO = 0.0005  # error ratio that the stable arm is taken to have at least, or one error would be infinitely many
DEVIATIONS = 3  # standard deviations that a difference must exceed to be none of chance: 0.1 % one-sided
SECONDS_TO_LIMIT = 7200  # memory that would reach its limit within two hours is a leak


def age(view: View, pod_hash: str) -> str:
    """Seconds since a pod of the arm last answered a scrape; nothing when none did."""
    up = f'up{{job="{view.plan.service}",hash="{pod_hash}"}}'
    return f"time() - max(timestamp({up}) and {up} == 1)"


def oldest(view: View) -> str:
    """The greater age of both arms."""
    arms = [age(view, pod_hash) for pod_hash in (view.canary, view.stable)]
    return f"({arms[0]}) > ({arms[1]})\nor on ()\n({arms[1]}) >= ({arms[0]})"


def fresh(view: View, *hashes: str) -> str:
    """Something while each of the arms is scraped, else nothing."""
    limit = f"{view.scaled(OLDEST_SAMPLE_S):g}"
    return " and on () ".join(f"({age(view, pod_hash)} <= {limit})" for pod_hash in hashes)


def seen(view: View, expression: str, *hashes: str) -> str:
    return f"(\n{expression}\n)\nand on () {fresh(view, *(hashes or (view.canary,)))}"


def decided(worse: str, calm: str, samples: Sequence[str], needed: int, value: str = "") -> str:
    """What is proved `worse`; or what is `calm`, once there are as many samples as needed; or starved.

    Starved is where samples are few, and where a `value` is beyond its limit without proof; NaN is handed on.
    """
    few = "\nor on () ".join(f"{one} < {needed}" for one in samples)
    branches = [worse, f"{calm}\n{at_least(samples, needed)}", *([f"{value} * 0 {STARVED:+d}"] if value else [])]
    branches.append(f"({few}) * 0 {STARVED:+d}")
    return "\nor on ()\n".join(f"(\n{branch}\n)" for branch in branches)


def at_least(samples: Sequence[str], needed: int) -> str:
    return "\n".join(f"and on () {one} >= {needed}" for one in samples)


def counted(series: str, matchers: str, window: str) -> str:
    """Events in the window; none when the series is absent."""
    return f"(sum(increase({series}{{{matchers}}}[{window}])) or vector(0))"


def ratio(series: str, bad: str, matchers: str, window: str) -> str:
    """Share of bad events; the series of bad ones may be absent, nothing when there were no events at all."""
    part = f"(sum(rate({series}{{{matchers},{bad}}}[{window}])) or vector(0))"
    return f"({part} / (sum(rate({series}{{{matchers}}}[{window}])) > 0))"


def quantile(buckets: str, matchers: str, window: str, share: str = "0.99") -> str:
    return f"histogram_quantile({share}, sum by (le) (rate({buckets}{{{matchers}}}[{window}])))"
