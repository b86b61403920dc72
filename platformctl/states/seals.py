"""A seal beside the state: what our last update left, by digest and serial. It tells a state that was altered, rolled
back or lost from one that the engine went on with. docs/decisions/0028-state-is-sealed-and-journalled.md
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from platformctl.states.integrity import Checkpoint, Problem, moment

KEPT = 20  # earlier seals that are remembered, to name the serial that a state was rolled back to


@dataclass(frozen=True)
class Seal:
    """What the state was when one of our updates let go of it."""

    serial: int  # grows by one with every seal
    digest: str  # SHA-256 of the state's bytes; empty: there was none
    time: str  # the engine's, in the state's manifest
    resources: int
    by: str  # who sealed it, for people
    command: str
    open: bool = False  # an update has begun and has not yet sealed what it left
    earlier: tuple[tuple[int, str], ...] = ()  # (serial, digest), newest first

    def as_dict(self) -> dict[str, Any]:
        """The JSON form: the fields by name."""
        return asdict(self)

    def opened(self, by: str, command: str) -> "Seal":
        """The same, while an update is under way."""
        return replace(self, open=True, by=by, command=command)

    def to_bytes(self) -> bytes:
        return json.dumps({"schema": 1, **self.as_dict()}, indent=1).encode()


def parse(content: bytes) -> Seal | None:
    """The seal in these bytes; None for what is none."""
    try:
        told = json.loads(content)
        del told["schema"]
        told["earlier"] = tuple((int(serial), str(digest)) for serial, digest in told["earlier"])
        return Seal(**told)
    except (ValueError, KeyError, TypeError):
        return None


def sealed(last: Seal | None, state: Checkpoint | None, by: str, command: str) -> Seal:
    """The seal of this state, after `last`."""
    earlier = ((last.serial, last.digest), *last.earlier)[:KEPT] if last else ()
    time = str((state.latest.get("manifest") or {}).get("time", "")) if state else ""
    return Seal(
        serial=last.serial + 1 if last else 1,
        digest=state.digest if state else "",
        time=time,
        resources=len(state.resources) if state else 0,
        by=by,
        command=command,
        earlier=earlier,
    )


@dataclass(frozen=True)
class Recorded:
    """The newest state that the engine's own history holds: it writes one with the end of every update."""

    digest: str
    time: str


def compared(state: Checkpoint | None, seal: Seal | None, recorded: Recorded | None) -> Iterator[Problem]:
    """What speaks against this state being the newest one that an engine wrote.

    The engine copies the state into its history at the end of an update, so a state is what it should be when it is
    the sealed one or the newest of the history. Any other is accepted only while an update of ours is under way or was
    killed: the seal is open, and the state is younger than the sealed one.
    """
    if state is None:
        if seal and seal.resources:
            yield Problem("missing", f"it is gone; serial {seal.serial} had {seal.resources} resources")
        elif recorded and not seal:
            yield Problem("missing", f"it is gone, and the engine's history has one of {recorded.time}")
        return
    newest = max(
        (t for t in (moment(seal.time if seal else ""), moment(recorded.time if recorded else "")) if t), default=None
    )
    known = {recorded.digest} if recorded else set()
    known |= {seal.digest} if seal else set()
    if state.digest in known and (newest is None or (state.time and state.time >= newest)):
        return
    if newest is None or not (state.resources or (seal.resources if seal else True)):
        return  # nothing was ever updated, or what was is destroyed: there is nothing to lose
    rolled = _rolled_back(state, seal, newest)
    if rolled:
        yield Problem("rolled-back", rolled)
    elif not (_was_under_way(state, seal) and state.time and state.time > newest):
        yield Problem("altered", _altered(state, seal, newest))


def _was_under_way(state: Checkpoint, seal: Seal | None) -> bool:
    """Whether the writer may be an update that was killed: ours, or by what it left one of the ordinary CLI."""
    return bool(state.pending) or seal is None or seal.open


def _rolled_back(state: Checkpoint, seal: Seal | None, newest: Any) -> str:
    serials: Mapping[str, int] = {digest: serial for serial, digest in reversed(seal.earlier)} if seal else {}
    now = f"the newest known one is of {newest:%Y-%m-%d %H:%M:%S} UTC" + (f", serial {seal.serial}" if seal else "")
    if state.digest in serials:
        return f"it is an earlier version, serial {serials[state.digest]}: {now}"
    if state.time is None:
        return f"it is the state of a stack that was never updated: {now}"
    if state.time < newest:
        return f"it is an earlier version, of {state.time:%Y-%m-%d %H:%M:%S} UTC: {now}"
    return ""


def _altered(state: Checkpoint, seal: Seal | None, newest: Any) -> str:
    known = f"serial {seal.serial} ({seal.digest[:12]})" if seal else f"the engine's history of {newest}"
    return (
        f"its content is {state.digest[:12]}, neither {known} nor what an update recorded: a bit flipped, or it was "
        "edited, imported or unprotected by hand"
    )
