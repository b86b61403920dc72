"""What statements of policies grant, one by one, and which grants are a part of others."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from policies.documents import Condition, Principal, Statement, matches

# Keys that say whose the caller is: AWS global condition context keys, and KMS's own.
_OF_CALLER = ("aws:principalaccount", "aws:principalarn", "aws:sourceaccount", "aws:sourceowner", "kms:calleraccount")


@dataclass(frozen=True)
class Grant:
    """One who, what and where of a statement; `not ` stands before what is written inverted."""

    who: Principal
    action: str
    resource: str
    conditions: frozenset[Condition]
    label: str = field(compare=False)


def grants_of(statement: Statement) -> Iterator[Grant]:
    """All that a statement says, whether it allows or denies."""
    yield from (
        Grant(who, action, resource, frozenset(statement.conditions), statement.label)
        for who in _principals(statement)
        for action in _texts(statement.actions, statement.not_actions)
        for resource in _texts(statement.resources, statement.not_resources)
    )


def beyond(grants: Iterable[Grant], others: Iterable[Grant]) -> list[Grant]:
    """Those that none of the others surely covers."""
    known = list(others)
    return [grant for grant in grants if not any(_covers(other, grant) for other in known)]


def _covers(one: Grant, other: Grant) -> bool:
    """Whether the first surely holds for all that the second holds for."""
    return (
        _is_among(other.who, one.who)
        and _is_pattern(other.action, one.action)
        and _is_pattern(other.resource, one.resource)
        and all(any(_implies(test, asked) for test in other.conditions) for asked in one.conditions)
    )


def _is_among(who: Principal, others: Principal) -> bool:
    if others.everyone or who == others:
        return True
    whole = others.kind == "AWS" and (others.value.endswith(":root") or others.value.isdigit())
    return whole and who.kind == "AWS" and who.account is not None and who.account == others.account


def _is_pattern(text: str, pattern: str) -> bool:
    if text == pattern:
        return True
    return not text.startswith("not ") and not pattern.startswith("not ") and matches(pattern, text)


def _implies(test: Condition, asked: Condition) -> bool:
    if (test.operator.lower(), test.key) != (asked.operator.lower(), asked.key):
        return False
    mine, its = set(test.values), set(asked.values)
    return mine >= its if "not" in test.operator.lower() else mine <= its


def is_outside(grant: Grant, account: str | None) -> bool:
    """Whether somebody of another account may be meant; services work for this one."""
    who = grant.who
    if who.kind == "Service" or any(_holds(test, account) for test in grant.conditions):
        return False
    foreign = bool(who.account and who.account != account)
    return who.everyone or who.kind in ("not", "Federated", "CanonicalUser") or foreign


def _holds(test: Condition, account: str | None) -> bool:
    """Whether a condition keeps everyone out but the own account."""
    operator = test.operator.lower()
    positive = "equals" in operator and "not" not in operator and "ifexists" not in operator
    named = positive and test.key in _OF_CALLER
    return named and account is not None and all(account in value for value in test.values)


def _principals(one: Statement) -> tuple[Principal, ...]:
    if one.not_principals is not None:
        inverted = ", ".join(sorted(str.__str__(principal.value) for principal in one.not_principals))
        return (Principal("not", inverted),)
    return one.principals or (Principal("", ""),)


def _texts(plain: tuple[str, ...] | None, inverted: tuple[str, ...] | None) -> tuple[str, ...]:
    if inverted is not None:
        return ("not " + ", ".join(sorted(inverted)),)
    return plain if plain is not None else ("",)
