"""What an engine run would change or has changed, as one model for people and machines."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from platformctl.engine import Event
from policies.stateful import STATEFUL_TYPES
from policies.tokens import canonical
from policies.values import REDACTED, UNKNOWN, Secret, decode

UNKNOWN_TEXT = "(known after the update)"
_OPERATIONS = {
    "create": "create",
    "update": "update",
    "delete": "delete",
    "replace": "replace",
    "create-replacement": "replace",
    "delete-replaced": "replace",
    "import": "import",
    "import-replacement": "replace",
    "refresh": "refresh",
    "read": "read",
    "discard": "delete",
}
DESTRUCTIVE = ("delete", "replace")

Sides = tuple[Mapping[str, Any], Mapping[str, Any]]  # a resource's state before and after


@dataclass(frozen=True)
class PropertyChange:
    """One property of a resource: its path, and the value before and after; None where there is none."""

    path: str
    before: Any
    after: Any
    replaces: bool = False


@dataclass(frozen=True)
class Change:
    """One resource that a run touches."""

    urn: str
    operation: str  # create, update, replace, delete, import, refresh or read
    type: str
    name: str
    layer: str  # the area of the outermost component, as in its type token platform:<layer>:<Class>
    component: str  # the outermost component's class and name, empty outside of components
    stateful: bool  # holds data that a replacement or deletion loses
    properties: tuple[PropertyChange, ...]

    def as_dict(self) -> dict[str, Any]:
        """The JSON form: the fields by name."""
        return asdict(self)


def changes(events: Iterable[Event]) -> list[Change]:
    """The changes that the events of one run tell of, each resource once, destructive and stateful ones first."""
    told = list(events)
    parents: dict[str, str] = {}
    for step in _steps(told):
        state = step.get("new") or step.get("old") or {}
        parents.setdefault(step["urn"], state.get("parent", ""))
    return sorted((_change(step, parents) for step in _changing(told)), key=_rank)


def sides(events: Iterable[Event]) -> dict[str, Sides]:
    """What the state has of each resource that a run touches, and what it would have; empty where there is nothing."""
    return {step["urn"]: (step.get("old") or {}, step.get("new") or {}) for step in _changing(events)}


def standing(events: Iterable[Event]) -> dict[str, dict[str, Any]]:
    """What the stack has once the run is over, as far as its events tell: by URN the type, the inputs, and `before`,
    the inputs that the state has now.
    """
    found: dict[str, dict[str, Any]] = {}
    for step in _steps(events):
        old, new = step.get("old") or {}, step.get("new") or {}
        stays = new or (old if step["op"] in ("same", "refresh", "read") else {})
        if stays:
            before = found.get(step["urn"], {}).get("before") or old.get("inputs")
            found[step["urn"]] = {"type": step["type"], "inputs": stays.get("inputs") or {}, "before": before}
        elif _OPERATIONS.get(step["op"]) == "delete":
            found.pop(step["urn"], None)
    return found


def counts(events: Iterable[Event]) -> dict[str, int]:
    """How many resources each operation touches, `same` included."""
    totals: dict[str, int] = {}
    seen: set[str] = set()
    for step in _steps(events):
        if step["urn"] not in seen and not step["type"].startswith("pulumi:"):
            seen.add(step["urn"])
            operation = _OPERATIONS.get(step["op"], step["op"])
            totals[operation] = totals.get(operation, 0) + 1
    return dict(sorted(totals.items()))


def readable(value: Any) -> Any:
    """A property value for people and reports: unknown and secret values are words, everything else is itself."""
    return _worded(decode(value))


def _worded(value: Any) -> Any:
    if value is UNKNOWN:
        return UNKNOWN_TEXT
    if isinstance(value, Secret):
        return REDACTED
    if isinstance(value, list):
        return [_worded(item) for item in value]
    if isinstance(value, dict):
        return {key: _worded(item) for key, item in value.items()}
    return value


def at(values: Any, path: str) -> Any:
    """The value at a path such as `rules[0].ports` or `tags["a.b"]`; None where there is none."""
    for key in _keys(path):
        if isinstance(values, dict):
            values = values.get(key)
        elif isinstance(values, list) and key.isdigit() and int(key) < len(values):
            values = values[int(key)]
        else:
            return None
    return values


def _steps(events: Iterable[Event]) -> Iterator[dict[str, Any]]:
    for event in events:
        for kind in ("resourcePreEvent", "resOutputsEvent"):
            if kind in event:
                yield event[kind]["metadata"]


def _changing(events: Iterable[Event]) -> Iterable[dict[str, Any]]:
    """One step for each resource that changes."""
    steps: dict[str, dict[str, Any]] = {}
    for step in _steps(events):
        # A replacement comes as three steps; the one named `replace` has both sides.
        better = step["urn"] not in steps or step["op"] == "replace"
        if better and step["op"] in _OPERATIONS and step["type"] != "pulumi:pulumi:Stack":
            steps[step["urn"]] = step
    return steps.values()


def _change(step: dict[str, Any], parents: dict[str, str]) -> Change:
    layer, component = place(step["urn"], parents)
    return Change(
        urn=step["urn"],
        operation=_OPERATIONS[step["op"]],
        type=step["type"],
        name=step["urn"].rpartition("::")[2],
        layer=layer,
        component=component,
        stateful=canonical(step["type"]) in STATEFUL_TYPES,
        properties=tuple(_properties(step)),
    )


def place(urn: str, parents: Mapping[str, str]) -> tuple[str, str]:
    """The layer and the outermost component of a resource, given the parent of each."""
    outermost = ""
    walked = urn
    while walked := parents.get(walked, ""):
        if "::platform:" in walked or "$platform:" in walked:
            outermost = walked
    outermost = outermost or (urn if "::platform:" in urn else "")
    if not outermost:
        return "", ""
    token, name = outermost.split("::")[2].rpartition("$")[2], outermost.rpartition("::")[2]
    _, layer, kind = token.split(":")
    return layer, f"{kind} {name}"


def _properties(step: dict[str, Any]) -> Iterator[PropertyChange]:
    detailed = step.get("detailedDiff") or {}
    if detailed:
        for path in sorted(detailed):
            sides = ("inputs",) if detailed[path].get("inputDiff", True) else ("outputs", "inputs")
            before, after = (_value(step.get(side), path, sides) for side in ("old", "new"))
            yield PropertyChange(path, before, after, replaces=detailed[path]["diffKind"].endswith("-replace"))
        return
    replacing = set(step.get("keys") or ())
    for path in sorted({*(step.get("diffs") or ()), *replacing}):
        before, after = (_value(step.get(side), path, ("inputs",)) for side in ("old", "new"))
        yield PropertyChange(path, before, after, replaces=path in replacing)


def _value(state: dict[str, Any] | None, path: str, sides: tuple[str, ...]) -> Any:
    for side in sides:
        value = at((state or {}).get(side), path)
        if value is not None:
            return readable(value)
    return None


def _keys(path: str) -> Iterator[str]:
    rest = path
    while rest:
        if rest.startswith('["'):
            key, _, rest = rest[2:].partition('"]')
        elif rest.startswith("["):
            key, _, rest = rest[1:].partition("]")
        else:
            end = min((index for index in (rest.find("."), rest.find("[")) if index > 0), default=len(rest))
            key, rest = rest[:end], rest[end:]
        rest = rest.removeprefix(".")
        yield key


def _rank(change: Change) -> tuple[bool, bool, str, str, str, str]:
    destructive = change.operation in DESTRUCTIVE
    return (
        not (destructive and change.stateful),
        not destructive,
        change.layer,
        change.component,
        change.type,
        change.name,
    )
