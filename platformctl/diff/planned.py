"""A preview's outcome, completed: protection as the state has it, and the state that would stand after the update."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from platformctl.diff.place import Checkpoint, tidy
from platformctl.engine import Event, Outcome
from policies.values import REDACTED

Registered = Mapping[str, Mapping[str, Any]]
_STEPS = ("resourcePreEvent", "resOutputsEvent")
_GONE = ("delete", "delete-replaced", "discard", "discard-replaced")


def unprotected(checkpoint: Checkpoint) -> Checkpoint:
    """The state with protection off, so that the engine tells of every change instead of ending at the first that it
    refuses. What it would refuse is told by `platformctl.guard`, from the events that `protected` has completed.
    """
    latest = checkpoint["checkpoint"].get("latest")
    if not latest:
        return checkpoint
    open_ = [{key: value for key, value in one.items() if key != "protect"} for one in latest.get("resources") or []]
    return {**checkpoint, "checkpoint": {**checkpoint["checkpoint"], "latest": {**latest, "resources": open_}}}


def protected(outcome: Outcome, resources: Iterable[Mapping[str, Any]]) -> Outcome:
    """The outcome as of a state with its protection on; `resources` are the state's."""
    urns = {resource["urn"] for resource in resources if resource.get("protect")}
    return replace(outcome, events=tuple(_protected(event, urns) for event in outcome.events))


def _protected(event: Event, urns: set[str]) -> Event:
    for kind in _STEPS:
        step = event.get(kind, {}).get("metadata") or {}
        old = step.get("old")
        if old and old["urn"] in urns:  # of what has an alias, the name before
            return {**event, kind: {**event[kind], "metadata": {**step, "old": {**old, "protect": True}}}}
    return event


def state(events: Iterable[Event], registered: Registered) -> dict[str, Any]:
    """What `pulumi stack export` would print after the update, with values that are not known yet: the events tell
    which resources there are and their inputs as the provider has completed them, the registrations the rest.
    """
    found: dict[str, dict[str, Any]] = {}
    for step in _steps(events):
        stays = step.get("new")
        if stays and step["op"] not in _GONE:
            found[step["urn"]] = stays
    return {
        "version": 3,
        "deployment": {
            "manifest": {},
            "resources": [_resource(stays, registered.get(urn, {})) for urn, stays in found.items()],
        },
    }


def _steps(events: Iterable[Event]) -> Iterator[dict[str, Any]]:
    for event in events:
        for kind in _STEPS:
            if kind in event:
                yield event[kind]["metadata"]


def _resource(told: Mapping[str, Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: told[key] for key in ("urn", "type", "custom", "parent", "provider", "protect", "id") if key in told}
    known = asked.get("inputs") or {}
    inputs = {
        key: known[key] if key in known and _is_hidden(value) else value
        for key, value in (told.get("inputs") or {}).items()
    }
    rest = {key: asked[key] for key in ("dependencies", "propertyDependencies", "sourcePosition") if key in asked}
    outputs = asked.get("outputs") or told.get("outputs") or {}
    return tidy({**kept, "inputs": inputs or dict(known), "outputs": outputs, **rest})


def _is_hidden(value: Any) -> bool:
    """Whether the engine's events keep some of the value back: they never tell secrets."""
    if isinstance(value, Mapping):
        return any(map(_is_hidden, value.values()))
    if isinstance(value, list):
        return any(map(_is_hidden, value))
    return bool(value == REDACTED)
