"""The steps that one principal can take: roles it can assume, pass or change, and users it can act as."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from policies import tokens
from policies.access.decision import Outcome
from policies.access.document import Document, Documents
from policies.access.estate import Asker, Context, Estate
from policies.access.estate.principals import Principal
from policies.access.gathering import documents_of, groups_of, policies_of
from policies.access.reach.cluster import Clusters
from policies.access.reach.escalation import CHANGES, JOINING, PASSINGS, Change, Gain, Passing
from policies.access.reach.named import filled, named
from policies.access.reach.nodes import Node, Step, node_of
from policies.resource import Resource

_ANYTHING = Document.of(
    "permissions given to oneself",
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]},
)
_ANYONE = "*"
_FUNCTION = "aws:lambda/function:Function"
_PASS = "iam:PassRole"  # noqa: S105  # an action, no password


class Steps:
    """The steps of every node, found when they are asked for."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        self.clusters = Clusters(estate)
        self._found: dict[str, tuple[Step, ...]] = {}
        self._anywhere: dict[tuple[str, str], Outcome] = {}
        self._takes: dict[tuple[str, str], Outcome] = {}

    def of(self, node: Node) -> tuple[Step, ...]:
        """The steps from a node, sure ones first, ordered by what they lead to."""
        if node.key not in self._found:
            found = [*self.clusters.steps(node), *(self._aws(node) if node.asker else ())]
            best: dict[str, Step] = {}
            for step in sorted(found, key=lambda step: (not step.certain, step.target.key, step.by)):
                best.setdefault(step.target.key, step)
            self._found[node.key] = tuple(best.values())
        return self._found[node.key]

    def _aws(self, node: Node) -> Iterator[Step]:
        asker = node.asker
        if asker is None:
            return
        found = list(self._assuming(node))
        if asker.known:
            found += [*self._taking(node, asker.known), *self._passing(node, asker.known)]
            found += [*self._joining(node, asker.known), *self._functions(node)]
            acted_as = {asker.arn, *(step.target.asker.arn for step in found if step.target.asker)}
            found += self._giving(node, asker.known, acted_as)
        yield from found

    def _assuming(self, node: Node) -> Iterator[Step]:
        asker = node.asker
        if asker is None:
            return
        own = asker.known
        granted = [r for r in self._delegating if own is None or own.may_be_granted_on("sts:AssumeRole", r.arn)]
        for role in (*self._trusting.get(asker.arn, ()), *self._trusting[_ANYONE], *granted):
            if role.arn != asker.arn:
                yield from self._step(node, "sts:AssumeRole", role.arn, self._node(role))

    def _taking(self, node: Node, known: Principal) -> Iterator[Step]:
        """Acting as another after a change: of a role's trust, or of a user's credentials."""
        for change in _asked(CHANGES, known, Gain.TARGET):
            for resource, holder in self._holders[change.on]:
                if holder.arn != known.arn:
                    yield from self._change(node, change, resource, self._node(holder))

    def _giving(self, node: Node, known: Principal, acted_as: set[str]) -> Iterator[Step]:
        """Changing what oneself, or someone that one can act as, is allowed."""
        for change in _asked(CHANGES, known, Gain.ANYTHING):
            for resource, holder in self._holders[change.on]:
                if holder.arn in acted_as:
                    yield from self._change(node, change, resource, self._unlimited(holder))

    def _change(self, node: Node, change: Change, resource: Resource, target: Node) -> Iterator[Step]:
        arn = resource.properties.get("arn")
        if isinstance(arn, str):
            yield from self._step(node, change.action, arn, target, certain=change.certain)

    def _joining(self, node: Node, user: Principal) -> Iterator[Step]:
        if user.resource.type != tokens.USER or not user.may_be_granted(JOINING):
            return
        members = {group.urn for group in groups_of(self.estate.graph, user.resource)}
        for group in self.estate.graph.of_type(tokens.GROUP):
            arn = group.properties.get("arn")
            if isinstance(arn, str) and group.urn not in members:
                yield from self._step(node, JOINING, arn, self._member(user, group))

    def _passing(self, node: Node, known: Principal) -> Iterator[Step]:
        if not known.may_be_granted(_PASS):
            return
        for passing in PASSINGS:
            starting = self._starts(known, passing)
            if starting is Outcome.DENY:
                continue
            sure = passing.certain and starting is Outcome.ALLOW
            for role in self._roles:
                taken = self._is_taken_by(role, passing.service)
                if taken is not Outcome.DENY and role.arn != known.arn:
                    by = f"{_PASS} to {passing.actions[0]}"
                    context = {"iam:PassedToService": passing.service}
                    certain = sure and taken is Outcome.ALLOW
                    yield from self._step(node, _PASS, role.arn, self._node(role), context, certain=certain, by=by)

    def _functions(self, node: Node) -> Iterator[Step]:
        """The code of a function runs as its role, whoever gave it that."""
        for function, role in self._functions_with_roles:
            action = "lambda:UpdateFunctionCode"
            yield from self._step(node, action, str(function.properties["arn"]), self._node(role))

    def _step(
        self,
        node: Node,
        action: str,
        resource: str,
        target: Node,
        context: Context | None = None,
        *,
        certain: bool = True,
        by: str = "",
    ) -> Iterator[Step]:
        if node.asker is None:
            return
        outcome = self.estate.outcome(node.asker, action, resource, context)
        if outcome is not Outcome.DENY:
            yield Step(node, target, by or action, certain and outcome is Outcome.ALLOW)

    def _starts(self, principal: Principal, passing: Passing) -> Outcome:
        each = [self.anywhere(principal, action) for action in passing.actions]
        if passing.starts:
            ways = {self.anywhere(principal, action) for action in passing.starts}
            each.append(next(o for o in (Outcome.ALLOW, Outcome.MAY, Outcome.DENY) if o in ways))
        return next(o for o in (Outcome.DENY, Outcome.MAY, Outcome.ALLOW) if o in each)

    def anywhere(self, principal: Principal, action: str) -> Outcome:
        """Whether the principal can do the action on one of the resources that its own policies name."""
        key = (principal.key, action)
        if key not in self._anywhere:
            asker = Asker(principal.arn, known=principal)
            outcomes = {
                self.estate.outcome(asker, action, resource, self._where) for resource in self._named(principal, action)
            }
            order = (Outcome.ALLOW, Outcome.MAY)
            self._anywhere[key] = next((outcome for outcome in order if outcome in outcomes), Outcome.DENY)
        return self._anywhere[key]

    def _is_taken_by(self, role: Principal, service: str) -> Outcome:
        key = (role.arn, service)
        if key not in self._takes:
            self._takes[key] = self.estate.outcome(Asker(service), "sts:AssumeRole", role.arn)
        return self._takes[key]

    def _node(self, principal: Principal) -> Node:
        return node_of(Asker(principal.arn, known=principal))

    def _unlimited(self, holder: Principal) -> Node:
        documents = Documents(identity=(_ANYTHING,), boundary=holder.documents.boundary)
        return self._as("unlimited", f"{holder.name} with any permission", _with(holder, documents))

    def _member(self, user: Principal, group: Resource) -> Node:
        more = documents_of(self.estate.graph, group).identity
        documents = replace(user.documents, identity=(*user.documents.identity, *more))
        return self._as(f"member of {group.urn}", f"{user.name} in {group.name}", _with(user, documents))

    def _as(self, kind: str, name: str, principal: Principal) -> Node:
        return Node(f"{principal.arn} {kind}", name, Asker(principal.arn, known=replace(principal, variant=kind)))

    @cached_property
    def _roles(self) -> list[Principal]:
        return [p for _, p in sorted(self.estate.principals.items()) if p.trust is not None]

    @cached_property
    def _trusting(self) -> dict[str, list[Principal]]:
        """The roles by whom their trust policies name: an ARN of the graph, or anyone."""
        found: dict[str, list[Principal]] = {_ANYONE: []}
        for role in self._roles:
            for name in role.trusted or ():
                known = name in self.estate.principals
                found.setdefault(name if known else _ANYONE, []).extend([] if _is_account(name) else [role])
            if role.trusted is None:
                found[_ANYONE].append(role)
        return found

    @cached_property
    def _delegating(self) -> list[Principal]:
        """The roles that leave it to the policies of an account who takes them."""
        return [role for role in self._roles if any(map(_is_account, role.trusted or ()))]

    @cached_property
    def _holders(self) -> dict[str, list[tuple[Resource, Principal]]]:
        """What can be changed, and whose permissions that changes."""
        found: dict[str, list[tuple[Resource, Principal]]] = defaultdict(list)
        graph = self.estate.graph
        for _, principal in sorted(self.estate.principals.items()):
            kind = "role" if principal.trust is not None else "user"
            found[kind].append((principal.resource, principal))
            groups = groups_of(graph, principal.resource) if kind == "user" else []
            found["group"] += ((group, principal) for group in groups)
            for holder in (principal.resource, *groups):
                found["policy"] += ((policy, principal) for policy in policies_of(graph, holder))
        return found

    @cached_property
    def _functions_with_roles(self) -> list[tuple[Resource, Principal]]:
        found = []
        for function in self.estate.graph.of_type(_FUNCTION):
            role = self.estate.principals.get(str(function.properties.get("role")))
            if role and isinstance(function.properties.get("arn"), str):
                found.append((function, role))
        return found

    def _named(self, principal: Principal, action: str) -> set[str]:
        account = principal.arn.split(":")[4]
        return {filled(pattern, account, self._region) for pattern in named(principal, action)}

    @property
    def _region(self) -> str:
        return self.estate.places.region or "us-east-1"

    @property
    def _where(self) -> Context:
        return {"aws:RequestedRegion": self.estate.places.region} if self.estate.places.region else {}


def _is_account(name: str) -> bool:
    return name.isdigit() or name.endswith(":root")


def _asked(changes: tuple[Change, ...], principal: Principal, gain: Gain) -> list[Change]:
    return [change for change in changes if change.gain is gain and principal.may_be_granted(change.action)]


def _with(principal: Principal, documents: Documents) -> Principal:
    """The same principal with other documents."""
    return replace(principal, documents=documents)
