"""Condition operators: how one value of a request compares with one value of a policy."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from ipaddress import ip_address, ip_network
from operator import eq, ge, gt, le, lt
from typing import Any

from policies.access import patterns
from policies.access.patterns import Wildcards
from policies.access.request import Request
from policies.access.truth import Truth

Compare = Callable[[str, str, Request, bool], Truth]


@dataclass(frozen=True)
class Operator:
    """`compare` takes the policy's value, the request's value, the request, and whether variables are read.

    A negated operator holds where the comparison does not, and so where the key is absent.
    """

    compare: Compare
    negated: bool = False
    variables: bool = False  # IAM user guide, policy variables: in string and ARN operators alone


def _text(wildcards: Wildcards) -> Compare:
    def compare(policy: str, value: str, request: Request, variables: bool) -> Truth:
        return patterns.match(policy, value, request, wildcards, variables=variables)

    return compare


def _ignoring_case(policy: str, value: str, request: Request, variables: bool) -> Truth:
    return patterns.match(policy, value, request, Wildcards.NONE, variables=variables, ignore_case=True)


def _arn(policy: str, value: str, request: Request, variables: bool) -> Truth:
    return patterns.match(policy, value, request, Wildcards.ARN, variables=variables)


def _parsed(parse: Callable[[str], Any], test: Callable[[Any, Any], bool]) -> Compare:
    """Compares what both values stand for; MAYBE if one of them does not read as such."""

    def compare(policy: str, value: str, _request: Request, _variables: bool) -> Truth:
        try:
            return Truth.of(test(parse(value), parse(policy)))
        except (ValueError, InvalidOperation, TypeError):
            return Truth.MAYBE

    return compare


def _address(policy: str, value: str, _request: Request, _variables: bool) -> Truth:
    try:
        return Truth.of(ip_address(value) in ip_network(str.__str__(policy), strict=False))
    except ValueError:
        return Truth.MAYBE


def _bool(policy: str, value: str, _request: Request, _variables: bool) -> Truth:
    return Truth.of(value.lower() == str.lower(policy))


def _moment(text: str) -> datetime:
    """ISO 8601, or seconds since 1970."""
    if str.lstrip(text, "-").isdigit():
        return datetime.fromtimestamp(int(text), UTC)
    moment = datetime.fromisoformat(str.__str__(text))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "Equals": eq,
    "LessThan": lt,
    "LessThanEquals": le,
    "GreaterThan": gt,
    "GreaterThanEquals": ge,
}


def _ordered(name: str, parse: Callable[[str], Any]) -> dict[str, Operator]:
    made = {f"{name}{test}": Operator(_parsed(parse, function)) for test, function in _TESTS.items()}
    return made | {f"{name}NotEquals": Operator(_parsed(parse, eq), negated=True)}


def _both(positive: str, negative: str, compare: Compare) -> dict[str, Operator]:
    return {name: Operator(compare, name == negative, variables=True) for name in (positive, negative)}


OPERATORS = {
    **_both("StringEquals", "StringNotEquals", _text(Wildcards.NONE)),
    **_both("StringLike", "StringNotLike", _text(Wildcards.TEXT)),
    **_both("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", _ignoring_case),
    **_both("ArnEquals", "ArnNotEquals", _arn),  # the same as ArnLike (IAM user guide, ARN condition operators)
    **_both("ArnLike", "ArnNotLike", _arn),
    **_ordered("Numeric", Decimal),
    **_ordered("Date", _moment),
    "BinaryEquals": Operator(_parsed(str.__str__, eq)),
    "Bool": Operator(_bool),
    "IpAddress": Operator(_address),
    "NotIpAddress": Operator(_address, negated=True),
}
