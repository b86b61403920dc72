"""Principals after a change: with any permission, or as members of a group."""

from dataclasses import replace

from policies.access.document import Document, Documents
from policies.access.estate import Asker
from policies.access.estate.principals import Principal
from policies.access.gathering import documents_of
from policies.access.reach.nodes import Node
from policies.graph import Graph
from policies.resource import Resource

_ANYTHING = Document.of(
    "permissions given to oneself",
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]},
)


def unlimited(holder: Principal) -> Node:
    """The holder once it has given itself every permission; its boundary still binds it."""
    documents = Documents(identity=(_ANYTHING,), boundary=holder.documents.boundary)
    return _as("unlimited", f"{holder.name} with any permission", holder, documents)


def member(user: Principal, group: Resource, graph: Graph) -> Node:
    """The user once it has joined the group."""
    more = documents_of(graph, group).identity
    documents = replace(user.documents, identity=(*user.documents.identity, *more))
    return _as(f"member of {group.urn}", f"{user.name} in {group.name}", user, documents)


def _as(kind: str, name: str, principal: Principal, documents: Documents) -> Node:
    changed = replace(principal, documents=documents, variant=kind)
    return Node(f"{principal.arn} {kind}", name, Asker(principal.arn, known=changed))
