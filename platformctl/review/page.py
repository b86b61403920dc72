"""The review as one HTML page that reaches for nothing outside of itself: it can be kept, mailed and printed."""

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platformctl.formats.characters import cut, shown
from platformctl.picture.drawing.style import DARK, FONT, LIGHT
from platformctl.picture.marks import SIGNS

if TYPE_CHECKING:
    from jinja2 import Environment

LIMIT = 500_000  # bytes, so that it goes through mail and opens at once on a phone
_PARTS = Path(__file__).parent / "page_parts"
_OPEN = ("critical", "high")  # sections that are not folded
_LIST_OF_ALL = "changes"  # the section that repeats every change
_POLICIES = {
    "new": "New findings",
    "undecided": "Undecided until the update",
    "standing": "Findings that were there before",
    "waived": "Waived findings",
    "fixed": "Fixed findings",
}


@dataclass(frozen=True)
class _Room:
    """How much is told: characters of a value, entries of a list, changes of a component, properties of a change."""

    value: int
    entries: int
    changes: int
    properties: int


# The first that makes a page below LIMIT is taken: what is told of each goes first, what is listed at all goes last.
_ROOMS = (
    _Room(240, 1000, 10_000, 40),
    _Room(120, 400, 10_000, 20),
    _Room(60, 150, 10_000, 6),
    _Room(60, 150, 10_000, 0),
    _Room(60, 150, 100, 0),
    _Room(40, 25, 10, 0),
    _Room(40, 10, 0, 0),
)


def page(review: Mapping[str, Any], svg: str) -> str:
    """The page of a review (`Review.as_dict()`, schema 1) with the picture of its environment; below LIMIT bytes, for
    which long values are cut and lists end early, with the number of what is left out.
    """
    text = ""
    for room in _ROOMS:
        text = _rendered(review, svg, room)
        if len(text.encode()) < LIMIT:
            break
    return text


def _rendered(review: Mapping[str, Any], svg: str, room: _Room) -> str:
    from markupsafe import Markup

    script = (_PARTS / "page.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    templates = templates_of(_PARTS)
    templates.filters |= {"cut": lambda value: _cut(value, room.value), "kind": _kind, "money": _money}
    sections = [section for section in review["sections"] if section["id"] != _LIST_OF_ALL]
    return templates.get_template("page.html").render(
        review=review,
        sections=sections,
        verdict=_verdict(review, sections),
        policies=[(key, title, review["policies"][key]) for key, title in _POLICIES.items() if review["policies"][key]],
        layers=_layers(review["changes"]),
        signs=SIGNS,
        room=room,
        opened=_OPEN,
        svg=Markup(svg),  # noqa: S704  # our own, escaped where it is made
        style=Markup(style()),  # noqa: S704  # a file of ours
        script=Markup(script),  # noqa: S704  # a file of ours
        digest=digest,
    )


def _verdict(review: Mapping[str, Any], sections: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """How grave it is, in a word, and what makes it so, the gravest first."""
    policies = review["policies"]
    grave = [(len(section["items"]), section["title"], section["id"]) for section in sections]
    worst = {section["severity"] for section in sections}
    stops = [
        (len(review["refusals"]), "refused", "refusals"),
        (len(policies["new"]), "new policy findings", "policies"),
    ]
    asks = [(len(policies["undecided"]), "policy verdicts that only the update decides", "policies")]
    asks.append((len(review["drift"]), "differences between the state and the cloud", "drift"))
    reasons = [(count, words, at) for count, words, at in (*stops, *grave, *asks) if count]
    if any(count for count, _, _ in stops) or "critical" in worst:
        return {"css": "stop", "word": "Stop: this needs a decision", "reasons": reasons}
    if reasons:
        return {"css": "care", "word": "Read before this is applied", "reasons": reasons}
    word = "Nothing found that stands against it" if review["changes"] else "Nothing changes"
    return {"css": "fine", "word": word, "reasons": reasons}


def _layers(changes: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Changes by layer and component, each with its counts."""

    def layer(change: Mapping[str, Any]) -> str:
        return change["layer"] or "the environment"

    def component(change: Mapping[str, Any]) -> str:
        return change["component"] or "outside of components"

    ordered = sorted(changes, key=lambda one: (layer(one), component(one), one["type"], one["name"], one["urn"]))
    found: list[Mapping[str, Any]] = []
    for name, group in groupby(ordered, key=layer):
        members = list(group)
        components = []
        for inner, part in groupby(members, key=component):
            own = list(part)
            components.append({"name": inner, "counts": _counts(own), "changes": own})
        found.append({"name": name, "counts": _counts(members), "components": components})
    return found


def _counts(changes: Iterable[Mapping[str, Any]]) -> list[tuple[str, int]]:
    counted = Counter(change["operation"] for change in changes)
    order = [*SIGNS, *sorted(set(counted) - set(SIGNS))]
    return [(operation, counted[operation]) for operation in order if counted[operation]]


def templates_of(folder: Path) -> "Environment":
    """The templates of pages in a folder: what is put in is escaped, and what is missing is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    def told(value: Any) -> Any:
        """Every text that is put in: without what would hide or turn its letters."""
        return shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=told,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def style(*more: Path) -> str:
    """The style sheet of pages, and what one adds to it: colours are variables of each scheme; what is printed is
    light.
    """
    light, dark = ("".join(f"--{name}:{colour};" for name, colour in palette.items()) for palette in (LIGHT, DARK))
    begin = f":root{{color-scheme:light dark;{light}--font:{FONT}}}"
    night = f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    return begin + night + "".join(file.read_text(encoding="utf-8") for file in (_PARTS / "page.css", *more))


def _cut(value: Any, most: int) -> str:
    import json

    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return cut(text, most)


def _kind(type_: str) -> str:
    return type_.rpartition(":")[2]


def _money(amount: float, currency: str, *, signed: bool = False) -> str:
    return f"{amount:{'+' if signed else ''},.2f} {currency}"
