"""People prove who they are, and for how long."""

from collections.abc import Iterator
from typing import Any

from policies import tokens
from policies.controls import pci, unverified
from policies.documents import Condition, Principal, Statement, statements
from policies.examples import ACCOUNT, Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity
from policies.rules.access.trust import by, trust, trusting
from policies.values import UNKNOWN

_DEFAULT_S, _EMERGENCY_S, _LONGEST_S = 3_600, 3_600, 43_200  # IAM, CreateRole: an hour by default
_PRESENT, _AGE = "aws:multifactorauthpresent", "aws:multifactorauthage"


def _problems(role: Resource, graph: Graph) -> Iterator[Problem]:
    emergency = graph.tag(role, "access") == "break-glass"
    limit_s = _EMERGENCY_S if emergency else _LONGEST_S
    length_s = int(role.props.get("maxSessionDuration", _DEFAULT_S))
    if length_s > limit_s:
        yield Problem("maxSessionDuration", f"a session lasts {length_s} s, more than {limit_s} s")
    if any(map(_is_denied_without_mfa, statements(role.props["assumeRolePolicy"]))):
        return
    for statement in trusting(role):
        if _names_accounts(statement, graph) and not any(map(_asks_for_mfa, statement.conditions)):
            yield Problem("assumeRolePolicy", f"{statement.label} does not ask for a second factor")


def _names_accounts(statement: Statement, graph: Graph) -> bool:
    """Whether a principal of an account may become the role, as people do."""
    principals = statement.principals
    named = principals is None or any(p.kind in ("AWS", "*") and not _is_workload(p, graph) for p in principals)
    return named and statement.acts_on("sts:AssumeRole")


def _is_workload(principal: Principal, graph: Graph) -> bool:
    """Whether it is a role of this graph that AWS services alone take: no person, and no second factor to show."""
    roles = [role for role in graph.of_type(tokens.ROLE) if _arn(role, graph) == principal.value]
    taken_by = [taker for role in roles for statement in trusting(role) for taker in statement.principals or (None,)]
    return bool(taken_by) and all(taker is not None and taker.kind == "Service" for taker in taken_by)


def _arn(role: Resource, graph: Graph) -> str | None:
    """As far as it is known before the role exists."""
    told: list[Any] = [role.properties.get("name"), role.properties.get("path", "/"), graph.account(role)]
    if any(one is UNKNOWN or not isinstance(one, str) for one in told):
        return None
    name, path, account = told
    return f"arn:aws:iam::{account}:role{path}{name}"


def _is_from_directory(statement: Statement) -> bool:
    """Whether people come from a SAML directory, which asks for the second factor itself."""
    return any(":saml-provider/" in principal.value for principal in statement.principals or ())


def _is_for_people(role: Resource, graph: Graph) -> bool:
    return any(_names_accounts(statement, graph) or _is_from_directory(statement) for statement in trusting(role))


def _asks_for_mfa(condition: Condition) -> bool:
    """The key is absent for access keys without a second factor, so that `IfExists` would let them pass."""
    if condition.key == _PRESENT:
        return condition.operator == "Bool" and [v.lower() for v in condition.values] == ["true"]
    return condition.key == _AGE and condition.operator in ("NumericLessThan", "NumericLessThanEquals")


def _is_denied_without_mfa(statement: Statement) -> bool:
    if not (statement.denies and statement.for_everyone() and statement.acts_on("sts:AssumeRole")):
        return False
    if len(statement.conditions) != 1:
        return False
    (condition,) = statement.conditions
    absent_or_false = condition.operator == "BoolIfExists" and [v.lower() for v in condition.values] == ["false"]
    return condition.key == _PRESENT and absent_or_false


_MFA = {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}
_ENGINEERS = by("AWS", f"arn:aws:iam::{ACCOUNT}:root")
_DIRECTORY = by("Federated", f"arn:aws:iam::{ACCOUNT}:saml-provider/corporate", Action="sts:AssumeRoleWithSAML")
_EMERGENCY = {"access": "break-glass"}


