"""The resources that a capability is about, and those of them that a principal could mean."""

from policies.access.capabilities import Guarded
from policies.access.estate import Asker, Estate
from policies.access.estate.principals import tags_of
from policies.access.matrix.heads import Heads
from policies.access.reach.named import literal_head, named
from policies.resource import Resource


class Targets:
    """The guarded resources of an estate, found once."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        self._guarded: dict[Guarded, list[Resource]] = {}
        self._open: dict[tuple[Guarded, str], list[Resource]] = {}
        self._heads: dict[Guarded, Heads] = {}

    def possible(self, asker: Asker, guarded: Guarded, action: str) -> list[Resource]:
        """The resources on which something could allow the action: those that the asker's own policies could mean, and
        those whose own policy allows it to someone. Of one who is no principal of the graph, whose policies nobody
        knows: those that let it in by name.
        """
        if asker.known is None:
            return [r for r in self.all(guarded) if self.estate.lets_in(asker, r, action)]
        key = (guarded, action)
        if key not in self._open:
            self._open[key] = [r for r in self.all(guarded) if self.estate.is_open(r, action)]
        if not asker.known.may_be_granted(action):
            return self._open[key]
        meant = self._index(guarded).beginning(map(literal_head, named(asker.known, action)))
        return sorted({*meant, *self._open[key]}, key=lambda resource: resource.urn)

    def all(self, guarded: Guarded) -> list[Resource]:
        """The resources that are guarded so."""
        if guarded not in self._guarded:
            found = self.estate.graph.of_type(*guarded.types)
            self._guarded[guarded] = [r for r in found if self._is_guarded(r, guarded)]
        return self._guarded[guarded]

    def _index(self, guarded: Guarded) -> Heads:
        if guarded not in self._heads:
            self._heads[guarded] = Heads(self.all(guarded), guarded.part)
        return self._heads[guarded]

    def _is_guarded(self, resource: Resource, guarded: Guarded) -> bool:
        """A resource whose tags are not known, or that has no class, counts as each."""
        if guarded.project not in ("", resource.project):
            return False
        tags = tags_of(self.estate.graph, resource)
        data_class = None if tags is None else tags.get("data-class")
        return not guarded.classes or data_class is None or data_class in guarded.classes
