"""Asks every source for what it knows of a window. One that does not answer is named, and the others are asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from platformctl.errors import CommandError
from platformctl.incidents import alert_files, changes, holds, metrics
from platformctl.incidents import alerts as alerting
from platformctl.incidents.model import Alerted, Cause, Entry, Gathered, Source, Window
from platformctl.incidents.recorded import Recorded, emergencies_of, foundation_of, lock_of, records_of
from platformctl.locks.store import Unreachable
from platformctl.target import Target

T = TypeVar("T")


@dataclass(frozen=True)
class Asked:
    """`target`: whose state's store is read, or what is wrong with the shell. `records`: a folder of change records in
    its place. `alerts`: a file of them, in place of those of Prometheus. `drift`: what a report lists, without values.
    """

    target: Target | str
    records: str | None = None
    prometheus: str = ""
    alerts: Path | None = None
    drift: tuple[Mapping[str, str], ...] | None = None


@dataclass
class _Found:
    entries: list[Entry] = field(default_factory=list)
    causes: list[Cause] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)

    def ask(self, name: str, place: str, call: Callable[[], T]) -> T | None:
        """What the call returns; None, and a source that says why, where it cannot."""
        try:
            return call()
        except (CommandError, Unreachable) as error:
            self.sources.append(Source(name, place, problem=str(error)))
        except (KeyError, TypeError, ValueError, AttributeError) as error:  # not a document of ours
            self.sources.append(Source(name, place, problem=f"what it holds cannot be read: {error!r}"))
        return None

    def had(self, name: str, place: str, count: int, problem: str = "") -> None:
        self.sources.append(Source(name, place, count, problem))


def gather(asked: Asked, window: Window) -> Gathered:
    """All of it, in one order whatever the sources answer."""
    found = _Found()
    _changes(found, asked.target, asked.records, window)
    if isinstance(other := foundation_of(asked.target), Target) and asked.records is None:
        _changes(found, other, None, window, " of the foundation")
    _holds(found, asked, window)
    told = _alerts(found, asked, window)
    spent = metrics.spent(found.ask, found.had, asked.prometheus, window)
    _drift(found, asked)
    found.entries += alerting.entries(told, window)
    return Gathered(
        entries=sorted(found.entries, key=lambda one: (one.at, one.source, one.what)),
        causes=sorted(found.causes, key=lambda one: (one.at, one.what)),
        alerts=told,
        impact=spent,
        drift=asked.drift or (),
        sources=found.sources,
    )


def _changes(found: _Found, target: Target | str, folder: str | None, window: Window, whose: str = "") -> None:
    name = f"change records{whose}"
    read: Recorded | None = found.ask(name, folder or "beside the state", lambda: records_of(target, folder))
    if read is None:
        return
    told = found.ask(name, read.place, lambda: list(changes.entries(read.records, window)))
    if told is not None:
        found.entries += told
        found.causes += changes.causes(read.records, window)
        found.had(name, read.place, len(told), read.problem)


def _holds(found: _Found, asked: Asked, window: Window) -> None:
    lock = found.ask("locks", "beside the state", lambda: lock_of(asked.target))
    if lock is not None:
        told = list(holds.locks(lock, window))
        found.entries += told
        found.had("locks", "beside the state", len(told))
    uses = found.ask("break-glass", "beside the state", lambda: emergencies_of(asked.target))
    if uses is not None:
        told = list(holds.emergencies(uses, window))
        found.entries += told
        found.causes += holds.by_hand(uses, window)
        found.had("break-glass", "beside the state", len(told))


def _alerts(found: _Found, asked: Asked, window: Window) -> list[Alerted]:
    told: list[Alerted] = []
    if asked.alerts is not None:  # a file that cannot be read is bad input, and ends the command
        told = alert_files.read(asked.alerts, window)
        found.had("alerts", str(asked.alerts), len(told))
    elif asked.prometheus:
        told = metrics.fired(found.ask, found.had, asked.prometheus, window)
    else:
        found.had("alerts", "-", 0, "not asked: give --prometheus URL, or --alerts FILE")
    return sorted(told, key=lambda one: (one.began or window.since, one.name, sorted(one.labels.items())))


def _drift(found: _Found, asked: Asked) -> None:
    if asked.drift is None:
        found.had("drift", "-", 0, "not asked: give --drift FILE, of `platformctl drift ENV --json`")
    else:
        found.had("drift", "the report that was given", len(asked.drift))
