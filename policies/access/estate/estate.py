"""One graph as IAM sees it: finds principals and resources, and decides who may do what."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

from policies import tokens
from policies.access.decision import Decision, Outcome
from policies.access.document import Document, Documents, KeyGrant
from policies.access.estate import resources
from policies.access.estate.arns import graph_account, identified, main_account
from policies.access.estate.context import Facts
from policies.access.estate.index import ByAction
from policies.access.estate.organisation import control_of
from policies.access.estate.principals import Principal, principals_of, tag_context
from policies.access.evaluation import decide
from policies.access.gathering import grants_of
from policies.access.request import Request, Values
from policies.documents import Statement
from policies.graph import Graph
from policies.resource import Resource

Context = Mapping[str, str | Values | None]
_SESSION = re.compile(r"arn:([a-z-]+):sts::(\d{12}):assumed-role/([^/]+)/(.+)")
_IAM = re.compile(r"arn:[a-z-]+:iam::\d*:(user|role)/")  # who has policies of its own
_SERVICES = (".amazonaws.com", ".amazonaws.com.cn")
# IAM user guide, Principal: the web identity providers that a policy names without an ARN.
_PROVIDERS = ("accounts.google.com", "cognito-identity.amazonaws.com", "graph.facebook.com", "www.amazon.com")
_KEYS = (tokens.KEY, tokens.KEY_REPLICA)
_ANYONE = "000000000000"  # an account that nobody has, standing for every other one
_CANDIDATES_SHOWN = 10


class NotFound(Exception):  # noqa: N818  # an answer that names the candidates
    """No principal, or more than one, has the name."""


@dataclass(frozen=True)
class Asker:
    """Who asks: the ARN or service as a request names it, the session's name, and the graph's principal, if it is
    one.
    """

    arn: str
    session: str = ""
    known: Principal | None = None


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
        self._policies: dict[str, ByAction | None] = {}
        self._control: dict[str, tuple[tuple[ByAction, ...], ...]] = {}
        self._grants: dict[str, tuple[KeyGrant, ...]] = {}
        self._facts = Facts(self.graph)
        self._decided: dict[tuple[object, ...], Decision] = {}

    def asker(self, text: str) -> Asker:
        """Who is meant by an ARN, an account, a service, the name of a role or user, or `*`: somebody of an account
        that nothing names.

        Raises NotFound for a name that nobody or more than one has, naming candidates.
        """
        if session := _SESSION.fullmatch(text):
            _, account, name, session_name = session.groups()
            found = [p for p in self._called(name, tokens.ROLE) if p.arn.split(":")[4] == account]
            arn = found[0].arn if found else f"arn:{session[1]}:iam::{account}:role/{name}"
            return Asker(arn, session_name, self.principals.get(arn))
        if text == "*":
            return Asker(f"arn:aws:iam::{_ANYONE}:root")
        if re.fullmatch(r"\d{12}", text):
            return Asker(f"arn:aws:iam::{text}:root")
        if text.startswith("arn:") or text.endswith(_SERVICES) or text in _PROVIDERS:
            return Asker(text, known=self.principals.get(text))
        found = self._called(text)
        if len(found) != 1:
            raise NotFound(self._candidates(text, found))
        return Asker(found[0].arn, known=found[0])

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
        target = self.resource(resource)
        possible = self._could_on(asker, action, resource) or (target is None and _needs_policy(action))
        if not possible and not (target and self.is_open(target, action)):
            return Outcome.DENY
        return self.can(asker, action, resource, context).outcome

    def could(self, asker: Asker, action: str, target: Resource) -> bool:
        """Whether a statement of the asker's policies, or of the target's, could allow the action on something."""
        if asker.known.may_be_granted(action) if asker.known else asker.arn.startswith("arn:"):
            return True
        return self.is_open(target, action)

    def _could_on(self, asker: Asker, action: str, resource: str) -> bool:
        if asker.known is None:
            return asker.arn.startswith("arn:")
        if ":alias/" in resource:  # the policies name the key
            return asker.known.may_be_granted(action)
        return asker.known.may_be_granted_on(action, resource)

    def who_can(self, action: str, resource: str, context: Context | None = None) -> Iterator[Answer]:
        """Everyone who is allowed, or may be: the graph's principals by ARN, then whom the resource's policy names."""
        for arn, principal in sorted(self.principals.items()):
            yield from self._allowed(Asker(arn, known=principal), arn, action, resource, context)
        for asker, name in self._outsiders(action, resource):
            yield from self._allowed(asker, name, action, resource, context)

    def resource(self, arn: str) -> Resource | None:
        """The resource that an ARN means, be it of a part of it, such as an object of a bucket."""
        if found := self._resources.get(arn):
            return found
        if ":s3:::" in arn:
            return self._resources.get(arn.split("/", 1)[0])
        if arn.split(":")[2:3] == ["kms"] and ":alias/" in arn:
            return self.graph.find(arn.rsplit(":", 1)[-1], tokens.KEY, tokens.KEY_REPLICA)
        for end in (":*", ":log-stream"):
            if end in arn and (found := self._resources.get(arn.split(end)[0])):
                return found
        if arn.split(":")[2:3] == ["lambda"] and arn.count(":") == 7:  # a version or an alias of a function
            return self._resources.get(arn.rsplit(":", 1)[0])
        return None

    def policy(self, resource: Resource, action: str) -> Document | None:
        """What the resource's own policy says on the action; None if it has no policy."""
        found = self._indexed(resource)
        return found.on(action) if found else None

    def is_open(self, target: Resource, action: str) -> bool:
        """Whether the target's own policy allows the action to someone, or a grant may."""
        policy = self._indexed(target) if _protects(target, action) else None
        return (policy is not None and policy.allows(action)) or bool(self._grants_of(target))

    def _indexed(self, resource: Resource) -> ByAction | None:
        if resource.urn not in self._policies:
            document = resources.policy_of(self.graph, resource, self.account(resource))
            self._policies[resource.urn] = ByAction(document) if document else None
        return self._policies[resource.urn]

    def account(self, resource: Resource) -> str:
        """The account that the resource is in: its own or its provider's word, or that of its neighbours."""
        return graph_account(self.graph, resource) or self._accounts.get(resource.provider, "") or self._main_account

    def _allowed(
        self, asker: Asker, name: str, action: str, resource: str, context: Context | None
    ) -> Iterator[Answer]:
        decision = self.can(asker, action, resource, context)
        if decision.outcome is not Outcome.DENY:
            yield Answer(name, decision)

    def _outsiders(self, action: str, resource: str) -> Iterator[tuple[Asker, str]]:
        target = self.resource(resource)
        policy = self.policy(target, action) if target and _protects(target, action) else None
        named: dict[str, Asker] = {}
        for principal in resources.outsiders(policy):
            value = str.__str__(principal.value)
            if principal.everyone or "*" in value:
                named["*"] = Asker(f"arn:aws:iam::{_ANYONE}:root")
            elif principal.kind == "AWS" and not value.startswith("arn:") and not value.isdigit():
                continue  # the id of a principal that is deleted, or of one that nothing else names
            elif value not in self.principals and not _SESSION.fullmatch(value) and principal.kind != "CanonicalUser":
                asker = self.asker(value)
                named[asker.arn] = asker
        return iter((asker, name) for name, asker in sorted(named.items()))

    def _decide(self, asker: Asker, action: str, resource: str, told: Context) -> Decision:
        target = self.resource(resource)
        if target and target.type in _KEYS and ":alias/" in resource:
            resource = str(target.properties["arn"])  # KMS developer guide: policies name keys, never their aliases
        policy = self.policy(target, action) if target and _protects(target, action) else None
        if target and policy and self._is_closed(target, asker):
            return Decision(Outcome.DENY, (), ("public access block",))
        documents = replace(
            self._documents(asker, action),
            control=self._control_of(asker.arn, action),
            resource=policy,
            grants=self._grants_of(target) if target else (),
        )
        request = Request(
            principal=asker.arn,
            action=action,
            resource=resource,
            session=asker.session,
            account=self._resource_account(asker, resource, target),
            context={**self._context(asker, target, action, resource, documents), **told},
        )
        return decide(request, documents)

    def _is_closed(self, target: Resource, asker: Asker) -> bool:
        """Whether the asker is of another account than a bucket that lets no others in while its policy is public."""
        parts = asker.arn.split(":")
        own = parts[4] if len(parts) > 5 else ""
        if target.type != tokens.BUCKET or not own or own in ("", self.account(target)):
            return False
        index = self._indexed(target)
        return index is not None and resources.is_restricted(self.graph, target, index.document)

    def _grants_of(self, target: Resource) -> tuple[KeyGrant, ...]:
        if target.type not in _KEYS:
            return ()
        if target.urn not in self._grants:
            self._grants[target.urn] = grants_of(self.graph, target)
        return self._grants[target.urn]

    def _control_of(self, arn: str, action: str) -> tuple[tuple[Document, ...], ...]:
        parts = arn.split(":")
        account = parts[4] if len(parts) > 5 else ""
        if account not in self._control:
            levels = control_of(self.graph, account) if account else ()
            self._control[account] = tuple(tuple(map(ByAction, level)) for level in levels)
        return tuple(tuple(document.on(action) for document in level) for level in self._control[account])

    def _documents(self, asker: Asker, action: str) -> Documents:
        if asker.known:
            return asker.known.on(action)
        if not _IAM.match(asker.arn):
            return Documents()
        return Documents(identity=(Document(f"policies of {asker.arn}", None),))

    def _resource_account(self, asker: Asker, resource: str, target: Resource | None) -> str:
        """An ARN without account that is of nothing in the graph counts as the asker's own."""
        parts = resource.split(":")
        if len(parts) > 5 and parts[4]:
            return parts[4]
        if target:
            return self.account(target)
        own = asker.arn.split(":")
        return own[4] if len(own) > 5 else ""

    def _context(
        self, asker: Asker, target: Resource | None, action: str, resource: str, documents: Documents
    ) -> dict[str, str | Values | None]:
        known = self._facts.of(target, action, resource, asker.arn)
        if asker.known:
            known |= tag_context(asker.known, _statements(documents))
        return known

    def _called(self, name: str, *types: str) -> list[Principal]:
        allowed = types or (tokens.ROLE, tokens.USER)
        found = [p for p in self.principals.values() if p.resource.type in allowed]
        exact = [p for p in found if p.name == name]
        return exact or [p for p in found if p.resource.name == name or p.resource.urn == name]

    def _candidates(self, text: str, found: list[Principal]) -> str:
        if found:
            return f"{text!r} is the name of {', '.join(p.arn for p in found)}: give the ARN of one"
        near = [p.name for p in self.principals.values() if text.lower() in p.name.lower()]
        names = sorted(near or {p.name for p in self.principals.values()})
        shown = ", ".join(names[:_CANDIDATES_SHOWN]) + (", ..." if len(names) > _CANDIDATES_SHOWN else "")
        return f"there is no role or user {text!r}; known: {shown or 'none'} (or give an ARN)"

    @cached_property
    def _resources(self) -> dict[str, Resource]:
        found: dict[str, Resource] = {}
        for resource in self.graph.resources:
            if isinstance(arn := resource.properties.get("arn"), str):
                found.setdefault(arn.removesuffix(":*"), resource)
        return found

    @cached_property
    def region(self) -> str:
        """The region of most resources; empty if none is known."""
        counted = Counter(parts[3] for arn in self._resources if len(parts := arn.split(":")) > 5 and parts[3])
        return max(counted, key=lambda region: (counted[region], region)) if counted else ""

    @cached_property
    def _accounts(self) -> dict[str, str]:
        """By provider, the account of what it made, where that is one."""
        seen: dict[str, set[str]] = {}
        for resource in self.graph.resources:
            if account := graph_account(self.graph, resource):
                seen.setdefault(resource.provider, set()).add(account)
        return {provider: min(accounts) for provider, accounts in seen.items() if len(accounts) == 1}

    @cached_property
    def _main_account(self) -> str:
        return main_account(self.graph)


def _protects(target: Resource, action: str) -> bool:
    """Whether the target's policy is asked: a role's trust policy about taking the role alone."""
    if target.type == tokens.ROLE:
        return action.lower().startswith("sts:")
    return target.type in resources.TYPES


def _needs_policy(action: str) -> bool:
    """Whether a resource that is not in the graph may allow the action by itself."""
    return action.lower().startswith(("sts:", "kms:"))


def _statements(documents: Documents) -> Iterator[Statement]:
    each: Iterable[Document | None] = (*documents.identity, documents.boundary, documents.resource)
    return chain.from_iterable(document.statements or () for document in each if document)
