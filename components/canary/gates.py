"""The gates by name: what each asks of the metrics, and its limit. What passes, fails, starves or is blind is data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from components.canary import budget, comparisons, invariants, pods
from components.canary.queries import FEWEST_BAD, OLDEST_SAMPLE_S, oldest
from components.canary.view import View

# How reads become a verdict:
#   limit  within the limit in all of the last three reads passes; beyond it in two of the three fails
#   first  the first read beyond the limit fails: of money, one is too many
#   hold   as limit, but never fails: it is no fault of the release
#   least  at least as many as needed in all of the last three reads passes; never fails
#   age    older than the limit is blind
Judgement = Literal["limit", "first", "hold", "least", "age"]


@dataclass(frozen=True, kw_only=True)
class Gate:
    """`query` of a view answers with one number, see `queries`. `says` completes "Passes while ..."."""

    query: Callable[[View], str]
    judgement: Judgement
    says: str
    starved: str = "never"
    blind: str = "the canary's metrics are gone, stale or not a number"
    limit: float = 0.0


FEW = "fewer requests than needed in the canary, and nothing that proves it worse"
UNRECORDED = "the recorded series of a service level are gone, stale or not a number"
BOTH = "the metrics of either arm are gone, stale or not a number"

GATES: Mapping[str, Gate] = {
    "metrics-are-fresh": Gate(
        query=oldest,
        judgement="age",
        limit=OLDEST_SAMPLE_S,
        says=f"pods of both arms answered a scrape within {OLDEST_SAMPLE_S} s",
        blind=f"no pod of an arm answered within {OLDEST_SAMPLE_S} s",
    ),
    "enough-requests": Gate(
        query=comparisons.requests,
        judgement="least",
        says="the canary had as many requests as the step needs",
        starved="it had fewer",
    ),
    "enough-charges": Gate(
        query=comparisons.charges,
        judgement="least",
        says="the canary had as many charges as a comparison of approvals needs",
        starved="it had fewer",
    ),
    "money-ledger-balanced": Gate(
        query=invariants.ledger,
        judgement="first",
        says="no entry of the ledger is unbalanced",
        blind="the ledger does not export ledger_unbalanced_entries_total, or not a number",
    ),
    "money-no-idempotency-conflict": Gate(
        query=invariants.idempotency, judgement="first", says="the canary answered no repeated request differently"
    ),
    "money-no-duplicate-capture": Gate(
        query=invariants.captures, judgement="first", says="the canary captured no charge twice"
    ),
    "errors-below-ceiling": Gate(
        query=comparisons.errors,
        judgement="limit",
        limit=comparisons.ERROR_CEILING,
        says=f"at most {comparisons.ERROR_CEILING:.0%} of the canary's requests failed",
        starved=f"{FEW} ({FEWEST_BAD} failed ones)",
    ),
    "errors-not-above-stable": Gate(
        query=comparisons.more_errors,
        judgement="limit",
        limit=comparisons.MORE_ERRORS,
        says="the canary's error ratio is not more than 0.2 points above the stable one's, chance aside (z > 3)",
        starved=f"{FEW} ({FEWEST_BAD} failed ones), or too few in the stable arm",
        blind=BOTH,
    ),
    "latency-not-above-stable": Gate(
        query=comparisons.slower,
        judgement="limit",
        limit=comparisons.SLOWER,
        says="the canary's p99 is within the objective, or at most 1.25 times the stable one's",
        starved=f"{FEW} ({FEWEST_BAD} slow ones), or too few in the stable arm",
        blind=BOTH,
    ),
    "processor-errors-not-above-stable": Gate(
        query=comparisons.more_processor_errors,
        judgement="limit",
        limit=comparisons.MORE_ERRORS,
        says="processors failed not more than 0.2 points more of the canary's charges, chance aside (z > 3)",
        starved="fewer charges than needed in either arm",
        blind=BOTH,
    ),
    "approvals-not-below-stable": Gate(
        query=comparisons.fewer_approvals,
        judgement="limit",
        limit=comparisons.FEWER_APPROVALS,
        says="issuers approved at most 2 points fewer of the canary's charges than of the stable arm's",
        starved="fewer charges than needed, and not yet 180 that show a fall of 5 points",
        blind=BOTH,
    ),
    "deliveries-not-below-stable": Gate(
        query=comparisons.fewer_deliveries,
        judgement="limit",
        limit=comparisons.MORE_ERRORS,
        says="not more than 0.2 points more of the canary's first deliveries failed, chance aside (z > 3)",
        starved="fewer deliveries than needed in either arm",
        blind=BOTH,
    ),
    "burn-rate-within-budget": Gate(
        query=budget.burn_rate,
        judgement="limit",
        limit=1.0,
        says="the whole service loses less of each error budget than it earns",
        starved="fewer requests than needed to tell, or above it by fewer bad ones than its alert counts",
        blind=UNRECORDED,
    ),
    "no-burn-rate-page": Gate(
        query=budget.pages,
        judgement="hold",
        says="no burn-rate alert of the service pages",
        starved="one does, which is no fault of the new version: a person lets a fix in",
        blind=UNRECORDED,
    ),
    "pool-not-saturated": Gate(
        query=pods.pool,
        judgement="limit",
        limit=pods.SATURATED,
        says="every canary pod has at least 15 % of its database connections free",
    ),
    "memory-not-saturated": Gate(
        query=pods.memory,
        judgement="limit",
        limit=pods.SATURATED,
        says="every canary pod has at least 15 % of its memory free",
    ),
    "memory-not-leaking": Gate(
        query=pods.leak,
        judgement="limit",
        limit=1.0,
        says="no canary pod's memory grows so fast that it reaches its limit within two hours",
        starved="no canary pod is old enough to have a trend",
    ),
    "no-restarts": Gate(query=pods.restarts, judgement="limit", says="no container of the canary was restarted"),
    "stable-at-full-scale": Gate(
        query=pods.stable_missing,
        judgement="hold",
        says="all pods of the stable arm are ready, so that it could take all traffic at once",
        starved="some are not, which is no fault of the canary",
        blind="kube-state-metrics does not answer",
    ),
}
