"""Conditions of the Rollouts controller, read as it reads them (utils/evaluate/evaluate.go of v1.10.0).

Only what `metrics.conditions` writes: `BROKEN ? nil : CONDITION` of `any`, `all`, `count`, `len`, `isNaN` and `isInf`.
"""

import math
import re
from collections.abc import Sequence
from typing import Literal

Phase = Literal["Successful", "Failed", "Inconclusive", "Error"]
_WORDS = (
    (r"(any|all|count)\(result, ((?:[^()]|\([^()]*\))*)\)", r"\1_(\2 for one in result)"),
    (r"#", "one"),
    (r"&&", " and "),
    (r"\|\|", " or "),
    (r"(?<!\w)nil(?!\w)", "None"),
    (r"(?<!\w)true(?!\w)", "True"),
    (r"(?<!\w)false(?!\w)", "False"),
    (r"^(.*) \? None : (.*)$", r"None if (\1) else (\2)"),
)
_NAMES = {
    "any_": any,
    "all_": all,
    "count_": sum,
    "len": len,
    "isNaN": math.isnan,
    "isInf": math.isinf,
}


def phase(success: str, failure: str, result: Sequence[float]) -> Phase:
    """Of one measurement. A condition that answers neither true nor false is an error, that of success first."""
    passes, fails = (_value(condition, result) for condition in (success, failure))
    if passes not in (True, False) or fails not in (True, False):
        return "Error"
    if fails:
        return "Failed"
    return "Successful" if passes else "Inconclusive"


def _value(condition: str, result: Sequence[float]) -> object:
    for pattern, replacement in _WORDS:
        condition = re.sub(pattern, replacement, condition)
    return eval(condition, {"__builtins__": {}, **_NAMES, "result": result})  # our own words, in a test
