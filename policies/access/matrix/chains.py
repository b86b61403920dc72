"""What chains of access add to what a principal can do itself."""

from collections.abc import Iterator

from policies.access.capabilities import Capability
from policies.access.decision import Outcome
from policies.access.estate import Asker
from policies.access.matrix.cells import ALL, DIRECT, Access, Cells, outcome_of, path_text
from policies.access.matrix.direct import Direct
from policies.access.reach.cluster import Way
from policies.access.reach.nodes import Node


class Chains:
    """The shortest chain to every capability; what a node of a chain has is found once."""

    def __init__(self, direct: Direct) -> None:
        self.direct = direct
        self.reach = direct.reach
        self._found: dict[tuple[str, str], tuple[bool, str] | None] = {}

    def cells(self, asker: Asker) -> Cells:
        """What the asker can do itself, and after the shortest chain where that makes it possible, or sure."""
        cells = dict(self.direct.cells(asker))
        for capability in ALL:
            had = cells.get(capability.id, ())
            if outcome_of(had) is not Outcome.ALLOW and (chain := self._shortest(asker, capability, had)):
                cells[capability.id] = (*had, chain)
        return {capability.id: cells[capability.id] for capability in ALL if capability.id in cells}

    def _shortest(self, asker: Asker, capability: Capability, had: tuple[Access, ...]) -> Access | None:
        """The shortest sure chain; the shortest that may be, if there is no sure one and nothing direct."""
        perhaps: Access | None = None
        for node, steps in self.reach.reached(asker) if asker.known else self.reach.let_in(asker):
            if not steps or (found := self._at(node, capability)) is None:
                continue
            certain = found[0] and all(step.certain for step in steps)
            access = Access(path_text(steps), found[1], certain)
            if certain:
                return access
            perhaps = perhaps or access
        return None if had else perhaps

    def _at(self, node: Node, capability: Capability) -> tuple[bool, str] | None:
        """Whether a node has a capability itself, and by what; the first sure way, else the first."""
        key = (node.key, capability.id)
        if key not in self._found:
            ways = self.direct.ways(node.asker, capability) if node.asker else self._verbs(node, capability)
            perhaps: tuple[bool, str] | None = None
            for access in ways:
                if access.certain:
                    perhaps = (True, access.what)
                    break
                perhaps = perhaps or (False, access.what)
            self._found[key] = perhaps
        return self._found[key]

    def _verbs(self, node: Node, capability: Capability) -> Iterator[Access]:
        subjects = self.reach.steps.clusters.subjects
        for group, resource, verbs in capability.verbs:
            way = Way("", group, resource, verbs)
            verb = subjects.verb(node, way)
            for namespace, sure in subjects.allows(node, way):
                yield Access(DIRECT, f"{verb} {resource}{f' in {namespace}' if namespace else ''}", sure)
