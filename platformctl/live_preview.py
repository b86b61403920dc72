"""What an update of the real stack would change, and what the cloud has changed since the last one, told apart."""

import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from platformctl import engine
from platformctl.changes import Change
from platformctl.drift import Difference, find_drift
from platformctl.engine import Event, Outcome
from platformctl.errors import CommandError, Exit
from platformctl.run import Run, judge
from platformctl.target import Target

if TYPE_CHECKING:
    from platformctl.diff.comparison import Comparison

_BASE, _HEAD = "the real account", "working tree"


class Meets(StrEnum):
    """How a difference that the cloud made meets the change that the program makes."""

    PROPERTY = "property"  # the change sets the same property: what the cloud has is lost
    RESOURCE = "resource"  # it touches the same resource, and leaves this property
    NOTHING = "nothing"  # an update leaves it as the cloud has it


@dataclass(frozen=True)
class Drifted(Difference):
    """One difference between the state and the cloud, and what the change does to it."""

    meets: Meets = Meets.NOTHING
    operation: str = ""  # of the change on its resource; empty where it makes none
    planned: Any = None  # the value after the update, where the change sets the property


def compare(target: Target, on_event: Callable[[Event], None]) -> "Comparison":
    """The stack as it was last updated, with what an update would make of it; `drift` holds Drifted, security first.

    The run is what an update would do, which reads nothing anew: what drifted alone is no part of its changes. The
    cloud is read at the same time; nothing is written. CommandError when it could not be read: a report without drift
    would look like one that has none. `before_report` is by the rules of this checkout.
    """
    from platformctl.diff import planned
    from platformctl.diff.comparison import Comparison
    from platformctl.render import render
    from policies import adapters
    from policies.engine import evaluate

    started = time.monotonic()
    state = json.loads(engine.query(target, "stack", "export"))
    outcome, reading = _at_once(target, on_event)
    if reading.exit_code:
        told = "\n".join(reading.errors) or engine.explain(reading.output)
        raise CommandError(f"the cloud could not be read, so drift is not known:\n{told}", Exit.ENGINE)
    run = judge(target, outcome, refuse=True)
    found = find_drift(reading.events, state["deployment"].get("resources") or [])
    registered = {one["urn"]: _as_in_a_state(one) for one in render(target.project, target.environment)}
    before = adapters.from_state(state)
    return Comparison(
        environment=target.name,
        base=_BASE,
        head=_HEAD,
        run=_whole(run),
        before=before,
        after=adapters.from_state(planned.state(outcome.events, registered)),
        before_report=evaluate(before).as_dict(),
        after_report=run.report,
        drift=tuple(told_apart(found, run.changes)),
        seconds=time.monotonic() - started,
    )


def _whole(run: Run) -> Run:
    """CommandError for a preview that the engine ended before it knew all changes, for a reason of its own."""
    if run.exit is Exit.ENGINE:
        told = "\n".join(run.outcome.errors) or engine.explain(run.outcome.output)
        raise CommandError(f"the engine failed:\n{told}", Exit.ENGINE)
    return run


def _as_in_a_state(registration: Mapping[str, Any]) -> dict[str, Any]:
    """With the line that made it in the engine's words."""
    file, _, line = str(registration.get("source") or "").rpartition(":")
    return {**registration, **({"sourcePosition": f"project:///{file}#{line}"} if file else {})}


def told_apart(differences: Iterable[Difference], changes: Iterable[Change]) -> list[Drifted]:
    """Each difference with the change that it meets."""
    by_urn = {change.urn: change for change in changes}
    return [_of(Drifted(**vars(difference)), by_urn) for difference in differences]


def _of(difference: Drifted, changes: Mapping[str, Change]) -> Drifted:
    change = changes.get(difference.urn)
    if change is None:
        return difference
    told = replace(difference, meets=Meets.PROPERTY, operation=change.operation)
    if change.operation in ("delete", "replace") or not difference.property:
        return told
    for changed in change.properties:
        if _overlap(changed.path, difference.property):
            return replace(told, planned=changed.after)
    return replace(told, meets=Meets.RESOURCE)


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
