"""Every change, by layer and component."""

from collections.abc import Iterator

from platformctl.changes import Change, PropertyChange
from platformctl.review.compared import Compared, text
from platformctl.review.model import Item

_SHOWN = 12  # properties of one change; `changes` has all


def changed(compared: Compared) -> Iterator[Item]:
    """One item for each resource that the engine touches; components are its headings."""
    touched = [one for one in compared.changes.values() if not one.type.startswith("platform:")]
    for change in sorted(touched, key=lambda c: (c.layer, c.component, c.type, c.name, c.urn)):
        yield compared.item(change.urn, _summary(change), *_details(change))


def _summary(change: Change) -> str:
    paths = [one.path for one in change.properties]
    more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
    return f"{change.operation}: {', '.join(paths[:3])}{more}" if paths else change.operation


def _details(change: Change) -> Iterator[str]:
    for one in change.properties[:_SHOWN]:
        yield property_line(one)
    if len(change.properties) > _SHOWN:
        yield f"and {len(change.properties) - _SHOWN} more properties"


def property_line(one: PropertyChange) -> str:
    """`path: before → after`, and whether it forces a replacement."""
    return f"{one.path}: {text(one.before)} → {text(one.after)}{' (forces replacement)' if one.replaces else ''}"
