"""What a picture shows: boxes, each standing for resources, where each one is, and what flows between them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

OUTSIDE, REGIONAL = "outside", "regional"  # places; others are the name of a tier, and `region:NAME`


@dataclass(frozen=True)
class Box:
    """One thing of the picture.

    id: the URN of the resource that leads it, or a word. lines: facts, shortest words first. urns: every resource that
    it stands for, the leading one first. scope: its PCI scope as its tags say it (cde, connected, out-of-scope).
    """

    id: str
    kind: str
    title: str
    lines: tuple[str, ...] = ()
    urns: tuple[str, ...] = ()
    scope: str = ""
    group: str = ""  # the heading that it stands under, outside of networks
    full: str = ""  # the whole name, where the title is a short one


@dataclass(frozen=True)
class Flow:
    """What goes from one box to another, by their ids, and why that is known."""

    source: str
    target: str
    kind: str  # request, data, message, log or copy
    why: str


@dataclass(frozen=True)
class Cell:
    """A subnet: where a tier meets a zone."""

    zone: str
    cidrs: tuple[str, ...]
    urns: tuple[str, ...]


@dataclass(frozen=True)
class Frame:
    """A node group, and what runs on it."""

    box: Box
    inside: tuple[Box, ...] = ()


@dataclass(frozen=True)
class Tier:
    """A row of a network: its subnets by zone, what stands at its edge, and what runs or is kept in it."""

    name: str
    kind: str
    scope: str
    cells: tuple[Cell, ...]
    edge: tuple[Box, ...] = ()
    frames: tuple[Frame, ...] = ()
    inside: tuple[Box, ...] = ()

    def boxes(self) -> Iterator[Box]:
        """Every box of the tier, frames included."""
        yield from self.edge
        for frame in self.frames:
            yield frame.box
            yield from frame.inside
        yield from self.inside


@dataclass(frozen=True)
class Network:
    """A VPC: rows are tiers, columns are zones."""

    box: Box
    zones: tuple[str, ...]
    tiers: tuple[Tier, ...]


@dataclass(frozen=True)
class Region:
    """Another region than the environment's own, and what is kept there."""

    name: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class Picture:
    """All of an environment that is drawn."""

    environment: str
    region: str
    outside: tuple[Box, ...] = ()
    networks: tuple[Network, ...] = ()
    regional: tuple[Box, ...] = ()
    others: tuple[Region, ...] = ()
    flows: tuple[Flow, ...] = ()
    parents: dict[str, str] = field(default_factory=dict)  # of every resource, by URN

    def owners(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """What stands for which resources, the most particular first: boxes and subnets, then frames and networks."""
        networks = [(network.box.id, network.box.urns) for network in self.networks]
        frames = [
            (frame.box.id, frame.box.urns)
            for network in self.networks
            for tier in network.tiers
            for frame in tier.frames
        ]
        wide = {key for key, _ in (*networks, *frames)}
        yield from ((box.id, box.urns) for box in self.boxes() if box.id not in wide)
        for network in self.networks:
            for tier in network.tiers:
                yield from ((cell.urns[0], cell.urns) for cell in tier.cells if cell.urns)
        yield from frames
        yield from networks

    def boxes(self) -> Iterator[Box]:
        """Every box."""
        yield from self.outside
        for network in self.networks:
            yield network.box
            for tier in network.tiers:
                yield from tier.boxes()
        yield from self.regional
        for region in self.others:
            yield from region.boxes
