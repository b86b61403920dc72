"""Escalation by the permissions of one principal, whatever else its account holds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from policies.access.decision import Outcome
from policies.access.document import Documents
from policies.access.estate.principals import Principal
from policies.access.evaluation import decide
from policies.access.reach.escalation import CHANGES, PASSINGS, Change, Gain, Passing
from policies.access.reach.named import filled, named
from policies.access.request import Request, Values

_PASS = "iam:PassRole"  # noqa: S105  # an action, no password
_REGION = "us-east-1"  # stands for any; a condition on the region is not what stops an escalation
# A target that nothing limits: what may be changed only within a boundary is no way out.
_UNLIMITED = {"iam:PermissionsBoundary": None}
# What an administrator who is inside a boundary must not do to a role without one (IAM user guide, "Permissions
# boundaries, delegating responsibility to others").
_DELEGATED = ("iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:DeleteRolePermissionsBoundary")
_OWN_NAME = "${aws:username}"


@dataclass(frozen=True, order=True)
class Combination:
    """Actions that together give more access, and on what."""

    actions: tuple[str, ...]
    resource: str


def combinations(principal: Principal) -> Iterator[Combination]:
    """The ways that the principal's own policies leave open, its boundary and their conditions counted. What may be
    counts.

    Whoever is inside a boundary that keeps every role it makes inside one may change and pass the roles of a path.
    """
    delegated = is_delegated(principal)
    for change in CHANGES:
        for resource in _leads_on(principal, change):
            if not (delegated and _is_confined(resource, principal)):
                yield Combination((change.action,), resource)
    passed = {passing.service: list(_passed(principal, passing, delegated=delegated)) for passing in PASSINGS}
    for passing in PASSINGS:
        actions = _started(principal, passing)
        if actions:
            yield from (Combination((_PASS, *actions), resource) for resource in passed[passing.service])


def is_delegated(principal: Principal) -> bool:
    """Whether the principal's boundary, which is known, keeps every role that it changes inside a boundary."""
    boundary = principal.documents.boundary
    if boundary is None or boundary.statements is None:
        return False
    anyone = f"arn:aws:iam::{_account(principal)}:role/x"
    documents = Documents(identity=(boundary,))
    return all(_outcome(principal, action, anyone, documents, _UNLIMITED) is Outcome.DENY for action in _DELEGATED)


def _leads_on(principal: Principal, change: Change) -> Iterator[str]:
    for pattern in named(principal, change.action):
        own = change.gain is Gain.TARGET and (_OWN_NAME in pattern or pattern == principal.arn)
        if not own and _may(principal, change.action, pattern, _UNLIMITED):
            yield pattern


def _passed(principal: Principal, passing: Passing, *, delegated: bool) -> Iterator[str]:
    for pattern in named(principal, _PASS):
        if _may(principal, _PASS, pattern, {"iam:PassedToService": passing.service}) and not (
            delegated and _is_confined(pattern, principal)
        ):
            yield pattern


def _started(principal: Principal, passing: Passing) -> tuple[str, ...]:
    """The actions that start something with a role; empty if one is lacking."""
    if not all(_somewhere(principal, action) for action in passing.actions):
        return ()
    start = next((action for action in passing.starts if _somewhere(principal, action)), None)
    if passing.starts and start is None:
        return ()
    return (*passing.actions, start) if start else passing.actions


def _somewhere(principal: Principal, action: str) -> bool:
    return any(_may(principal, action, pattern, {}) for pattern in named(principal, action))


def _may(principal: Principal, action: str, pattern: str, context: Mapping[str, str | Values | None]) -> bool:
    resource = filled(pattern, _account(principal), _REGION)
    return _outcome(principal, action, resource, principal.on(action), context) is not Outcome.DENY


def _outcome(
    principal: Principal, action: str, resource: str, documents: Documents, context: Mapping[str, str | Values | None]
) -> Outcome:
    request = Request(
        principal=principal.arn, action=action, resource=resource, account=_account(principal), context=context
    )
    return decide(request, documents).outcome


def _is_confined(pattern: str, principal: Principal) -> bool:
    """Whether the pattern names roles or policies of a path, and not the principal itself."""
    parts = pattern.split(":", 5)
    path = parts[5].split("/") if len(parts) == 6 else []
    own = principal.arn.split(":", 5)[5].split("/")[1:2]
    return len(path) > 2 and not set("*?") & set(path[1]) and path[1:2] != own


def _account(principal: Principal) -> str:
    return principal.arn.split(":")[4]
