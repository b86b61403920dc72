"""The access matrix: every principal by every guarded capability, directly or by a chain."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from policies import tokens
from policies.access.capabilities import (
    CAPABILITIES,
    DIRECTLY,
    ENTRY_POINTS,
    MAKES_PRIVILEGED,
    PRIVILEGED,
    Capability,
    Guarded,
)
from policies.access.decision import Outcome
from policies.access.estate import Asker, Estate
from policies.access.estate.principals import Principal, tags_of
from policies.access.reach import Reach, Step
from policies.access.reach.cluster import Way
from policies.access.reach.named import literal_head, named
from policies.access.reach.nodes import Node
from policies.resource import Resource

TITLES = {capability.id: capability.title for capability in (*CAPABILITIES, PRIVILEGED)}
DIRECT = "direct"


@dataclass(frozen=True, order=True)
class Access:
    """One way to a capability: `path` is `direct`, or the chain; `what` is the action, and the resource where it
    matters which.
    """

    path: str
    what: str
    certain: bool

    @property
    def outcome(self) -> Outcome:
        return Outcome.ALLOW if self.certain else Outcome.MAY


Cells = Mapping[str, tuple[Access, ...]]
Matrix = Mapping[str, Cells]  # by principal's ARN, then by capability; who has nothing is listed with no cells


def matrix_of(estate: Estate) -> Matrix:
    """What every principal of the estate can do, itself and by the shortest chain that adds a capability."""
    return _Maker(estate).matrix()


def direct_of(estate: Estate) -> Matrix:
    """What every principal of the estate can do itself; chains are not followed."""
    maker = _Maker(estate)
    return {arn: maker.direct(principal) for arn, principal in sorted(estate.principals.items())}


def outcome_of(accesses: Iterable[Access]) -> Outcome:
    """Allow if one way is sure, may if there is any."""
    found = [access.certain for access in accesses]
    return Outcome.DENY if not found else Outcome.ALLOW if any(found) else Outcome.MAY


class _Maker:
    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        self.reach = Reach(estate)
        self._open: dict[tuple[Guarded, str], list[Resource]] = {}
        self._heads: dict[Guarded, _Heads] = {}
        self._reaches: dict[tuple[str, str], tuple[bool, str] | None] = {}

    def matrix(self) -> Matrix:
        return {
            arn: self._cells(Asker(arn, known=principal)) for arn, principal in sorted(self.estate.principals.items())
        }

    def direct(self, principal: Principal) -> Cells:
        asker = Asker(principal.arn, known=principal)
        cells = {c.id: tuple(sorted(set(self._direct(asker, c)))) for c in self._capabilities}
        return {capability: accesses for capability, accesses in cells.items() if accesses}

    def _cells(self, asker: Asker) -> Cells:
        assert asker.known
        cells = dict(self.direct(asker.known))
        for capability in self._capabilities:
            had = cells.get(capability.id, ())
            if outcome_of(had) is not Outcome.ALLOW and (chain := self._chain(asker, capability, had)):
                cells[capability.id] = (*had, chain)
        return {capability.id: cells[capability.id] for capability in self._capabilities if capability.id in cells}

    def _chain(self, asker: Asker, capability: Capability, had: tuple[Access, ...]) -> Access | None:
        """The shortest sure chain; the shortest that may be, if there is no sure one and nothing direct."""
        perhaps: Access | None = None
        for node, steps in self.reach.reached(asker):
            if not steps or (found := self._reached(node, capability)) is None:
                continue
            certain = found[0] and all(step.certain for step in steps)
            access = Access(path_text(steps), found[1], certain)
            if certain:
                return access
            perhaps = perhaps or access
        return None if had else perhaps

    def _reached(self, node: Node, capability: Capability) -> tuple[bool, str] | None:
        """Whether a node has a capability itself, and by what; the first sure way, else the first."""
        key = (node.key, capability.id)
        if key not in self._reaches:
            found = self._direct(node.asker, capability) if node.asker else self._verbs(node, capability)
            perhaps: tuple[bool, str] | None = None
            for access in found:
                if access.certain:
                    perhaps = (True, access.what)
                    break
                perhaps = perhaps or (False, access.what)
            self._reaches[key] = perhaps
        return self._reaches[key]

    def _verbs(self, node: Node, capability: Capability) -> Iterator[Access]:
        for group, resource, verbs in capability.verbs:
            way = Way("", group, resource, verbs)
            verb = self.reach.steps.clusters.verb(node, way)
            for namespace, sure in self.reach.steps.clusters.allows(node, way):
                yield Access(DIRECT, f"{verb} {resource}{f' in {namespace}' if namespace else ''}", sure)

    def _direct(self, asker: Asker, capability: Capability) -> Iterator[Access]:
        if capability is PRIVILEGED:
            roles = [role for role in self._privileged if role.properties["arn"] != asker.arn]
            for action in ENTRY_POINTS:
                yield from self._named(asker, action, roles, "")
        for guarded in capability.guarded:
            if not guarded.types:
                yield from self._anywhere(asker, guarded)
                continue
            for action in guarded.actions:
                resources = self._possible(asker, guarded, action)
                found = self._named(asker, action, resources, guarded.part)
                yield from found if guarded.named else _best(action, found)

    def _named(self, asker: Asker, action: str, resources: Iterable[Resource], part: str) -> Iterator[Access]:
        for resource in resources:
            arn = resource.properties.get("arn")
            if isinstance(arn, str):
                outcome = self.estate.outcome(asker, action, f"{arn}{part}", DIRECTLY)
            else:  # of a resource whose ARN is not known yet, a policy may name it or not
                outcome = Outcome.MAY if self.estate.could(asker, action, resource) else Outcome.DENY
            if outcome is not Outcome.DENY:
                yield Access(DIRECT, f"{action} on {_label(resource)}", outcome is Outcome.ALLOW)

    def _possible(self, asker: Asker, guarded: Guarded, action: str) -> list[Resource]:
        """The resources on which something could allow the action: those that the asker's own policies could mean, and
        those whose own policy allows it to someone.
        """
        if asker.known is None:
            return self._resources(guarded)
        key = (guarded, action)
        if key not in self._open:
            self._open[key] = [r for r in self._resources(guarded) if self.estate.is_open(r, action)]
        if not asker.known.may_be_granted(action):
            return self._open[key]
        meant = self._index(guarded).beginning(map(literal_head, named(asker.known, action)))
        return sorted({*meant, *self._open[key]}, key=lambda resource: resource.urn)

    def _index(self, guarded: Guarded) -> "_Heads":
        if guarded not in self._heads:
            self._heads[guarded] = _Heads(self._resources(guarded), guarded.part)
        return self._heads[guarded]

    def _anywhere(self, asker: Asker, guarded: Guarded) -> Iterator[Access]:
        for action in guarded.actions if asker.known else ():
            assert asker.known
            outcome = self.reach.steps.anywhere(asker.known, action)
            if outcome is not Outcome.DENY:
                yield Access(DIRECT, action, outcome is Outcome.ALLOW)

    def _resources(self, guarded: Guarded) -> list[Resource]:
        if guarded not in self._guarded:
            found = self.estate.graph.of_type(*guarded.types)
            self._guarded[guarded] = [r for r in found if self._is_guarded(r, guarded)]
        return self._guarded[guarded]

    def _is_guarded(self, resource: Resource, guarded: Guarded) -> bool:
        """A resource whose tags are not known, or that has no class, counts as each."""
        if guarded.project not in ("", resource.project):
            return False
        tags = tags_of(self.estate.graph, resource)
        data_class = None if tags is None else tags.get("data-class")
        return not guarded.classes or data_class is None or data_class in guarded.classes

    @cached_property
    def _guarded(self) -> dict[Guarded, list[Resource]]:
        return {}

    @cached_property
    def _capabilities(self) -> tuple[Capability, ...]:
        return (*CAPABILITIES, PRIVILEGED)

    @cached_property
    def _privileged(self) -> list[Resource]:
        """The roles that can change access themselves."""
        change = next(c for c in CAPABILITIES if c.id == MAKES_PRIVILEGED)
        roles = (self.estate.principals[arn] for arn in sorted(self.estate.principals))
        return [
            role.resource
            for role in roles
            if role.trust is not None and any(self._direct(Asker(role.arn, known=role), change))
        ]


class _Heads:
    """Resources by how their ARNs begin, so that many roles that each name a few do not look at all of them."""

    def __init__(self, resources: Iterable[Resource], part: str) -> None:
        each = [(resource, resource.properties.get("arn")) for resource in resources]
        self._nameless = [resource for resource, arn in each if not isinstance(arn, str)]
        self._sorted = sorted((f"{arn}{part}", index) for index, (_, arn) in enumerate(each) if isinstance(arn, str))
        self._each = [resource for resource, _ in each]

    def beginning(self, heads: Iterable[str]) -> list[Resource]:
        """Those whose ARN begins with one of the heads, and those without one."""
        found = list(self._nameless)
        for head in set(heads):
            start = bisect_left(self._sorted, (head, -1))
            for arn, index in islice(self._sorted, start, None):
                if not arn.startswith(head):
                    break
                found.append(self._each[index])
        return found


def _best(action: str, found: Iterable[Access]) -> Iterator[Access]:
    """The action alone, sure if it is so on one of the resources."""
    perhaps = False
    for access in found:
        if access.certain:
            yield Access(DIRECT, action, certain=True)
            return
        perhaps = True
    if perhaps:
        yield Access(DIRECT, action, certain=False)


def path_text(steps: Iterable[Step]) -> str:
    """A chain as one line of the matrix."""
    return ", then ".join(str(step) for step in steps)


def _label(resource: Resource) -> str:
    """What people call the resource; keys and secrets have no other name that is known before they exist."""
    named = resource.type not in (tokens.KEY, tokens.SECRET)
    name = resource.properties.get("bucket" if resource.type == tokens.BUCKET else "name")
    return name if named and isinstance(name, str) else resource.name