def _behind(*takers: dict[str, object], name: object = "reader") -> Example:
    """A role that another one of the program takes, whom `takers` take."""
    app = trust(by("AWS", f"arn:aws:iam::{ACCOUNT}:role/platform/reader"))
    (_, reader) = trust(*takers, name=name, path="/platform/")
    return (*app, Node(reader.type, "reader", reader.props, provider="aws"))


def _denied(operator: str, value: str, **more: object) -> Example:
    condition = {operator: {"aws:MultiFactorAuthPresent": value}, **more}
    return trust(_ENGINEERS, {"Effect": "Deny", "Principal": "*", "Condition": condition})


RULES = (
    Rule(
        id="IAM-11",
        name="people-prove-who-they-are",
        summary="A role that accounts may assume asks for a second factor; its sessions, and those of a directory's"
        " people, last 12 hours at most, or one hour for break-glass.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.ROLE,),
        reads=("assumeRolePolicy", "maxSessionDuration", "tags", "allowedAccountIds", "name", "path"),
        controls=(*pci("L", "8.4.2", "8.4.3"), *pci("L", "8.2.8"), *unverified("soc2", "CC6.1")),
        remedy='Add {"Bool": {"aws:MultiFactorAuthPresent": "true"}} to the trust policy, and keep max_session_duration'
        f" within {_LONGEST_S}, or {_EMERGENCY_S} with the tag access=break-glass.",
        problems=_problems,
        applies=_is_for_people,
        needs_graph=True,
        passes=(
            trust(_ENGINEERS | _MFA),
            trust(_ENGINEERS | _MFA, maxSessionDuration=_LONGEST_S),
            trust(_ENGINEERS | _MFA, tags=_EMERGENCY),
            trust(_ENGINEERS | {"Condition": {"Bool": {"AWS:multifactorauthpresent": [True]}}}),
            trust(_ENGINEERS | {"Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}}),
            _denied("BoolIfExists", "false"),
            trust(_DIRECTORY, maxSessionDuration=28_800),
        ),
        fails=(
            trust(_ENGINEERS),
            trust(by("AWS", f"arn:aws:iam::{ACCOUNT}:role/platform/reader")),  # who that is, nobody knows here
            _behind(_ENGINEERS | _MFA),
            _behind(by("Service", "pods.eks.amazonaws.com"), _ENGINEERS | _MFA),
            _behind(by("Service", "pods.eks.amazonaws.com"), name="another"),
            _behind(by("Service", "pods.eks.amazonaws.com"), name=Ref("settings")),
            trust({"Principal": "*"}),
            trust({"NotPrincipal": {"AWS": ACCOUNT}}),
            trust(by("AWS", f"arn:aws:iam::{ACCOUNT}:role/people", Action="sts:*")),
            trust(_ENGINEERS | _MFA, by("AWS", ACCOUNT)),
            trust(_ENGINEERS | {"Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}}),
            trust(_ENGINEERS | {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}}),
            trust(_ENGINEERS | {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": ["true", "false"]}}}),
            trust(_ENGINEERS | {"Condition": {"Bool": {"aws:SecureTransport": "true"}}}),
            trust(_ENGINEERS | {"Condition": {"NumericGreaterThan": {"aws:MultiFactorAuthAge": "0"}}}),
            _denied("Bool", "false"),
            _denied("BoolIfExists", "true"),
            _denied("BoolIfExists", "false", StringEquals={"aws:PrincipalTag/team": "billing"}),
            trust(_ENGINEERS | _MFA, maxSessionDuration=_LONGEST_S + 1),
            trust(_ENGINEERS | _MFA, maxSessionDuration=_EMERGENCY_S + 1, tags=_EMERGENCY),
            trust(_DIRECTORY, maxSessionDuration=_LONGEST_S, tags=_EMERGENCY),
        ),
        undecided=(trust(_ENGINEERS | _MFA, maxSessionDuration=Ref("settings")),),
        ignores=(
            trust(by("Service", "ec2.amazonaws.com"), maxSessionDuration=_LONGEST_S + 1),
            _behind(by("Service", "pods.eks.amazonaws.com")),
            trust(by("Federated", f"arn:aws:iam::{ACCOUNT}:oidc-provider/id.example.com")),
        ),
    ),
)
