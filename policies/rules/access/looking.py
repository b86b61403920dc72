"""Whether a role can do no more than look at what things are."""

from policies.access import Document, Outcome, Request, decide
from policies.access.gathering import documents_of
from policies.graph import Graph
from policies.resource import Resource

_LOOKS = ("batchget", "check", "describe", "get", "head", "list", "lookup", "search", "simulate", "view")
# Reading these is reading what things hold.
DATA = ("kms:Decrypt", "secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue", "ssm:GetParameter")
_NOBODY = "000000000000"


def only_looks(graph: Graph, role: Resource) -> bool:
    """Whether no statement of the role's allows an action that changes anything, and no secret can be read.

    Raises Undecided if a policy of the role is not known.
    """
    documents = documents_of(graph, role)
    if not all(map(_looks, documents.identity)):
        return False
    if any(document.statements is None for document in documents.identity):
        raise role.undecided("policies")
    account = graph.account(role) or _NOBODY
    requests = (Request(principal=f"arn:aws:iam::{account}:role/{role.name}", action=action) for action in DATA)
    return all(decide(request, documents).outcome is Outcome.DENY for request in requests)


def _looks(document: Document) -> bool:
    allowed = [statement for statement in document.statements or () if statement.allows]
    names = [action.partition(":")[2] for statement in allowed for action in statement.actions or ()]
    return all(s.actions is not None for s in allowed) and all(name.startswith(_LOOKS) for name in names)
