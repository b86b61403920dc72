"""One graph as IAM sees it: decides who may do what, and finds everyone who may."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from policies.access.decision import Decision, Outcome
from policies.access.document import Document, Documents
from policies.access.estate.arns import identified
from policies.access.estate.asking import HAS_POLICIES, Asker, account_in, asker_of
from policies.access.estate.context import Facts
from policies.access.estate.index import ByAction
from policies.access.estate.organisation import control_of
from policies.access.estate.places import Places
from policies.access.estate.principals import principals_of, tag_context
from policies.access.estate.protection import KEYS, Protection
from policies.access.estate.strangers import stranger, strangers
from policies.access.evaluation import decide
from policies.access.request import Request, Values
from policies.documents import Statement
from policies.graph import Graph
from policies.resource import Resource

Context = Mapping[str, str | Values | None]


@dataclass(frozen=True)
class Answer:
    """The decision on one principal, by the name that people call it."""

    principal: str
    decision: Decision


class Estate:
    """What a graph says of who may do what, indexed once; every question is decided once."""

    def __init__(self, graph: Graph) -> None:
        self.graph = identified(graph)
        self.principals = {principal.arn: principal for principal in principals_of(self.graph)}
        self.places = Places(self.graph)
        self._protection = Protection(self.places)
        self._control: dict[str, tuple[tuple[ByAction, ...], ...]] = {}
        self._facts = Facts(self.graph)
        self._decided: dict[tuple[object, ...], Decision] = {}
        self._admitted: dict[tuple[str, str], Mapping[str, Asker]] = {}

    def asker(self, text: str) -> Asker:
        """Who is meant, as `asker_of` has it. Raises NotFound for a name that nobody or more than one has."""
        return asker_of(text, self.principals)

    def can(self, asker: Asker, action: str, resource: str, context: Context | None = None) -> Decision:
        """What IAM answers to one request of the principal itself."""
        told = context or {}
        variant = asker.known.variant if asker.known else ""
        key = (asker.arn, asker.session, variant, action.lower(), resource, tuple(sorted(told.items())))
        if key not in self._decided:
            self._decided[key] = self._decide(asker, action, resource, told)
        return self._decided[key]

    def outcome(self, asker: Asker, action: str, resource: str, context: Context | None = None) -> Outcome:
        """The outcome alone, at once where no statement could allow the action on anything."""
        target = self.places.resource(resource)
        possible = _could_on(asker, action, resource) or (target is None and _needs_policy(action))
        if not possible and not (target and self.is_open(target, action)):
            return Outcome.DENY
        return self.can(asker, action, resource, context).outcome

    def could(self, asker: Asker, action: str, target: Resource) -> bool:
        """Whether a statement of the asker's policies, or of the target's, could allow the action on something."""
        if asker.known.may_be_granted(action) if asker.known else asker.arn.startswith("arn:"):
            return True
        return self.is_open(target, action)

    def is_open(self, target: Resource, action: str) -> bool:
        """Whether the target's own policy allows the action to someone, or a grant may."""
        return self._protection.is_open(target, action)

    def who_can(self, action: str, resource: str, context: Context | None = None) -> Iterator[Answer]:
        """Everyone who is allowed, or may be: the graph's principals by ARN, then whom the resource's policy names."""
        known = ((Asker(arn, known=principal), arn) for arn, principal in sorted(self.principals.items()))
        for asker, name in chain(known, self._outsiders(action, resource)):
            decision = self.can(asker, action, resource, context)
            if decision.outcome is not Outcome.DENY:
                yield Answer(name, decision)

    def admitted(self, target: Resource, action: str) -> Mapping[str, Asker]:
        """Whom the target lets in, by its own policy or a grant, who is no principal of the graph: by name, `*` for
        everyone. Services of AWS are left out, and the target's own account, whose principals' policies decide.
        """
        key = (target.urn, action)
        if key not in self._admitted:
            found = strangers(self._protection.policy(target, action), self.principals, services=False)
            for grant in self._protection.grants(target):
                found |= stranger("AWS", grant.grantee, self.principals)
            own = f":iam::{self.places.account(target)}:root"
            self._admitted[key] = {name: asker for name, asker in found.items() if not asker.arn.endswith(own)}
        return self._admitted[key]

    def lets_in(self, asker: Asker, target: Resource, action: str) -> bool:
        """Whether the asker is one of those."""
        return asker in self.admitted(target, action).values()

    def _outsiders(self, action: str, resource: str) -> Iterator[tuple[Asker, str]]:
        found = strangers(self._protection.policy(self.places.resource(resource), action), self.principals)
        return iter((asker, name) for name, asker in sorted(found.items()))

    def _decide(self, asker: Asker, action: str, resource: str, told: Context) -> Decision:
        target = self.places.resource(resource)
        if target and target.type in KEYS and ":alias/" in resource:
            resource = str(target.properties["arn"])  # KMS developer guide: policies name keys, never their aliases
        policy = self._protection.policy(target, action)
        if target and policy and self._protection.is_closed(target, asker):
            return Decision(Outcome.DENY, (), ("public access block",))
        documents = replace(
            _documents(asker, action),
            control=self._control_of(asker.account, action),
            resource=policy,
            grants=self._protection.grants(target) if target else (),
        )
        request = Request(
            principal=asker.arn,
            action=action,
            resource=resource,
            session=asker.session,
            account=self._account(asker, resource, target),
            context={**self._context(asker, target, action, resource, documents), **told},
        )
        return decide(request, documents)

    def _control_of(self, account: str, action: str) -> tuple[tuple[Document, ...], ...]:
        if account not in self._control:
            levels = control_of(self.graph, account) if account else ()
            self._control[account] = tuple(tuple(map(ByAction, level)) for level in levels)
        return tuple(tuple(document.on(action) for document in level) for level in self._control[account])

    def _account(self, asker: Asker, resource: str, target: Resource | None) -> str:
        """The resource's; an ARN without account that is of nothing in the graph counts as the asker's own."""
        return account_in(resource) or (self.places.account(target) if target else asker.account)

    def _context(
        self, asker: Asker, target: Resource | None, action: str, resource: str, documents: Documents
    ) -> dict[str, str | Values | None]:
        known = self._facts.of(target, action, resource, asker.arn)
        if asker.known:
            known |= tag_context(asker.known, _statements(documents))
        return known


def _could_on(asker: Asker, action: str, resource: str) -> bool:
    if asker.known is None:
        return asker.arn.startswith("arn:")
    if ":alias/" in resource:  # the policies name the key
        return asker.known.may_be_granted(action)
    return asker.known.may_be_granted_on(action, resource)


def _documents(asker: Asker, action: str) -> Documents:
    if asker.known:
        return asker.known.on(action)
    if not HAS_POLICIES.match(asker.arn):
        return Documents()
    return Documents(identity=(Document(f"policies of {asker.arn}", None),))


def _needs_policy(action: str) -> bool:
    """Whether a resource that is not in the graph may allow the action by itself."""
    return action.lower().startswith(("sts:", "kms:"))


def _statements(documents: Documents) -> Iterator[Statement]:
    each: Iterable[Document | None] = (*documents.identity, documents.boundary, documents.resource)
    return chain.from_iterable(document.statements or () for document in each if document)
