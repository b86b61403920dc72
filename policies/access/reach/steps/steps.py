"""The steps that one principal can take: roles it can assume, pass or change, and users it can act as."""

from collections.abc import Iterable, Iterator

from policies import tokens
from policies.access.decision import Outcome
from policies.access.estate import Asker, Context, Estate
from policies.access.estate.principals import Principal
from policies.access.gathering import groups_of
from policies.access.reach.cluster import Clusters
from policies.access.reach.escalation import CHANGES, JOINING, PASSINGS, Change, Gain
from policies.access.reach.nodes import Node, Step, node_of
from policies.access.reach.steps.means import Means
from policies.access.reach.steps.roster import ANYONE, Roster
from policies.access.reach.steps.variants import member, unlimited
from policies.resource import Resource

TAKING = ("sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity")
_PASS = "iam:PassRole"  # noqa: S105  # an action, no password


class Steps:
    """The steps of every node, found when they are asked for."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        self.clusters = Clusters(estate)
        self.means = Means(estate)
        self._roster = Roster(estate)
        self._found: dict[str, tuple[Step, ...]] = {}

    def of(self, node: Node) -> tuple[Step, ...]:
        """The steps from a node, sure ones first, ordered by what they lead to."""
        if node.key not in self._found:
            found = [*self.clusters.steps(node), *(self._aws(node) if node.asker else ())]
            self._found[node.key] = _best(found)
        return self._found[node.key]

    def given(self, node: Node) -> tuple[Step, ...]:
        """Those that the graph gives to one who is no principal of it: roles that let it in, and access entries."""
        asker = node.asker
        if asker is None:
            return ()
        found = [*self.clusters.entered(node, asker)]
        for role in self._roster.roles:
            for action in TAKING:
                if self.estate.lets_in(asker, role.resource, action):
                    found += self._step(node, action, role.arn, _node(role))
        return _best(found)

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
        granted = [r for r in self._roster.delegating if own is None or own.may_be_granted_on("sts:AssumeRole", r.arn)]
        for role in (*self._roster.trusting.get(asker.arn, ()), *self._roster.trusting[ANYONE], *granted):
            if role.arn != asker.arn:
                yield from self._step(node, "sts:AssumeRole", role.arn, _node(role))

    def _taking(self, node: Node, known: Principal) -> Iterator[Step]:
        """Acting as another after a change: of a role's trust, or of a user's credentials."""
        for change in _asked(CHANGES, known, Gain.TARGET):
            for resource, holder in self._roster.holders[change.on]:
                if holder.arn != known.arn:
                    yield from self._change(node, change, resource, _node(holder))

    def _giving(self, node: Node, known: Principal, acted_as: set[str]) -> Iterator[Step]:
        """Changing what oneself, or someone that one can act as, is allowed."""
        for change in _asked(CHANGES, known, Gain.ANYTHING):
            for resource, holder in self._roster.holders[change.on]:
                if holder.arn in acted_as:
                    yield from self._change(node, change, resource, unlimited(holder))

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
                yield from self._step(node, JOINING, arn, member(user, group, self.estate.graph))

    def _passing(self, node: Node, known: Principal) -> Iterator[Step]:
        if not known.may_be_granted(_PASS):
            return
        for passing in PASSINGS:
            starting = self.means.starts(known, passing)
            if starting is Outcome.DENY:
                continue
            sure = passing.certain and starting is Outcome.ALLOW
            for role in self._roster.roles:
                taken = self.means.is_taken_by(role, passing.service)
                if taken is not Outcome.DENY and role.arn != known.arn:
                    by = f"{_PASS} to {passing.actions[0]}"
                    context = {"iam:PassedToService": passing.service}
                    certain = sure and taken is Outcome.ALLOW
                    yield from self._step(node, _PASS, role.arn, _node(role), context, certain=certain, by=by)

    def _functions(self, node: Node) -> Iterator[Step]:
        """The code of a function runs as its role, whoever gave it that."""
        for function, role in self._roster.functions_with_roles:
            action = "lambda:UpdateFunctionCode"
            yield from self._step(node, action, str(function.properties["arn"]), _node(role))

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


def _best(steps: Iterable[Step]) -> tuple[Step, ...]:
    """One to each target, sure ones first, ordered by what they lead to."""
    best: dict[str, Step] = {}
    for step in sorted(steps, key=lambda step: (not step.certain, step.target.key, step.by)):
        best.setdefault(step.target.key, step)
    return tuple(best.values())


def _node(principal: Principal) -> Node:
    return node_of(Asker(principal.arn, known=principal))


def _asked(changes: tuple[Change, ...], principal: Principal, gain: Gain) -> list[Change]:
    return [change for change in changes if change.gain is gain and principal.may_be_granted(change.action)]
