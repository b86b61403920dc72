"""Alert policies of an SLO: which of our burn-rate windows they mean, and what they say that is not taken over."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from components.slo.checks import figure
from components.slo.openslo.documents import Documents, refuse
from components.slo.openslo.objectives import is_number
from components.slo.windows import ALL_WINDOWS, BY_NAME, WindowName


def windows_of(
    found: Documents, spec: Mapping[str, Any], days: int, where: str, notes: list[str]
) -> tuple[WindowName, ...] | None:
    """The windows that the policies name; None, which is all of them, where none does."""
    given = spec.get("alertPolicies") or []
    if not isinstance(given, list):
        raise refuse(f"{where}: spec.alertPolicies", given, "a list", "correct it")
    named: set[str] = set()
    for number, one in enumerate(given):
        place = f"{where}: spec.alertPolicies[{number}]"
        condition, called = _condition(found, _policy(found, one, place), place)
        window, threshold = condition.get("lookbackWindow"), condition.get("threshold")
        if (ours := BY_NAME.get(str(window))) is None or not is_number(threshold):
            notes.append(
                f"{called}: a burn rate over {window} is no alert here; ours are over {', '.join(ALL_WINDOWS)}"
            )
            continue
        named.add(ours.long)
        if Decimal(str(threshold)) != (factor := ours.factor(days)):
            notes.append(f"{called}: fires here above a burn rate of {figure(factor)} over {window}, not {threshold}")
    return tuple(name for name in ALL_WINDOWS if name in named) or None


def _policy(found: Documents, one: object, where: str) -> Mapping[str, Any]:
    """`spec` of a policy: named, as a text alone too, or written out."""
    name = one.get("alertPolicyRef") if isinstance(one, Mapping) else one
    if name is not None:
        spec: Mapping[str, Any] = found.get("AlertPolicy", name, where)["spec"]
        return spec
    if not isinstance(one, Mapping) or not isinstance(one.get("spec"), Mapping):
        raise refuse(where, one, "an alertPolicyRef, or an AlertPolicy with a spec", "correct it")
    return one["spec"]  # type: ignore[no-any-return]


def _condition(found: Documents, policy: Mapping[str, Any], where: str) -> tuple[Mapping[str, Any], str]:
    given = policy.get("conditions")
    if not isinstance(given, list) or len(given) != 1 or not isinstance(given[0], Mapping):
        raise refuse(f"{where}: conditions", given, "a list of one condition", "keep one")
    one = given[0]
    called = one.get("conditionRef") or (one.get("metadata") or {}).get("name")
    if one.get("conditionRef") is not None:
        one = found.get("AlertCondition", one["conditionRef"], f"{where}: conditions[0].conditionRef")
    condition = (one.get("spec") or {}).get("condition")
    if not isinstance(condition, Mapping) or condition.get("kind", "burnrate") != "burnrate":
        raise refuse(f"{where}: condition", condition, "a condition of the kind burnrate", "correct it")
    return condition, f"AlertCondition {called}"
