"""Gates as metrics of an AnalysisTemplate: how they are read, and how reads become one of four verdicts.

How the controller (v1.10.0) reads them, and so why they are written like this:

- A measurement is Error when a condition answers something else than true or false, Failed when `failureCondition`
  holds, Successful when only `successCondition` holds, else Inconclusive (utils/evaluate/evaluate.go). Here that is
  blind, fail, pass and starved.
- `count` counts inconclusive measurements, too: a metric that starves until `count` is Successful. Only
  `consecutiveSuccessLimit` asks for evidence (analysis/analysis.go, assessMetricStatus).
- An error is repeated after 10 s, whatever the interval; after `consecutiveErrorLimit` the run is Error, and the
  rollout aborts (analysis/analysis.go, DefaultErrorRetryInterval; rollout/analysis.go).
- A run that is Inconclusive pauses the rollout, and while it is paused **no** run is looked at, the background's
  neither (rollout/analysis.go, reconcileBackgroundAnalysisRun): a canary that captures twice would stay. So a starved
  step does not become Inconclusive: it goes on measuring, its weight held and the tripwire on, until there is evidence,
  a person decides, or `LONGEST_UNDECIDED_S` are over.
- A run that is ended early is Successful. Nothing here depends on a run without end: the tripwire lets nothing pass.
"""

import math
from typing import Any

from components.canary.gates import GATES, Gate
from components.canary.view import View, duration

READ_S = 60
WATCH_S = 30  # between reads of the tripwire, which look at the same three minutes
READS = 3  # of which two must be beyond a limit
RETRY_S = 10  # the controller's, after an error
BLIND_GRACE_S = 600
QUERY_TIMEOUT_S = 5
STARVED_CALL_S = 1800  # after which a person is called
LONGEST_UNDECIDED_S = 14_400  # beyond all holds; then the release goes back to stable
LONGEST_BAKE_S = 3600  # beyond its hold, for which it still has the stable arm to compare with
TRIPWIRE_WINDOW_S = 300
FOREVER = 1_000_000  # reads
UNDECIDED = "decided-in-time"


_BROKEN = "len(result) == 0 || any(result, isNaN(#) || isInf(#))"


def explained(gate: Gate) -> str:
    """What each verdict of the gate means, for whoever reads the template."""
    return (
        f"Passes while {gate.says}. Fails (abort): {fails(gate)}. "
        f"Starved (inconclusive: held, never promoted): {gate.starved}. "
        f"Blind (error: held, after {BLIND_GRACE_S // 60} min back to stable): {gate.blind}."
    )


def fails(gate: Gate) -> str:
    words = {
        "limit": f"two of the last three one-minute reads were above {gate.limit:g}",
        "first": f"a read was above {gate.limit:g}",
    }
    return words.get(gate.judgement, "never")


def gate_metric(name: str, looked: View, limits: dict[str, Any]) -> dict[str, Any]:
    gate, plan = GATES[name], looked.plan
    success, failure = conditions(gate, looked)
    source: dict[str, Any] = {
        "address": plan.prometheus_url,
        "timeout": QUERY_TIMEOUT_S,
        "query": gate.query(looked),
    }
    if gate.judgement != "first":
        back = duration(looked.scaled((READS - 1) * READ_S))
        source["rangeQuery"] = {"start": f'now() - duration("{back}")', "end": "now()", "step": looked.range(READ_S)}
    return {
        "name": name,
        "interval": looked.range(READ_S),
        **limits,
        "failureLimit": 0,
        "consecutiveErrorLimit": math.ceil(looked.scaled(BLIND_GRACE_S) / RETRY_S),
        "successCondition": success,
        "failureCondition": failure,
        "provider": {"prometheus": source},
    }


def conditions(gate: Gate, looked: View) -> tuple[str, str]:
    """Success and failure; `nil` is neither true nor false, so the controller answers Error: the gate is blind."""
    broken, whole, limit = _BROKEN, f"len(result) == {READS}", f"{gate.limit:g}"
    within = f"all(result, # >= 0 && # <= {limit})"
    needed = looked.needed_charges if "charges" in gate.says else looked.needed
    success, failure = {
        "limit": (f"{whole} && {within}", f"count(result, # > {limit}) >= {READS - 1}"),
        "first": (within, f"any(result, # > {limit})"),
        "hold": (f"{whole} && {within}", "false"),
        "least": (f"{whole} && all(result, # >= {needed})", "false"),
        "age": (f"{whole} && {within}", "false"),
    }[gate.judgement]
    if gate.judgement == "age":
        broken = f"{broken} || any(result, # > {looked.scaled(gate.limit):g})"
        success = whole
    return f"{broken} ? nil : {success}", f"{broken} ? nil : {failure}"


def late_metric(looked: View, seconds: float) -> dict[str, Any]:
    """Ends what nobody decided: an error at once, once the time is over."""
    return {
        "name": UNDECIDED,
        "initialDelay": looked.range(seconds),
        "interval": looked.range(READ_S),
        "inconclusiveLimit": FOREVER,
        "failureLimit": 0,
        "consecutiveErrorLimit": 0,
        "successCondition": "nil",
        "failureCondition": "nil",
        "provider": {
            "prometheus": {"address": looked.plan.prometheus_url, "timeout": QUERY_TIMEOUT_S, "query": "vector(1)"}
        },
    }
