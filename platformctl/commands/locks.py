"""lock, unlock and locks: who may change an environment now."""

import os
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from platformctl import show
from platformctl.commands.options import AsJson, Environment, Live, complete
from platformctl.errors import CommandError
from platformctl.project import PROGRAMS, Project

if TYPE_CHECKING:  # loaded when a command runs
    from platformctl.locks.book import Book
    from platformctl.locks.record import Record

LONGEST_H = 24  # where the settings say nothing
_LENGTH = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?")
Reason = Annotated[str, typer.Option("--reason", help="Why, in one line: others read it, and it is kept.")]


def lock(
    environment: Environment,
    reason: Reason,
    length: Annotated[
        str,
        typer.Option("--for", metavar="LENGTH", help="How long: 30m, 2h, 1d12h. The settings say how long at most."),
    ] = "2h",
    as_json: AsJson = False,
    live: Live = False,
) -> None:
    """Keep every update from an environment until a time, while somebody works by hand or looks into an incident.

    An update that runs already goes on. Example: platformctl lock prod --reason "INC-7: database fails over" --for 1h
    """
    from platformctl.locks import protocol
    from platformctl.locks.entry import named
    from platformctl.locks.owner import owner

    project, stack = Project.choose(environment)
    lasts, why = _lasts(project, stack, length), named(reason)
    book = _book(project, stack, live)

    def change(record: "Record", now: datetime) -> "Record":
        return protocol.lock(record, owner(os.environ), why, now + lasts, now, book.name)

    _tell(book, change, as_json)


def unlock(
    environment: Environment,
    reason: Reason,
    running: Annotated[
        bool,
        typer.Option("--running", help="Take it from the command that runs: it is interrupted, saves and stops."),
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Take away another's lock, which is recorded.")] = False,
    as_json: AsJson = False,
    live: Live = False,
) -> None:
    """Take a person's lock away before its time; with --running, stop the command that holds the lock.

    Example: platformctl unlock prod --reason "INC-7 is over"
    """
    from platformctl.locks import protocol
    from platformctl.locks.entry import named
    from platformctl.locks.owner import owner

    project, stack = Project.choose(environment)
    why = named(reason)
    book = _book(project, stack, live)

    def change(record: "Record", now: datetime) -> "Record":
        return protocol.unlock(record, owner(os.environ), why, now, book.name, running=running, force=force)

    _tell(book, change, as_json)


def locks(
    environment: Annotated[
        str | None, typer.Argument(help="One environment, and what happened to its lock.", autocompletion=complete)
    ] = None,
    as_json: AsJson = False,
    live: Live = False,
) -> None:
    """List who holds which lock: owner, reason, age, end and token; of one environment also what happened last.

    Example: platformctl locks prod --json
    """
    from platformctl.locks import show as forms

    if live and environment is None:
        raise CommandError("--live needs ENV: each account keeps its own locks, beside its state")
    books = [_book(*chosen, live) for chosen in _chosen(environment)]
    read = [(book.name, *book.read()) for book in books]
    if as_json:
        return show.show_json({"schema": 1, "locks": [forms.document(*one) for one in read]})
    show.show_table("locks", forms.COLUMNS, [row for one in read for row in forms.rows(*one)])
    if environment is not None:
        _, record, _ = read[0]
        for note in record.notes:
            line = f"{note.at:%Y-%m-%d %H:%M:%S} UTC {note.what} by {note.owner}: {note.reason} (token {note.token})"
            show.out.print(show.escape(line))
    return None


def _chosen(environment: str | None) -> list[tuple[Project, str]]:
    if environment is not None:
        return [Project.choose(environment)]
    projects = [Project.named(key) for key in PROGRAMS]
    return [(project, name) for project in projects for name in project.environments]


def _tell(book: "Book", change: "Callable[[Record, datetime], Record]", as_json: bool) -> None:
    from platformctl.locks import show as forms
    from platformctl.locks.book import unreachable
    from platformctl.locks.store import Unreachable

    try:
        book.change(change)
    except Unreachable as error:
        raise unreachable(book.name, error) from None
    record, now = book.read()
    if as_json:
        show.show_json({"schema": 1, "locks": [forms.document(book.name, record, now)]})
    else:
        show.show_table("locks", forms.COLUMNS, list(forms.rows(book.name, record, now)))


def _book(project: Project, environment: str, live: bool) -> "Book":
    from platformctl.locks.backend import store_of
    from platformctl.locks.book import book

    store = store_of(state_variables(project, environment, live))
    return book(store, project.name, environment, project.target(environment))


def state_variables(project: Project, environment: str, live: bool) -> Mapping[str, str]:
    """Where the state is, without the engine, which no lock needs."""
    from platformctl.target import sandbox_variables
    from sandbox import process

    if live:
        if "PULUMI_BACKEND_URL" not in os.environ:
            raise CommandError("PULUMI_BACKEND_URL is not set: --live needs the bucket that holds the stack's state")
        return os.environ
    found = process.find(project.root)
    if not isinstance(found, process.Running):
        raise CommandError("no sandbox runs here: `platformctl sandbox start`, or --live for the real account's locks")
    return sandbox_variables(found, project.settings(environment), environment)


def _lasts(project: Project, environment: str, length: str) -> timedelta:
    match = _LENGTH.fullmatch(length.strip())
    days, hours, minutes = (int(part or 0) for part in match.groups()) if match else (0, 0, 0)
    lasts = timedelta(days=days, hours=hours, minutes=minutes)
    changes = getattr(project.settings(environment), "changes", None)
    longest = changes.longest_lock_hours if changes else LONGEST_H
    if not timedelta(0) < lasts <= timedelta(hours=longest):
        raise CommandError(f"--for must be a length such as 30m, 2h or 1d12h, {longest}h at most, got {length!r}")
    return lasts
