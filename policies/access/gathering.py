"""The documents of a role, a user or a group, gathered from the resource graph."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from policies import tokens
from policies.access.document import Document, Documents, KeyGrant
from policies.access.grants import OPERATIONS
from policies.graph import Graph
from policies.resource import Resource
from policies.values import Block, Undecided

# Where inline policies stand: the type, and its property that names the holder.
_INLINE = {
    tokens.ROLE: (tokens.ROLE_POLICY, "role"),
    tokens.USER: (tokens.USER_POLICY, "user"),
    tokens.GROUP: (tokens.GROUP_POLICY, "group"),
}
# How a managed policy comes to its holder: the type, its property that names the holder, and the one for policies.
_ATTACHMENTS = {
    tokens.ROLE: (
        (tokens.ROLE_POLICY_ATTACHMENT, "role", "policyArn"),
        (tokens.POLICY_ATTACHMENT, "roles", "policyArn"),
        (tokens.ROLE_POLICY_ATTACHMENTS, "roleName", "policyArns"),
    ),
    tokens.USER: (
        (tokens.USER_POLICY_ATTACHMENT, "user", "policyArn"),
        (tokens.POLICY_ATTACHMENT, "users", "policyArn"),
        (tokens.USER_POLICY_ATTACHMENTS, "userName", "policyArns"),
    ),
    tokens.GROUP: (
        (tokens.GROUP_POLICY_ATTACHMENT, "group", "policyArn"),
        (tokens.POLICY_ATTACHMENT, "groups", "policyArn"),
        (tokens.GROUP_POLICY_ATTACHMENTS, "groupName", "policyArns"),
    ),
}
# How a user comes to groups: the type, its property that names users, and the one that names groups.
_MEMBERSHIPS = (
    (tokens.USER_GROUP_MEMBERSHIP, "user", "groups"),
    (tokens.GROUP_MEMBERSHIP, "users", "group"),
)
# The content of the one policy of AWS whose content cannot change.
_KNOWN = {
    "arn:aws:iam::aws:policy/AdministratorAccess": {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
    }
}


def documents_of(graph: Graph, holder: Resource) -> Documents:
    """The identity policies of a role or user, inline, attached and of its groups, and its permissions boundary.

    A document is of unknown content where it is not in the graph, is not known yet, or where only an unknown
    reference could tell whether it is the holder's. Raises DocumentError for a text that is no policy document.
    """
    boundary = next(_managed(graph, holder, "permissionsBoundary"), None)
    identity = list(_identity(graph, holder))
    if holder.type == tokens.USER:
        identity += _of_groups(graph, holder)
    return Documents(identity=tuple(identity), boundary=boundary)


def policies_of(graph: Graph, holder: Resource) -> list[Resource]:
    """The managed policies of the graph that are surely attached to a role, user or group itself."""
    holding = [(holder, "managedPolicyArns")]
    for type_, to_holder, to_policies in _ATTACHMENTS[holder.type]:
        holding += ((attachment, to_policies) for attachment in graph.possible_referrers(holder, type_, to_holder))
    found: dict[str, Resource] = {}
    for resource, path in holding:
        with suppress(Undecided):
            found |= {policy.urn: policy for policy in graph.references(resource, path, tokens.POLICY)}
    return list(found.values())


def groups_of(graph: Graph, user: Resource) -> list[Resource]:
    """The groups of the graph that the user surely is in."""
    found: dict[str, Resource] = {}
    for type_, to_user, to_groups in _MEMBERSHIPS:
        for membership in graph.possible_referrers(user, type_, to_user):
            with suppress(Undecided):
                found |= {group.urn: group for group in graph.references(membership, to_groups, tokens.GROUP)}
    return list(found.values())


def trust_of(role: Resource) -> Document:
    """The trust policy: who may assume the role."""
    return _document(f"trust policy of {role.name}", role.props, "assumeRolePolicy")


def grants_of(graph: Graph, key: Resource) -> tuple[KeyGrant, ...]:
    """The grants that the graph makes on a key. A grantee or a key that is not known yet may be any."""
    found = graph.possible_referrers(key, tokens.KEY_GRANT, "keyId")
    hidden = {place.urn for place in found.undecided}
    others = [grant for grant in graph.of_type(tokens.KEY_GRANT) if grant.urn in hidden]
    return (*map(_grant, found), *(replace(_grant(grant), limited=True) for grant in others))


def _identity(graph: Graph, holder: Resource) -> Iterator[Document]:
    try:
        for block in holder.props.blocks("inlinePolicies"):
            if block.raw.get("policy") in (None, ""):  # how a state says that there is none
                continue
            yield _document(f"inline policy of {holder.name}", block, "policy")
    except Undecided as undecided:
        yield from _unknown(undecided)
    yield from _managed(graph, holder, "managedPolicyArns")
    inline = graph.possible_referrers(holder, *_INLINE[holder.type])
    for policy in inline:
        yield _document(f"inline policy {policy.name}", policy.props, "policy")
    if inline.undecided:
        yield from _unknown(Undecided(*inline.undecided))
    for type_, to_holder, to_policies in _ATTACHMENTS[holder.type]:
        attachments = graph.possible_referrers(holder, type_, to_holder)
        for attachment in attachments:
            yield from _managed(graph, attachment, to_policies)
        if attachments.undecided:
            yield from _unknown(Undecided(*attachments.undecided))


def _of_groups(graph: Graph, user: Resource) -> Iterator[Document]:
    for type_, to_user, to_groups in _MEMBERSHIPS:
        memberships = graph.possible_referrers(user, type_, to_user)
        if memberships.undecided:
            yield from _unknown(Undecided(*memberships.undecided))
        for membership in memberships:
            try:
                graph.references(membership, to_groups, tokens.GROUP)
            except Undecided as error:
                yield from _unknown(error)
            yield from _outside_groups(graph, membership, to_groups)
    for group in groups_of(graph, user):
        yield from _identity(graph, group)


def _outside_groups(graph: Graph, membership: Resource, path: str) -> Iterator[Document]:
    value = membership.properties.get(path)
    for name in value if isinstance(value, list) else [value]:
        if isinstance(name, str) and not graph.find(name, tokens.GROUP):
            yield Document(f"group {name}", None)


def _managed(graph: Graph, holder: Resource, path: str) -> Iterator[Document]:
    """The managed policies that the value or list at `path` names."""
    value = holder.properties.get(path)
    values = [one for one in (value if isinstance(value, list) else [value]) if one not in (None, "")]  # states say ""
    outside = [arn for arn in values if isinstance(arn, str) and _is_outside(graph, arn)]
    try:
        found = graph.references(holder, path, tokens.POLICY) if len(outside) < len(values) else ()
    except Undecided as undecided:
        found = ()
        yield from _unknown(undecided)
    for policy in found:
        yield _document(f"policy {policy.name}", policy.props, "policy")
    for arn in outside:
        yield Document.of(arn, _KNOWN[arn]) if arn in _KNOWN else Document(arn, None)
    if 0 < len(found) < len(values) - len(outside):  # what else the list holds, the producers do not tell
        yield Document(f"{path} of {holder.name}", None)


def _is_outside(graph: Graph, arn: str) -> bool:
    """Whether it names no policy of the graph; one of AWS, or of another account, may have the name of one of ours."""
    found = graph.find(arn, tokens.POLICY)
    if found is None:
        return True
    known = found.properties.get("arn")
    return arn.startswith("arn:") and (arn.split(":")[4:5] == ["aws"] or (isinstance(known, str) and known != arn))


def _document(name: str, properties: Block, key: str) -> Document:
    try:
        return Document.of(name, properties[key])
    except (KeyError, Undecided):
        return Document(name, None)


def _unknown(undecided: Undecided) -> Iterator[Document]:
    for place in undecided.places:
        yield Document(f"{place.path} of {place.urn.rsplit('::', 1)[-1]}", None)


def _grant(grant: Resource) -> KeyGrant:
    listed, grantee = grant.properties.get("operations"), grant.properties.get("granteePrincipal")
    operations = [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []
    known = isinstance(listed, list) and len(operations) == len(listed)
    return KeyGrant(
        name=f"grant {grant.name}",
        grantee=grantee if isinstance(grantee, str) else "",
        operations=tuple(operations) if known else tuple(sorted(OPERATIONS)),
        limited=bool(grant.properties.get("constraints")) or not known,
    )
