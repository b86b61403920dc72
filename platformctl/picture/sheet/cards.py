"""The sheet that a picture is laid out on: rectangles, cards with their fitted text, lines."""

from dataclasses import dataclass, field

from platformctl.picture.drawing.letters import named, width, wrapped
from platformctl.picture.marks import Mark
from platformctl.picture.model import Box

TITLE, TEXT, SMALL = 12.5, 11.0, 10.5  # sizes in pixels
_TITLE_LINE, _LINE, _PAD = 17.0, 14.0, 8.0
ICON, BADGE, CHIP = 18.0, 22.0, 32.0  # what they take of a title's line
_MOST_LINES = 8  # of one fact
PORT = 9.0  # between two lines that meet a card


@dataclass(frozen=True)
class Rect:
    """A rectangle, in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height


@dataclass(frozen=True)
class Card:
    """A box with its text fitted to a width, and the height that it then takes."""

    box: Box
    mark: Mark | None
    width: float
    title: tuple[str, ...]
    lines: tuple[str, ...]
    note: tuple[str, ...]  # what changes, below the facts
    height: float


def card(box: Box, mark: Mark | None, room: float, ports: int = 0) -> Card:
    """A box as a card of this width, high enough for its text and for so many lines that meet one of its sides."""
    inner = room - 2 * _PAD
    taken = ICON + (BADGE if mark else 0) + (CHIP if box.scope == "cde" else 0)
    facts = (*box.lines, *(["PCI connected"] if box.scope == "connected" else []))
    lines = tuple(_facts(facts, inner))
    note = tuple(wrapped(mark.text, TEXT, inner / 1.1)) if mark else ()
    title = tuple(named(box.title, TITLE, inner - taken))
    height = 2 * _PAD + _TITLE_LINE + _LINE * (len(title) - 1 + len(lines) + len(note)) - 3
    return Card(box, mark, room, title, lines, note, max(height, PORT * (ports + 1)))


@dataclass(frozen=True)
class Placed:
    """A card in its place; `column` and, inside of a network, the corridor of its tier."""

    card: Card
    rect: Rect
    column: int
    corridor: str = ""


@dataclass(frozen=True)
class Area:
    """A frame around cards: region, network, tier, node group or subnet; its label stands in its top line."""

    kind: str
    rect: Rect
    label: str
    note: str = ""
    scope: str = ""
    mark: Mark | None = None
    full: str = ""


@dataclass(frozen=True)
class Line:
    """Part of flows of one kind: straight, with an arrow's head at its end or without, and what it stands for."""

    kind: str
    points: tuple[tuple[float, float], ...]
    head: bool
    why: tuple[str, ...]


@dataclass
class Sheet:
    """Everything in its place."""

    width: float = 0.0
    height: float = 0.0
    areas: list[Area] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)
    headings: list[tuple[float, float, str]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    dots: list[tuple[str, float, float]] = field(default_factory=list)


def _facts(facts: tuple[str, ...], room: float) -> list[str]:
    """Facts one after the other with a dot between, broken between facts where that is possible."""
    lines: list[str] = []
    for fact in facts:
        longer = f"{lines[-1]} · {fact}" if lines else fact
        if lines and width(longer, TEXT) <= room:
            lines[-1] = longer
        else:
            lines += wrapped(fact, TEXT, room, _MOST_LINES)
    return lines
