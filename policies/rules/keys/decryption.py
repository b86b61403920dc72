"""Whoever decrypts, does so with named keys."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import pci, unverified
from policies.documents import Condition, Statement, matches
from policies.examples import Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.access.documents import (
    ATTACHERS,
    HOLDERS,
    READS,
    allow,
    attached,
    aws_policy,
    each_statement,
    granting,
    inline,
    limiting,
    text,
)
from policies.rules.access.wildcards import has_wildcard, is_any, is_everywhere

# What opens what a key encrypted; Security Hub's KMS.1 and KMS.2 go by the same.
_OPENING = ("kms:Decrypt", "kms:ReEncryptFrom")
# AWS managed policy reference: what allows kms:* on every key.
_EVERY_KEY = ("AdministratorAccess", "PowerUserAccess")
_EXACT = ("StringEquals", "ForAnyValue:StringEquals")


def _problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    yield from each_statement(resource, graph, _wrong)
    yield from decide(attached(resource, graph), _wrong_policy)


def _wrong(statement: Statement) -> str | None:
    opening = [action for action in _OPENING if statement.acts_on(action)]
    if not opening or not _is_on_every_key(statement) or any(map(_names_keys, statement.conditions)):
        return None
    return f"allows {opening[0]} with every key"


def _wrong_policy(arn: str) -> Iterator[Problem]:
    if aws_policy(arn) in _EVERY_KEY:
        yield Problem(None, f"{arn} allows kms:Decrypt with every key")


def _is_on_every_key(statement: Statement) -> bool:
    """Also every key of a region or an account, and every one but some."""
    return is_everywhere(statement) or any(map(_is_every_key, statement.resources or ()))


def _is_every_key(pattern: str) -> bool:
    parts = pattern.split(":", 5)
    if len(parts) < 6:  # a wildcard stands for more than a component
        return len(parts) > 2 and "*" in parts[-1] and "kms".startswith(parts[2].partition("*")[0])
    return matches(parts[2], "kms") and (is_any(parts[5]) or is_any(parts[5].removeprefix("key/")))


def _names_keys(condition: Condition) -> bool:
    """Whether the condition limits the keys by their aliases or tags."""
    limits = condition.key == "kms:resourcealiases" or condition.key.startswith("aws:resourcetag/")
    exact = condition.operator in _EXACT and not any(map(has_wildcard, condition.values))
    return limits and exact and bool(condition.values)


_KEY = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd"
_POLICY = Node(tokens.POLICY, "limit", {"policy": text(allow("kms:*", "*"))})


def _tested(operator: str, key: str, *values: str) -> object:
    return allow("kms:Decrypt", "*", Condition={operator: {key: list(values)}})


RULES = (
    Rule(
        id="KMS-05",
        name="decryption-names-its-keys",
        summary="No identity policy allows kms:* or kms:Decrypt with every key.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=(*HOLDERS, *ATTACHERS),
        reads=READS,
        controls=(*pci("P", "7.2.1", "3.6.1.2"), *unverified("soc2", "CC6.3")),
        remedy="Name the keys' ARNs in the statement's resources, or let the key name the role in"
        " components.EncryptionKey (users=).",
        problems=_problems,
        needs_graph=True,
        passes=(
            inline(allow("kms:Decrypt", _KEY)),
            inline(allow("kms:*", [_KEY])),
            inline(allow("kms:Decrypt", "arn:aws:kms:eu-central-1:111122223333:key/mrk-*")),
            inline(allow(["kms:DescribeKey", "kms:List*", "kms:Encrypt", "kms:GenerateDataKey*"], "*")),
            inline(allow(None, "*", NotAction=["kms:*"])),
            inline(allow("*", "arn:aws:s3:::invoices/*")),
            inline(allow("kms:Decrypt", "arn:aws:kms:*:*:alias/*")),
            inline(allow("kms:*", "*", Effect="Deny")),
            inline(_tested("ForAnyValue:StringEquals", "kms:ResourceAliases", "alias/prod-internal")),
            inline(_tested("StringEquals", "aws:ResourceTag/team", "payments")),
            (_POLICY, Node(tokens.ROLE, "app", {"permissionsBoundary": Ref("limit")})),
            *limiting(allow("kms:Decrypt", "*")),
            (Node(tokens.ROLE_POLICY_ATTACHMENT, "a", {"policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}),),
        ),
        fails=(
            inline(allow("kms:Decrypt", "*")),
            *granting(allow("kms:Decrypt", "*")),
            inline(allow("KMS:decrypt", "*")),
            inline(allow("kms:D*", "*")),
            inline(allow("kms:ReEncrypt*", "*")),
            inline(allow("kms:*", "*")),
            inline(allow("*", "*")),
            inline(allow(None, "*", NotAction=["iam:*", "kms:Encrypt"])),
            inline(allow("kms:Decrypt", None, NotResource=_KEY)),
            inline(allow("kms:Decrypt", [_KEY, "*"])),
            inline(allow("kms:Decrypt", "arn:aws:kms:*:*:key/*")),
            inline(allow("kms:Decrypt", "arn:aws:kms:eu-central-1:111122223333:key/*")),
            inline(allow("kms:Decrypt", "arn:aws:kms:eu-central-1:111122223333:*")),
            inline(allow("kms:Decrypt", "arn:aws:kms:*")),
            inline(_tested("StringEquals", "kms:ViaService", "s3.eu-central-1.amazonaws.com")),
            inline(_tested("StringLike", "aws:ResourceTag/team", "*")),
            inline(_tested("StringNotEquals", "aws:ResourceTag/team", "payments")),
            inline(_tested("ForAllValues:StringEquals", "kms:ResourceAliases", "alias/prod-internal")),
            (Node(tokens.ROLE, "app", {"inlinePolicies": [{"policy": text(allow("kms:*", "*"))}]}),),
            (Node(tokens.PERMISSION_SET_POLICY, "p", {"inlinePolicy": text(allow("kms:Decrypt", "*"))}),),
            (_POLICY, Node(tokens.ROLE_POLICY_ATTACHMENT, "a", {"role": "app", "policyArn": Ref("limit")})),
            (Node(tokens.ROLE_POLICY_ATTACHMENT, "a", {"policyArn": "arn:aws:iam::aws:policy/PowerUserAccess"}),),
        ),
        undecided=(
            (Node(tokens.ROLE_POLICY, "inline", {"policy": Ref("key")}),),
            (Node(tokens.ROLE_POLICY_ATTACHMENT, "a", {"role": "app", "policyArn": Ref("lost")}),),
        ),
    ),
)
