"""What a review is made of, and its JSON form, schema 1: `review.schema.json`."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

Finding = Mapping[str, Any]  # as policy reports have it


@dataclass(frozen=True)
class Item:
    """One thing that a reviewer must know, about one resource."""

    urn: str
    type: str
    name: str
    operation: str  # of the engine on it; `same` if something else changes what is said of it
    layer: str
    component: str
    summary: str
    details: tuple[str, ...]
    source: str  # file:line, empty where not known

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"details": list(self.details)}


@dataclass(frozen=True)
class Kind:
    """One kind of thing that reviews look for; ids are stable, others build on them."""

    id: str
    title: str
    severity: str  # critical, high, medium, low or info


@dataclass(frozen=True)
class Section:
    """What was found of one kind."""

    kind: Kind
    items: tuple[Item, ...]

    def as_dict(self) -> dict[str, Any]:
        return vars(self.kind) | {"items": [item.as_dict() for item in self.items]}


DATA_LOSS = Kind("data-loss", "Data at risk: what holds data is replaced or deleted", "critical")
PROTECTION = Kind("protection", "Protection removed", "critical")
DISRUPTION = Kind("disruption", "Downtime, restart or reboot expected", "high")
REACH = Kind("reach", "Reachable that was not", "high")
ACCESS = Kind("access", "Access widened", "high")
CLASSIFICATION = Kind("classification", "Data class or PCI scope changed", "medium")
ROLLOUT = Kind("rollout", "Rollout strategy changed", "medium")
CHANGES = Kind("changes", "Every change, by layer and component", "info")
KINDS = (DATA_LOSS, PROTECTION, DISRUPTION, REACH, ACCESS, CLASSIFICATION, ROLLOUT, CHANGES)  # worst first


@dataclass(frozen=True)
class Verdicts:
    """How the policies' findings of the head stand to those of the base; `was` in each is the verdict before."""

    new: tuple[Finding, ...] = ()
    fixed: tuple[Finding, ...] = ()
    standing: tuple[Finding, ...] = ()
    waived: tuple[Finding, ...] = ()
    undecided: tuple[Finding, ...] = ()

    def as_dict(self) -> dict[str, list[Finding]]:
        return {key: list(findings) for key, findings in vars(self).items()}


@dataclass(frozen=True)
class Review:
    """What a change comes to, for whoever approves it."""

    environment: str
    base: str
    head: str
    place: str  # where the base is applied: the sandbox, or the real account
    seconds: float
    counts: Mapping[str, int]
    sections: tuple[Section, ...]  # those with items, worst first
    policies: Verdicts
    cost: Mapping[str, Any]
    changes: Sequence[Mapping[str, Any]]
    notes: Sequence[Mapping[str, Any]]
    refusals: Sequence[Mapping[str, Any]]
    drift: Sequence[Mapping[str, Any]]

    @property
    def clear(self) -> list[Kind]:
        """What was looked for and not found."""
        found = [section.kind for section in self.sections]
        return [kind for kind in KINDS if kind not in found]

    def as_dict(self) -> dict[str, Any]:
        """The JSON form; the same review always has the same."""
        return {
            "schema": 1,
            **{key: getattr(self, key) for key in ("environment", "base", "head", "place", "seconds")},
            "counts": dict(self.counts),
            "sections": [section.as_dict() for section in self.sections],
            "clear": [kind.id for kind in self.clear],
            "policies": self.policies.as_dict(),
            "cost": dict(self.cost),
            **{key: list(getattr(self, key)) for key in ("changes", "notes", "refusals", "drift")},
        }
