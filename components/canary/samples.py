"""How many requests or charges a verdict needs, and so how long a step must hold: arithmetic only."""

import math
from statistics import NormalDist

CONFIDENCE = 0.95
POWER = 0.80
USUAL_APPROVAL = 0.92  # share of charges that issuers approve, from which a drop is measured


def requests_needed(bound: float) -> int:
    """Requests without an error that show, with 95 % confidence, an error ratio below `bound`.

    The rule of three: zero events in n trials bound their rate below 3/n at 95 % (Hanley and Lippman-Hand,
    "If nothing goes wrong, is everything all right?", JAMA 249, 1983): 300 for 1 %, 3000 for 0.1 %.
    """
    return round(3 / bound)


def charges_needed(drop: float, approval: float = USUAL_APPROVAL) -> int:
    """Charges in the canary that show a fall of the approval ratio by `drop` from `approval`.

    Two proportions, one-sided at 95 % with power 80 %, the stable arm so large that its own error is small:
    n = (z(95 %) + z(80 %))^2 * p * (1 - p) / drop^2 (Fleiss, Levin and Paik, "Statistical Methods for Rates and
    Proportions", chapter 4, without the continuity correction): about 1150 for 2 points below 92 %, 180 for 5.
    """
    normal = NormalDist()
    deviations = normal.inv_cdf(CONFIDENCE) + normal.inv_cdf(POWER)
    return math.ceil(deviations**2 * approval * (1 - approval) / drop**2)


def hold_s(table_s: float, needed: int, per_s: float, share_percent: float) -> float:
    """Seconds for which a step of `share_percent` holds: the table's, or until `needed` of `per_s` were its own."""
    return max(table_s, needed * 100 / (per_s * share_percent)) if needed else table_s
