"""Conditions that keep a grant within our organisation or our account, whomever else it names."""

import re

from policies.documents import Condition, Statement

_EXACT = ("StringEquals", "StringEqualsIgnoreCase", "ForAnyValue:StringEquals")
_LIKE = (*_EXACT, "StringLike", "ForAnyValue:StringLike")
_ARN = ("ArnEquals", "ArnLike", "ForAnyValue:ArnEquals", "ForAnyValue:ArnLike")
_ORGANISATION_KEYS = ("aws:principalorgid", "aws:principalorgpaths", "aws:sourceorgid", "aws:sourceorgpaths")
_ACCOUNT_KEYS = ("aws:principalaccount", "kms:calleraccount", "aws:sourceaccount", "aws:sourceowner")
_ARN_KEYS = ("aws:principalarn", "aws:sourcearn")
_CONTEXT = "kms:encryptioncontext:"  # what a service that encrypts for a resource says of it
_ORGANISATION = re.compile(r"o-[a-z0-9]+(/[^*?$].*)?")


def stays_inside(statement: Statement, own: str | None) -> bool | None:
    """Whether a condition keeps the statement inside; None if that depends on which account is our own.

    Negated operators, those that let an absent key pass, and keys that a caller chooses himself keep nobody out.
    """
    answers = [_keeps(condition, own) for condition in statement.conditions]
    return True if True in answers else None if None in answers else False


def _keeps(condition: Condition, own: str | None) -> bool | None:
    if not condition.values:
        return False
    if condition.key in _ORGANISATION_KEYS:
        named = all(_ORGANISATION.fullmatch(value) for value in condition.values)
        return condition.operator in _LIKE and named
    accounts = _accounts(condition)
    if not accounts or not all(re.fullmatch(r"\d{12}", account) for account in accounts):
        return False
    return None if own is None else accounts == {own}


def _accounts(condition: Condition) -> set[str]:
    """The accounts that the condition names; empty if it does not limit them."""
    if condition.key in _ACCOUNT_KEYS and condition.operator in _LIKE:
        return {str.__str__(value) for value in condition.values}
    if condition.key in _ARN_KEYS or condition.key.startswith(_CONTEXT):
        parts = [value.split(":", 5) for value in condition.values]
        if condition.operator in _LIKE and any({"*", "?"} & set("".join(part[:5])) for part in parts):
            return set()  # there a wildcard may reach over colons, into the part that names the account
        if condition.operator in (*_LIKE, *_ARN):
            return {part[4] if len(part) == 6 else "" for part in parts}
    return set()
