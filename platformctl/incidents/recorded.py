"""What is written down beside a stack's state: change records, the lock, uses of the role for emergencies.

They are read without the engine and without the state: who is on call may read these and not the state.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from platformctl.break_glass import uses
from platformctl.break_glass.uses import Uses
from platformctl.errors import CommandError
from platformctl.locks.backend import store_of
from platformctl.locks.book import book
from platformctl.locks.record import Record
from platformctl.project import PLATFORM, PROGRAMS
from platformctl.records import places, reading
from platformctl.records.journal import Journal
from platformctl.records.stores import Store
from platformctl.target import Target


@dataclass(frozen=True)
class Recorded:
    """`problem`: what is known to be missing among the records."""

    records: Sequence[Mapping[str, Any]]
    place: str
    problem: str = ""


def records_of(target: Target | str, source: str | None) -> Recorded:
    """CommandError where they cannot be read; those that can be, with a word on the others."""
    store: Store = reading.folder(source) if source is not None else places.beside_state(_shell(target))
    content = reading.files(store)
    found = reading.records(content)
    lost = sum(not name.endswith(".head.json") for name in content) - len(found)
    problems = [f"{lost} of them cannot be read: `platformctl changes verify` names them"] if lost else []
    if source is None and (waiting := len(Journal(places.journal_folder(_shell(target))).waiting())):
        problems.append(f"{waiting} wait on this machine: `platformctl changes list` hands them over")
    return Recorded(found, store.place, "; ".join(problems))


def lock_of(target: Target | str) -> Record:
    shell = _shell(target)
    return book(store_of(shell.variables), shell.project.name, shell.environment, shell.name).read()[0]


def emergencies_of(target: Target | str) -> Uses:
    """Of the account: the foundation's environments share it with the platform's."""
    shell = _shell(target)
    return uses.book(store_of(shell.variables), PROGRAMS[PLATFORM].name, shell.environment).read()[0]


def foundation_of(target: Target | str) -> Target | None:
    """The foundation of the platform's environment: what is changed there, too, may be the cause."""
    if isinstance(target, str) or target.project.key != PLATFORM:
        return None
    project = replace(target.project, key="foundation")
    return replace(target, project=project) if target.environment in project.environments else None


def _shell(target: Target | str) -> Target:
    if isinstance(target, str):
        raise CommandError(target)
    return target
