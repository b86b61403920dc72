"""The documents of a role, gathered from the resource graph."""

from collections.abc import Iterator

from policies import tokens
from policies.access.document import Document, Documents, KeyGrant
from policies.access.grants import OPERATIONS
from policies.graph import Graph
from policies.resource import Resource
from policies.values import Block, Undecided

# How a managed policy comes to a role: the type, its property that names the role, and the one that names policies.
_ATTACHMENTS = (
    (tokens.ROLE_POLICY_ATTACHMENT, "role", "policyArn"),
    (tokens.POLICY_ATTACHMENT, "roles", "policyArn"),
    (tokens.ROLE_POLICY_ATTACHMENTS, "roleName", "policyArns"),
)
# The content of the one policy of AWS whose content cannot change.
_KNOWN = {
    "arn:aws:iam::aws:policy/AdministratorAccess": {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
    }
}


def documents_of(graph: Graph, role: Resource) -> Documents:
    """A role's identity policies, inline and attached, and its permissions boundary.

    A document is of unknown content where it is not in the graph, is not known yet, or where only an unknown
    reference could tell whether it is the role's. Raises DocumentError for a text that is no policy document.
    """
    boundary = next(_managed(graph, role, "permissionsBoundary"), None)
    return Documents(identity=tuple(_identity(graph, role)), boundary=boundary)


def trust_of(role: Resource) -> Document:
    """The trust policy: who may assume the role."""
    return _document(f"trust policy of {role.name}", role.props, "assumeRolePolicy")


def grants_of(graph: Graph, key: Resource) -> tuple[KeyGrant, ...]:
    """The grants that the graph makes on a key. A grantee or a key that is not known yet may be any."""
    found = graph.possible_referrers(key, tokens.KEY_GRANT, "keyId")
    hidden = {place.urn for place in found.undecided}
    others = [grant for grant in graph.of_type(tokens.KEY_GRANT) if grant.urn in hidden]
    return tuple(_grant(grant) for grant in (*found, *others))


def _identity(graph: Graph, role: Resource) -> Iterator[Document]:
    try:
        for block in role.props.blocks("inlinePolicies"):
            yield _document(f"inline policy of {role.name}", block, "policy")
    except Undecided as undecided:
        yield from _unknown(undecided)
    yield from _managed(graph, role, "managedPolicyArns")
    inline = graph.possible_referrers(role, tokens.ROLE_POLICY, "role")
    for policy in inline:
        yield _document(f"inline policy {policy.name}", policy.props, "policy")
    if inline.undecided:
        yield from _unknown(Undecided(*inline.undecided))
    for type_, to_role, to_policies in _ATTACHMENTS:
        attachments = graph.possible_referrers(role, type_, to_role)
        for attachment in attachments:
            yield from _managed(graph, attachment, to_policies)
        if attachments.undecided:
            yield from _unknown(Undecided(*attachments.undecided))


def _managed(graph: Graph, holder: Resource, path: str) -> Iterator[Document]:
    """The managed policies that the value or list at `path` names."""
    value = holder.properties.get(path)
    values = value if isinstance(value, list) else [] if value is None else [value]
    outside = [arn for arn in values if isinstance(arn, str) and not graph.find(arn, tokens.POLICY)]
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


def _document(name: str, properties: Block, key: str) -> Document:
    try:
        return Document.of(name, properties[key])
    except (KeyError, Undecided):
        return Document(name, None)


def _unknown(undecided: Undecided) -> Iterator[Document]:
    for place in undecided.places:
        yield Document(f"{place.path} of {place.urn.rsplit('::', 1)[-1]}", None)


def _grant(grant: Resource) -> KeyGrant:
    return KeyGrant(
        name=f"grant {grant.name}",
        grantee=_text(grant, "granteePrincipal"),
        operations=tuple(_operations(grant)),
        limited="constraints" in grant.props,
    )


def _text(grant: Resource, key: str) -> str:
    try:
        return str(grant.props.get(key, ""))
    except Undecided:
        return ""


def _operations(grant: Resource) -> Iterator[str]:
    try:
        yield from grant.props.get("operations", ())
    except Undecided:
        yield from sorted(OPERATIONS)
