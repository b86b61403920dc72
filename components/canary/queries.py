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
    branches = {"fail": worse, "pass": f"{calm}\n{at_least(samples, needed)}"}
    if value:
        branches["starved: beyond the limit without proof, or not a number"] = f"{value} * 0 {STARVED:+d}"
    branches["starved: too few"] = f"({few}) * 0 {STARVED:+d}"
    return "\nor on ()\n".join(f"(  # {name}\n{branch}\n)" for name, branch in branches.items())


def at_least(samples: Sequence[str], needed: int) -> str:
    return "\n".join(f"and on () {one} >= {needed}" for one in samples)


def counted(series: str, matchers: str, window: str) -> str:
    """Events in the window; none when the series is absent."""
    return f"(sum(increase({series}{{{matchers}}}[{window}])) or vector(0))"


def counted_young(series: str, matchers: str, window: str) -> str:
    """As `counted`, of pods that may be younger than the window: `increase` does not see with how many events a series
    began, and that of failed requests begins with its first.
    """
    events = f"{series}{{{matchers}}}"
    first = f"sum(min_over_time({events}[{window}]) unless {events} offset {window})"
    return f"({counted(series, matchers, window)} + ({first} or vector(0)))"


def ratio(bad: str, total: str) -> str:
    """Nothing when there were no events at all."""
    return f"({bad}\n    / ({total} > 0))"


def quantile(buckets: str, matchers: str, window: str, share: str = "0.99") -> str:
    return f"histogram_quantile({share}, sum by (le) (rate({buckets}{{{matchers}}}[{window}])))"
