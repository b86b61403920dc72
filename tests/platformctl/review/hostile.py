"""Reviews such as nobody would wish to be sent, and very long ones."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from platformctl.review.model import KINDS
from tests.platformctl.formats.reports import finding, texts

EMPTY: dict[str, Any] = {
    "schema": 1,
    "environment": "prod",
    "base": "1a2b3c4",
    "head": "working tree",
    "place": "the sandbox",
    "seconds": 1.0,
    "counts": {"create": 1},
    "sections": [],
    "clear": [],
    "policies": {key: [] for key in ("new", "fixed", "standing", "waived", "undecided")},
    "cost": {
        "currency": "USD",
        "priced_on": "2025-01",
        "confirmed": False,
        "note": "an estimate",
        "before": 1.0,
        "after": 2.5,
        "delta": 1.5,
        "items": [],
        "unpriced": [],
    },
    "changes": [],
    "notes": [],
    "refusals": [],
    "drift": [],
}


def item(**fields: Any) -> dict[str, Any]:
    keys = ("urn", "type", "name", "operation", "layer", "component", "summary", "source")
    return dict.fromkeys(keys, "x") | {"details": []} | fields


def section(kind: Any, items: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {**vars(kind), "items": list(items)}


def review(**fields: Any) -> dict[str, Any]:
    return EMPTY | fields


_HUGE = st.sampled_from(("x" * 5_000, "`" * 3_000, "@a " * 2_000, "| " * 2_000))
_ANY = texts | _HUGE
_ITEMS = st.builds(
    lambda values, details: item(**values, details=details),
    st.fixed_dictionaries(
        dict.fromkeys(("type", "name", "operation", "layer", "component", "summary", "source"), _ANY)
    ),
    st.lists(_ANY, max_size=3),
)
_FINDINGS = st.builds(
    lambda values, severity: finding().as_dict() | values | {"was": None, "severity": severity},
    st.fixed_dictionaries(dict.fromkeys(("rule", "name", "message", "remedy", "source"), _ANY)),
    st.sampled_from(("critical", "high", "medium", "low")),
)
_REFUSALS = st.builds(
    lambda name, operation, reasons, remedy: {
        "urn": "u", "type": "t", "name": name, "operation": operation, "properties": [], "reasons": reasons,
        "remedy": remedy,
    },
    _ANY, _ANY, st.lists(_ANY, max_size=2), _ANY,
)  # fmt: skip
_COSTS = st.builds(
    lambda name, basis, unpriced: (
        EMPTY["cost"] | {"items": [item(name=name) | {"basis": basis, "delta": 1.0}], "unpriced": unpriced}
    ),
    _ANY,
    _ANY,
    st.lists(_ANY, max_size=2),
)
reviews = st.builds(
    lambda kinds, items, findings, refusals, cost, text: review(
        environment=text,
        base=text,
        head=text,
        counts={"create": 2},
        sections=[section(kind, items) for kind in KINDS if kind in kinds],
        policies=dict.fromkeys(EMPTY["policies"], findings),
        refusals=refusals,
        cost=cost,
        drift=[{"urn": "u", "type": "t", "name": text, "class": "security", "property": text, "state": 1, "cloud": 2}],
    ),
    st.lists(st.sampled_from(KINDS), max_size=3),
    st.lists(_ITEMS, min_size=1, max_size=4),
    st.lists(_FINDINGS, max_size=2),
    st.lists(_REFUSALS, max_size=2),
    _COSTS,
    _ANY,
)
