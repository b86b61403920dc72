"""Users and roles: their ARNs, their documents, and the tags that their requests carry."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from policies import tokens
from policies.access import managed
from policies.access.document import Document, Documents
from policies.access.estate.index import ByAction
from policies.access.gathering import documents_of, trust_of
from policies.access.request import Values
from policies.documents import DocumentError, Statement
from policies.graph import Graph
from policies.resource import Resource
from policies.values import Mistyped, Undecided

_TAG_KEY = re.compile(r"aws:principaltag/([^}',]+)", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Principal:
    """A user or role of the graph; `trust` is who may become the role, None for a user."""

    arn: str
    resource: Resource
    documents: Documents
    trust: Document | None
    tags: dict[str, str] | None  # None: not known
    variant: str = ""  # what sets it apart from the one in the graph

    @property
    def name(self) -> str:
        return self.arn.rsplit("/", 1)[-1]

    @property
    def key(self) -> str:
        return f"{self.arn} {self.variant}"

    @cached_property
    def _indexed(self) -> tuple[tuple[ByAction, ...], ByAction | None]:
        boundary = self.documents.boundary
        return tuple(map(ByAction, self.documents.identity)), ByAction(boundary) if boundary else None

    def on(self, action: str) -> Documents:
        """The documents without the statements that are not about `action`, which decide nothing on it."""
        identity, boundary = self._indexed
        return Documents(
            identity=tuple(document.on(action) for document in identity),
            boundary=boundary.on(action) if boundary else None,
        )

    def may_be_granted(self, action: str) -> bool:
        """Whether its own policies, and its boundary, could allow `action` on anything."""
        identity, boundary = self._indexed
        return any(document.allows(action) for document in identity) and (boundary is None or boundary.allows(action))

    def may_be_granted_on(self, action: str, resource: str) -> bool:
        """The same on one resource."""
        identity, boundary = self._indexed
        return any(document.allows_on(action, resource) for document in identity) and (
            boundary is None or boundary.allows_on(action, resource)
        )

    @cached_property
    def trusted(self) -> frozenset[str] | None:
        """Whom the trust policy names who is no service; None if that is not known, or all but those named."""
        statements = self.trust.statements if self.trust else ()
        if statements is None or any(s.allows and s.not_principals is not None for s in statements):
            return None
        return frozenset(
            str.__str__(principal.value)
            for statement in statements
            if statement.allows
            for principal in statement.principals or ()
            if principal.kind in ("AWS", "*")
        )

    @cached_property
    def freely_tagged(self) -> bool:
        """Whether who takes the role may give the session tags of its own (IAM user guide, session tags)."""
        if self.trust is None:
            return False
        return self.trust.statements is None or any(
            s.allows and (s.acts_on("sts:tagsession") or s.acts_on("sts:assumerolewithsaml"))
            for s in self.trust.statements
        )


def principals_of(graph: Graph) -> Iterator[Principal]:
    """Every user and role whose ARN is known, ordered by type and URN.

    Raises DocumentError, naming the resource, for a policy text that is no document.
    """
    for resource in graph.of_type(tokens.ROLE, tokens.USER):
        if isinstance(arn := resource.properties.get("arn"), str):
            yield principal_of(graph, resource, arn)


def principal_of(graph: Graph, resource: Resource, arn: str) -> Principal:
    """One user or role, which the policies shall know by this ARN. Raises as `principals_of` does."""
    try:
        documents = _with_managed(documents_of(graph, resource))
        trust = trust_of(resource) if resource.type == tokens.ROLE else None
    except DocumentError as error:
        raise DocumentError(f"a policy of {resource.name} is no policy document: {error}") from None
    return Principal(arn, resource, documents, trust, tags_of(graph, resource))


def _with_managed(documents: Documents) -> Documents:
    boundary = documents.boundary and managed.known(documents.boundary)
    return Documents(identity=tuple(map(managed.known, documents.identity)), boundary=boundary)


def tags_of(graph: Graph, resource: Resource) -> dict[str, str] | None:
    """The tags in force, from least to most exact; None if they are not known."""
    found: dict[str, str] = {}
    try:
        for block in reversed(list(graph._tag_blocks(resource))):
            found |= {key: str.__str__(block[key]) for key in block}
    except (Undecided, Mistyped):
        return None
    return found


def tag_context(principal: Principal, statements: Iterator[Statement]) -> dict[str, str | Values | None]:
    """The keys `aws:PrincipalTag/*` that the statements ask for: the principal's tags, and None for others.

    A session may bring tags of its own where the trust policy lets it: then nothing is known of them.
    """
    if principal.tags is None or principal.freely_tagged:
        return {}
    known = {key.lower(): value for key, value in principal.tags.items()}
    return {f"aws:PrincipalTag/{key}": known.get(key) for key in sorted(_asked(statements))}


def _asked(statements: Iterator[Statement]) -> set[str]:
    found: set[str] = set()
    for statement in statements:
        texts = [*(statement.resources or ()), *(statement.not_resources or ())]
        for condition in statement.conditions:
            texts += (condition.key, *condition.values)
        for text in texts:
            found.update(key.strip().lower() for key in _TAG_KEY.findall(str.__str__(text)))
    return found
