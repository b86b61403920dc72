"""Conditions that test what no request carries, or in a way that IAM does not have."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from policies.access import catalogue
from policies.access.comparisons import OPERATORS
from policies.access.global_keys import is_global
from policies.documents import Condition, Statement

_SETS = ("ForAllValues:", "ForAnyValue:")
_ANY_TEXT = re.compile(r"\$\{[^}]*\}|<[^>]*>")
# IAM user guide, "Available keys for AWS OIDC federation": the tokens of every provider carry these.
_CLAIMS = frozenset({"amr", "aud", "email", "oaud", "sub"})


def problems(statement: Statement, actions: list[str]) -> Iterator[str]:
    """What is wrong with the conditions of a statement, whose `actions` are patterns of actions that exist."""
    for condition in statement.conditions:
        if not _is_operator(condition.operator):
            yield f"tests {condition.key} by {condition.operator}, which is no operator"
        if not is_global(condition.key) and not _is_claim(condition.key, statement):
            yield from _unknown_key(condition, statement, actions)


def _is_operator(written: str) -> bool:
    name = written
    for prefix in _SETS:
        name = name.removeprefix(prefix)
    return name == "Null" or name.removesuffix("IfExists") in OPERATORS


def _is_claim(key: str, statement: Statement) -> bool:
    """Whether a token of a provider that the statement trusts carries the key."""
    issuer, _, claim = key.rpartition(":")
    trusted = (principal.value for principal in statement.principals or () if principal.kind == "Federated")
    return claim in _CLAIMS and any(issuer == name.lower().split(":oidc-provider/")[-1] for name in trusted)


def _unknown_key(condition: Condition, statement: Statement, actions: list[str]) -> Iterator[str]:
    key = condition.key
    services = {key.partition(":")[0], "sts", *(action.partition(":")[0] for action in actions)}
    if not any(_among(key, catalogue.keys_of_service(service)) for service in services):
        yield f"tests {key}, which no request carries"
    elif statement.actions is not None and not any(set(action) <= set("*:") for action in actions):
        ignorant = [action for action in actions if not _carry(action, key)]
        if ignorant and (len(ignorant) == len(actions) or _needs_the_key(condition)):
            yield f"tests {key}, which requests for {', '.join(map(_spelt, ignorant))} do not carry"


def _needs_the_key(condition: Condition) -> bool:
    """Whether a request without the key always, or never, meets the test, so that testing it is a mistake."""
    operator = condition.operator
    return not (operator.endswith("IfExists") or operator == "Null" or operator.startswith(_SETS[0]))


def _spelt(pattern: str) -> str:
    return catalogue.find(pattern).name if catalogue.exists(pattern) else pattern


@lru_cache(maxsize=16_384)
def _carry(pattern: str, key: str) -> bool:
    """Whether requests for an action of the pattern may carry the key."""
    return any(_among(key, catalogue.condition_keys(action)) for action in catalogue.expand(pattern))


def _among(key: str, documented: Iterable[str]) -> bool:
    return any(
        key == one.lower() or (_ANY_TEXT.search(one) is not None and _compiled(one).fullmatch(key) is not None)
        for one in documented
    )


@lru_cache(maxsize=8192)
def _compiled(documented: str) -> re.Pattern[str]:
    """`aws:RequestTag/${TagKey}` as an expression."""
    literals = map(re.escape, _ANY_TEXT.split(documented.lower()))
    return re.compile(".+".join(literals), re.DOTALL)
