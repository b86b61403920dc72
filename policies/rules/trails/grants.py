"""What a role may do to trails: its policies together, less what they or its boundary deny."""

from collections.abc import Iterable, Iterator

from policies import tokens
from policies.documents import Statement, statements
from policies.graph import Graph
from policies.resource import Resource
from policies.rules.links import strangers
from policies.values import Undecided

_ACTIONS = frozenset(
    f"cloudtrail:{action}"
    for action in ("DeleteTrail", "PutEventSelectors", "PutInsightSelectors", "StopLogging", "UpdateTrail")
)
# What attaches managed policies to roles: where it names the role, and where the policies.
_ATTACHMENTS = (
    (tokens.ROLE_POLICY_ATTACHMENT, "role", "policyArn"),
    (tokens.ROLE_POLICY_ATTACHMENTS, "roleName", "policyArns"),
    (tokens.POLICY_ATTACHMENT, "roles", "policyArn"),
)
_ANY_TRAIL = "arn:aws:cloudtrail:*:*:trail/*"
_AWS = "arn:aws:iam::aws:policy/"
# AWS's managed policies that allow any of these actions, of the 1582 that existed on 2026-09-30; service-linked
# ones, which no role of ours can carry, are left out.
_AWS_ALLOWING = dict.fromkeys(
    (
        "AdministratorAccess",
        "AIDevOpsAgentActionsPolicy",
        "AWSCloudTrail_FullAccess",
        "AWSMcpServiceActionsFullAccess",
        "PowerUserAccess",
        "service-role/AWSControlTowerServiceRolePolicy",
    ),
    _ACTIONS,
) | {
    "AWSCodePipeline_FullAccess": frozenset({"cloudtrail:PutEventSelectors"}),
    "job-function/SystemAdministrator": frozenset({"cloudtrail:StopLogging"}),
}


def role_can(role: Resource, graph: Graph) -> list[str]:
    """The tampering actions that a role may take, sorted; raises Undecided if a policy of it is not known."""
    inline = [*_inline(role, graph)]
    allowed: set[str] = set()
    for name in _attached(role, graph):
        if isinstance(name, str):
            allowed |= _of_aws(name)
        else:
            inline += statements(name.props["policy"])
    allowed |= _allowed(inline)
    allowed -= _denied(inline)
    return sorted(allowed and _within_boundary(role, allowed, graph))


def policy_can(policy: Resource) -> list[str]:
    """The tampering actions that a policy allows by itself, sorted."""
    own = statements(policy.props["policy"])
    return sorted(_allowed(own) - _denied(own))


def _inline(role: Resource, graph: Graph) -> Iterator[Statement]:
    for block in role.props.blocks("inlinePolicies"):
        if "policy" in block:
            yield from statements(block["policy"])
    for holder in _all_referrers(role, tokens.ROLE_POLICY, "role", graph):
        yield from statements(holder.props["policy"])


def _attached(role: Resource, graph: Graph) -> Iterator[Resource | str]:
    """The managed policies of a role: those of the graph, and the ARNs of AWS's."""
    holders = [(role, "managedPolicyArns")]
    for type_, path, arns in _ATTACHMENTS:
        holders += ((link, arns) for link in _all_referrers(role, type_, path, graph))
    for holder, arns in holders:
        yield from graph.references(holder, arns, tokens.POLICY)
        yield from _known(strangers(holder, arns, graph, tokens.POLICY), holder, arns)


def _known(arns: Iterable[str], holder: Resource, path: str) -> Iterator[str]:
    for arn in arns:
        if not arn.startswith(_AWS):
            raise holder.undecided(path)  # a policy of ours that is not in this graph: nobody here can read it
        yield arn


def _all_referrers(role: Resource, type_: str, path: str, graph: Graph) -> list[Resource]:
    found = graph.possible_referrers(role, type_, path)
    if found.undecided:
        raise Undecided(*found.undecided)
    return list(found)


def _within_boundary(role: Resource, allowed: set[str], graph: Graph) -> set[str]:
    path = "permissionsBoundary"
    if path not in role.inputs:
        return allowed
    policy = graph.resolve(role, path, tokens.POLICY)
    if policy is None:
        (arn,) = _known([str(role.props[path])], role, path)
        return allowed & _of_aws(arn)
    own = statements(policy.props["policy"])
    return allowed & _allowed(own) - _denied(own)


def _of_aws(arn: str) -> frozenset[str]:
    return _AWS_ALLOWING.get(arn.removeprefix(_AWS), frozenset())


def _allowed(of: Iterable[Statement]) -> set[str]:
    """What statements allow on any trail at all, whatever their conditions."""
    allowing = [s for s in of if s.allows and _may_name_trail(s)]
    return {action for action in _ACTIONS if any(s.acts_on(action) for s in allowing)}


def _denied(of: Iterable[Statement]) -> set[str]:
    """What statements deny on every trail, without conditions."""
    denying = [s for s in of if s.denies and not s.conditions and s.covers_resource(_ANY_TRAIL)]
    return {action for action in _ACTIONS if any(s.acts_on(action) for s in denying)}


def _may_name_trail(statement: Statement) -> bool:
    if statement.resources is None:
        return True
    begin = _ANY_TRAIL.split("*", 1)[0]
    plain = (pattern.split("*", 1)[0].split("?", 1)[0] for pattern in statement.resources)
    return any(text.startswith(begin) or begin.startswith(text) for text in plain)
