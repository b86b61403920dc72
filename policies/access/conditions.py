"""Whether a request meets a statement's conditions (IAM user guide, Condition and its operators)."""

from collections.abc import Iterable

from policies.access import patterns
from policies.access.comparisons import OPERATORS, Operator
from policies.access.request import Request, Untold, Values
from policies.access.truth import Truth, all_of, any_of
from policies.documents import Condition

_ALL, _ANY, _IF_EXISTS = "ForAllValues:", "ForAnyValue:", "IfExists"


def meets(conditions: Iterable[Condition], request: Request, *, variables: bool) -> Truth:
    """All of the conditions; `variables` says whether the document's version reads `${...}`."""
    return all_of(meets_one(condition, request, variables=variables) for condition in conditions)


def meets_one(condition: Condition, request: Request, *, variables: bool) -> Truth:
    """One condition; MAYBE for a key that the request does not tell, or an operator that IAM does not have."""
    values = request.value(condition.key)
    name = condition.operator.removeprefix(_ALL).removeprefix(_ANY)
    if name == "Null":
        return _is_absent(condition, values)
    operator = OPERATORS.get(name.removesuffix(_IF_EXISTS))
    if operator is None or isinstance(values, Untold):
        return Truth.MAYBE
    if not values:
        return _without_value(condition.operator, operator)
    each = [_one(operator, condition, value, request, variables=variables) for value in values]
    if condition.operator.startswith(_ALL):
        return all_of(each)
    if condition.operator.startswith(_ANY):
        return any_of(each)
    return each[0] if len(set(each)) == 1 else Truth.MAYBE  # several values ask for one of the two


def _is_absent(condition: Condition, values: Values | Untold | None) -> Truth:
    if isinstance(values, Untold):
        return Truth.MAYBE
    return any_of(Truth.of(value.lower() == str(not values).lower()) for value in condition.values)


def _without_value(written: str, operator: Operator) -> Truth:
    """ForAllValues holds for a key without values and ForAnyValue does not, negated or not."""
    if written.endswith(_IF_EXISTS) or written.startswith(_ALL):
        return Truth.YES
    return Truth.of(operator.negated and not written.startswith(_ANY))


def _one(operator: Operator, condition: Condition, value: str, request: Request, *, variables: bool) -> Truth:
    reads = variables and operator.variables
    matched = any_of(operator.compare(policy, value, request, reads) for policy in condition.values)
    if not operator.negated:
        return matched
    lost = any(patterns.has_missing_variable(policy, request, variables=reads) for policy in condition.values)
    return min(~matched, Truth.MAYBE) if lost else ~matched
