"""Which parts of a picture a change touches, told by sign, shape and colour."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from platformctl.picture.model import Picture


@dataclass(frozen=True)
class Sign:
    """How an operation is shown: the sign, the word, and the class of its colour and shape."""

    sign: str
    word: str
    css: str


# The worst first. What an import or a refresh does to the state is no change to draw beyond its kind.
SIGNS: dict[str, Sign] = {
    "delete": Sign("−", "deleted", "deleted"),  # noqa: RUF001  # the minus, as wide as the plus
    "replace": Sign("±", "replaced", "replaced"),
    "update": Sign("~", "updated", "updated"),
    "create": Sign("+", "created", "created"),
    "import": Sign("+", "imported", "created"),
}


@dataclass(frozen=True)
class Mark:
    """What happens to a box: `operation` to what leads it (update, if only to parts of it), `counts` to all of it."""

    operation: str
    counts: Mapping[str, int]

    @property
    def sign(self) -> Sign:
        """How it is shown."""
        return SIGNS[self.operation]

    @property
    def text(self) -> str:
        """Such as `1 replaced, 3 updated`."""
        return told(self.counts)


@dataclass(frozen=True)
class Marks:
    """By box; and by layer what has no box."""

    boxes: Mapping[str, Mark] = field(default_factory=dict)
    elsewhere: Mapping[str, Mark] = field(default_factory=dict)

    @property
    def total(self) -> Mapping[str, int]:
        """How many resources each operation touches."""
        return sum((Counter(mark.counts) for mark in (*self.boxes.values(), *self.elsewhere.values())), Counter())


def marks(picture: Picture, changed: Mapping[str, str]) -> Marks:
    """The marks of every box, from operations by URN; operations that are no change count nothing."""
    told_ = {urn: operation for urn, operation in sorted(changed.items()) if operation in SIGNS}
    leads, owner = _owners(picture)
    boxes: dict[str, Counter[str]] = defaultdict(Counter)
    layers: dict[str, Counter[str]] = defaultdict(Counter)
    for urn, operation in told_.items():
        if box := _box(urn, owner, picture.parents):
            boxes[box][operation] += 1
        else:
            layers[layer(urn)][operation] += 1
    return Marks(
        {box: Mark(told_.get(leads[box], "update"), counts) for box, counts in sorted(boxes.items())},
        {name: Mark(_worst(counts), counts) for name, counts in sorted(layers.items())},
    )


def told(counts: Mapping[str, int]) -> str:
    """Counts in words, the worst first."""
    return ", ".join(f"{counts[key]} {sign.word}" for key, sign in SIGNS.items() if counts.get(key))


def layer(urn: str) -> str:
    """The layer of the outermost component that a URN names; what is in none belongs to the environment."""
    types = urn.split("::")[2].split("$") if urn.count("::") > 2 else []
    names = [type_.split(":")[1] for type_ in types if type_.startswith("platform:") and type_.count(":") > 1]
    return names[0] if names else "the environment"


def _owners(picture: Picture) -> tuple[dict[str, str], dict[str, str]]:
    """The URN that leads each box, and the box of each URN that one stands for; of a component, too, if there is one
    box that it belongs to.
    """
    leads: dict[str, str] = {}
    owner: dict[str, str] = {}
    for box, urns in picture.owners():
        if urns:
            leads.setdefault(box, urns[0])
        for urn in urns:
            owner.setdefault(urn, box)
    above: dict[str, Counter[str]] = defaultdict(Counter)
    for urn, box in owner.items():
        for parent in _ancestors(urn, picture.parents):
            above[parent][box] += 1
    for parent, found in above.items():
        if picture.parents.get(parent) and (box := _belongs(parent, found, leads)):  # the stack alone has no parent
            owner.setdefault(parent, box)
    return leads, owner


def _belongs(component: str, found: Counter[str], leads: Mapping[str, str]) -> str:
    """The box that most of what is drawn of a component is in, else the one led by a resource of the same name."""
    most, count = min(found.items(), key=lambda one: (-one[1], one[0]))
    if 2 * count > found.total():
        return most
    return min((box for box in found if _name(leads[box]) == _name(component)), default="")


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]


def _box(urn: str, owner: Mapping[str, str], parents: Mapping[str, str]) -> str:
    return next((owner[one] for one in (urn, *_ancestors(urn, parents)) if one in owner), "")


def _ancestors(urn: str, parents: Mapping[str, str]) -> list[str]:
    found: list[str] = []
    while (urn := parents.get(urn, "")) and urn not in found:
        found.append(urn)
    return found


def _worst(counts: Mapping[str, int]) -> str:
    return next(key for key in SIGNS if counts.get(key))
