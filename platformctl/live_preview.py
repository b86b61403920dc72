"""What an update of the real stack would change, and what the cloud has changed since the last one, told apart."""

import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from platformctl import engine
from platformctl.changes import Change
from platformctl.drift import Difference, find_drift
from platformctl.engine import Event, Outcome
from platformctl.errors import CommandError, Exit
from platformctl.run import Run, judge
from platformctl.state import deployment
from platformctl.target import Target


class Meets(StrEnum):
    """How a difference that the cloud made meets the change that the program makes."""

    PROPERTY = "property"  # the change sets the same property: what the cloud has is lost
    RESOURCE = "resource"  # it touches the same resource, and leaves this property
    NOTHING = "nothing"  # an update leaves it as the cloud has it


@dataclass(frozen=True)
class Drifted:
    """One difference between the state and the cloud, and what the change does to it."""

    difference: Difference
    meets: Meets
    operation: str  # of the change on its resource; empty where it makes none
    planned: Any  # the value after the update, where the change sets the property

    def as_dict(self) -> dict[str, Any]:
        """The JSON form: the difference's fields, with how it meets the change."""
        how = {"meets": self.meets.value, "operation": self.operation, "planned": self.planned}
        return {**self.difference.as_dict(), **how}


@dataclass(frozen=True)
class LivePreview:
    """`run` is what an update would do, which reads nothing anew: what drifted alone is no part of its changes."""

    run: Run
    drift: tuple[Drifted, ...]  # security first


def look(target: Target, on_event: Callable[[Event], None]) -> LivePreview:
    """Previews the program against the state, and reads the cloud, at the same time; neither writes anything.

    CommandError when the cloud could not be read: a report without drift would look like one that has none.
    """
    outcome, reading = _at_once(target, on_event)
    if reading.exit_code:
        told = "\n".join(reading.errors) or engine.explain(reading.output)
        raise CommandError(f"the cloud could not be read, so drift is not known:\n{told}", Exit.ENGINE)
    run = judge(target, outcome, refuse=True)
    return LivePreview(run, tuple(told_apart(find_drift(reading.events, deployment(target)["resources"]), run.changes)))


def told_apart(differences: Iterable[Difference], changes: Iterable[Change]) -> list[Drifted]:
    """Each difference with the change that it meets."""
    by_urn = {change.urn: change for change in changes}
    return [_of(difference, by_urn) for difference in differences]


def _of(difference: Difference, changes: Mapping[str, Change]) -> Drifted:
    change = changes.get(difference.urn)
    if change is None:
        return Drifted(difference, Meets.NOTHING, "", None)
    if change.operation in ("delete", "replace") or not difference.property:
        return Drifted(difference, Meets.PROPERTY, change.operation, None)
    for changed in change.properties:
        if _overlap(changed.path, difference.property):
            return Drifted(difference, Meets.PROPERTY, change.operation, changed.after)
    return Drifted(difference, Meets.RESOURCE, change.operation, None)


def _overlap(one: str, other: str) -> bool:
    """Whether one path is the other or lies within it."""
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and long[len(short) :][:1] in ("", ".", "[")


def _at_once(target: Target, on_event: Callable[[Event], None]) -> tuple[Outcome, Outcome]:
    stop = threading.Event()

    def unless_stopped(_: Event) -> None:
        if stop.is_set():
            raise KeyboardInterrupt  # which engine.run passes on to the engine, as it does with a person's

    with ThreadPoolExecutor(1) as beside:
        reading = beside.submit(
            engine.run, target, "refresh", "--preview-only", policies=False, on_event=unless_stopped
        )
        try:
            outcome = engine.run(target, "preview", on_event=on_event)
            return outcome, reading.result()
        except BaseException:
            stop.set()
            raise
