"""What a principal can do itself, by capability."""

from collections.abc import Iterable, Iterator
from functools import cached_property

from policies import tokens
from policies.access.capabilities import (
    CHANGE_ACCESS,
    DIRECTLY,
    ENTRY_POINTS,
    PRIVILEGED,
    Capability,
    Guarded,
)
from policies.access.decision import Outcome
from policies.access.estate import Asker, Estate
from policies.access.matrix.cells import ALL, DIRECT, Access, Cells
from policies.access.matrix.targets import Targets
from policies.access.reach import Reach
from policies.resource import Resource


class Direct:
    """The capabilities that the principals of an estate have themselves."""

    def __init__(self, estate: Estate, reach: Reach) -> None:
        self.estate = estate
        self.reach = reach
        self.targets = Targets(estate)

    def cells(self, asker: Asker) -> Cells:
        """By capability, every way to it; those that the asker lacks are left out."""
        cells = {capability.id: tuple(sorted(set(self.ways(asker, capability)))) for capability in ALL}
        return {capability: accesses for capability, accesses in cells.items() if accesses}

    def ways(self, asker: Asker, capability: Capability) -> Iterator[Access]:
        """The ways to one capability, found as they are asked for."""
        if capability is PRIVILEGED:
            for action in ENTRY_POINTS:
                yield from self._named(asker, action, self._entered(asker, action), "")
        for guarded in capability.guarded:
            if not guarded.types:
                yield from self._anywhere(asker, guarded)
                continue
            for action in guarded.actions:
                found = self._named(asker, action, self.targets.possible(asker, guarded, action), guarded.part)
                yield from found if guarded.named else _best(action, found)

    def _entered(self, asker: Asker, action: str) -> list[Resource]:
        """The privileged roles that the asker could mean; of one who is not of the graph, those that let it in."""
        others = [role for role in self._privileged if role.properties["arn"] != asker.arn]
        if asker.known is not None:
            return others
        return [role for role in others if self.estate.lets_in(asker, role, action)]

    def _named(self, asker: Asker, action: str, resources: Iterable[Resource], part: str) -> Iterator[Access]:
        for resource in resources:
            arn = resource.properties.get("arn")
            if isinstance(arn, str):
                outcome = self.estate.outcome(asker, action, f"{arn}{part}", DIRECTLY)
            else:  # of a resource whose ARN is not known yet, a policy may name it or not
                outcome = Outcome.MAY if self.estate.could(asker, action, resource) else Outcome.DENY
            if outcome is not Outcome.DENY:
                yield Access(DIRECT, f"{action} on {_label(resource)}", outcome is Outcome.ALLOW)

    def _anywhere(self, asker: Asker, guarded: Guarded) -> Iterator[Access]:
        if asker.known is None:
            return
        for action in guarded.actions:
            outcome = self.reach.steps.means.anywhere(asker.known, action)
            if outcome is not Outcome.DENY:
                yield Access(DIRECT, action, outcome is Outcome.ALLOW)

    @cached_property
    def _privileged(self) -> list[Resource]:
        """The roles that can change access themselves."""
        roles = (self.estate.principals[arn] for arn in sorted(self.estate.principals))
        return [
            role.resource
            for role in roles
            if role.trust is not None and any(self.ways(Asker(role.arn, known=role), CHANGE_ACCESS))
        ]


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


def _label(resource: Resource) -> str:
    """What people call the resource; keys and secrets have no other name that is known before they exist."""
    named = resource.type not in (tokens.KEY, tokens.SECRET)
    name = resource.properties.get("bucket" if resource.type == tokens.BUCKET else "name")
    return name if named and isinstance(name, str) else resource.name
