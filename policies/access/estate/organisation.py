"""Service control policies that a graph attaches to an account, level by level.

AWS attaches FullAWSAccess to every level by itself; it counts as detached where policies of the graph on the level
allow something (Organizations user guide, "SCP evaluation").
"""

from policies.access.document import Document
from policies.documents import DocumentError
from policies.graph import Graph
from policies.resource import Resource
from policies.values import Undecided

_POLICY = "aws:organizations/policy:Policy"
_ATTACHMENT = "aws:organizations/policyAttachment:PolicyAttachment"
_ACCOUNT = "aws:organizations/account:Account"
_UNIT = "aws:organizations/organizationalUnit:OrganizationalUnit"
_ORGANISATION = "aws:organizations/organization:Organization"
_FULL, _FULL_ID = "FullAWSAccess", "p-FullAWSAccess"
_EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def control_of(graph: Graph, account: str) -> tuple[tuple[Document, ...], ...]:
    """The policies on the way from the organisation's root to the account; none for the management account.

    Raises DocumentError for a text that is no policy document.
    """
    managing = {item.properties.get("masterAccountId") for item in graph.of_type(_ORGANISATION)}
    if account in managing:
        return ()
    above = _above(graph, account)
    found: dict[str, list[Document]] = {}
    for attachment in graph.of_type(_ATTACHMENT):
        target = attachment.properties.get("targetId")
        if target in above or (isinstance(target, str) and target.startswith("r-")):
            document = _attached(graph, attachment)
            if document is not None:
                found.setdefault(str(target), []).append(document)
    return tuple(_level(found[target]) for target in sorted(found, key=lambda target: _depth(target, above)))


def _above(graph: Graph, account: str) -> list[str]:
    """The account, and the units above it as far as the graph knows them."""
    found = [account]
    parents = {str(item.id): item.properties.get("parentId") for item in graph.of_type(_ACCOUNT, _UNIT)}
    while (parent := parents.get(found[-1])) and isinstance(parent, str) and parent not in found:
        found.append(parent)
    return found


def _attached(graph: Graph, attachment: Resource) -> Document | None:
    identifier = attachment.properties.get("policyId")
    if identifier == _FULL_ID:
        return Document.of(_FULL, _EVERYTHING)
    policy = graph.find(identifier, _POLICY)
    if policy is None:
        return Document(f"service control policy {identifier}", None)
    if policy.properties.get("type") not in (None, "SERVICE_CONTROL_POLICY"):
        return None
    name = f"service control policy {policy.name}"
    try:
        return Document.of(name, policy.props["content"])
    except (KeyError, Undecided):
        return Document(name, None)
    except DocumentError as error:
        raise DocumentError(f"content of {policy.name} is no policy document: {error}") from None


def _level(documents: list[Document]) -> tuple[Document, ...]:
    allows = any(d.statements is None or any(s.allows for s in d.statements) for d in documents)
    return tuple(documents) if allows else (*documents, Document.of(_FULL, _EVERYTHING))


def _depth(target: str, above: list[str]) -> tuple[int, str]:
    """Root first, the account last."""
    return (-above.index(target) if target in above else -len(above), target)
