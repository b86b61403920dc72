"""Comparisons of small graphs: nodes before and after, and the changes that an engine would tell."""

from collections.abc import Iterable, Mapping
from typing import Any

from platformctl.changes import Change, PropertyChange, place, readable
from platformctl.diff.comparison import Comparison
from platformctl.engine import Outcome
from platformctl.errors import Exit
from platformctl.notes import Note
from platformctl.review import Item, assess
from platformctl.run import Run
from policies.examples import Example, Node, graph_of
from policies.graph import Graph
from policies.resource import Resource
from policies.stateful import STATEFUL_TYPES
from policies.values import Wrong

NO_REPORT: dict[str, Any] = {"findings": []}


def compared(
    before: Example | Graph, after: Example | Graph, *, replaced: Iterable[str] = (), **fields: Any
) -> Comparison:
    """The comparison of two programs; `replaced` are names of resources that are replaced, not updated."""
    old, new = (side if isinstance(side, Graph) else graph_of(side) for side in (before, after))
    return Comparison(
        environment="prod",
        base="1a2b3c4",
        head="working tree",
        run=run_of(old, new, set(replaced), events=fields.pop("events", ()), notes=fields.pop("notes", ())),
        before=old,
        after=new,
        before_report=fields.pop("before_report", NO_REPORT),
        after_report=fields.pop("after_report", NO_REPORT),
        **fields,
    )


def run_of(old: Graph, new: Graph, replaced: set[str], events: Iterable[Any] = (), notes: Iterable[Note] = ()) -> Run:
    touched = [
        _change(urn, old.by_urn.get(urn), new.by_urn.get(urn), old, new, replaced)
        for urn in sorted({*old.by_urn, *new.by_urn})
    ]
    changes = [change for change in touched if change]
    return Run(Outcome(0, tuple(events), (), "", 0.0), Exit.FINE, dict(NO_REPORT), changes, [], list(notes))


def items(comparison: Comparison, section: str) -> list[Item]:
    """What the review has in one section."""
    return [item for found in assess(comparison).sections if found.kind.id == section for item in found.items]


def said(before: Example, after: Example, section: str, **fields: Any) -> list[str]:
    """`name: summary` of what the review has in one section."""
    return [f"{item.name}: {item.summary}" for item in items(compared(before, after, **fields), section)]


def _change(
    urn: str, old: Resource | None, new: Resource | None, before: Graph, after: Graph, replaced: set[str]
) -> Change | None:
    one = new or old
    assert one is not None
    asked = (old.asked if old else {}, new.asked if new else {})
    operation = "create" if not old else "delete" if not new else "replace" if one.name in replaced else "update"
    if operation == "update" and _shown(asked[0]) == _shown(asked[1]):
        return None
    layer, component = place(urn, {key: r.parent for graph in (before, after) for key, r in graph.by_urn.items()})
    differing = [
        key for key in sorted({*asked[0], *asked[1]}) if _shown(asked[0].get(key)) != _shown(asked[1].get(key))
    ]
    properties = tuple(
        PropertyChange(key, _told(asked[0].get(key)), _told(asked[1].get(key)), operation == "replace")
        for key in (differing if old and new else ())
    )
    return Change(urn, operation, one.type, one.name, layer, component, one.type in STATEFUL_TYPES, properties)


def _told(value: Any) -> Any:
    """As events tell it: they know nothing of types that are wrong."""
    if isinstance(value, Wrong):
        return _told(value.value)
    if isinstance(value, list):
        return [_told(item) for item in value]
    return {key: _told(item) for key, item in value.items()} if isinstance(value, dict) else readable(value)


def _shown(value: Any) -> str:
    return repr({key: _shown(item) for key, item in value.items()}) if isinstance(value, Mapping) else repr(value)


def changed(node: Node, **properties: Any) -> Node:
    """The node with other properties; None takes one away."""
    props = {key: value for key, value in {**node.props, **properties}.items() if value is not None}
    return Node(node.type, node.name, props, node.protect, node.provider, node.project)
