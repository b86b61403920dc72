"""What the engine did, step by step, as far as its events tell: without a single value."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from platformctl.engine import Event
from platformctl.signing.canonical import canonical

_OUTCOMES = {"resourcePreEvent": "begun", "resOutputsEvent": "done", "resOpFailedEvent": "failed"}
_QUIET = frozenset(("same", "read", "refresh"))


@dataclass
class Steps:
    """Gathers the steps of a run, while it runs."""

    events: int = 0
    _known: dict[tuple[str, str], str] = field(default_factory=dict)
    _hash: Any = field(default_factory=hashlib.sha256)

    def add(self, event: Event) -> dict[str, str] | None:
        """Takes an event in; the step that it tells of, if it is one that changes something."""
        self.events += 1
        self._hash.update(canonical(event) + b"\n")
        step = step_of(event)
        if step:
            self.take(step)
        return step

    def take(self, step: Mapping[str, str]) -> None:
        """A step as `add` gave it."""
        self._known[step["urn"], step["operation"]] = step["outcome"]

    @property
    def digest(self) -> str:
        """SHA-256 of the events in their order, each in canonical form and a line of its own."""
        return str(self._hash.hexdigest())

    def as_list(self) -> list[dict[str, str]]:
        """In the order in which they began; `begun` is what neither ended nor failed."""
        return [{"urn": urn, "operation": op, "outcome": how} for (urn, op), how in self._known.items()]


def step_of(event: Event) -> dict[str, str] | None:
    """URN, operation and outcome of an event on a resource; None for others, and for what changes nothing."""
    kind = next((kind for kind in _OUTCOMES if kind in event), None)
    if kind is None:
        return None
    step = event[kind]["metadata"]
    if step["op"] in _QUIET or step["type"] == "pulumi:pulumi:Stack":
        return None
    return {"urn": step["urn"], "operation": step["op"], "outcome": _OUTCOMES[kind]}
