"""break-glass: take the role for emergencies, review its use, see both."""

import getpass
import os
import shlex
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from platformctl import show
from platformctl.commands.locks import state_variables
from platformctl.commands.options import AsJson, Environment, Live
from platformctl.errors import CommandError, Exit
from platformctl.project import Project

if TYPE_CHECKING:  # loaded when a command runs
    from platformctl.break_glass.uses import Uses
    from platformctl.locks.book import Document

app = typer.Typer(
    no_args_is_help=True, help="The role for emergencies: each use is told, and reviewed before the next."
)


@app.command("open")
def open_(
    environment: Environment,
    reason: Annotated[str, typer.Option("--reason", help="What happened, in one line.")],
    ticket: Annotated[str, typer.Option("--ticket", help="Where the incident is written down, such as INC-7.")],
    name: Annotated[str, typer.Option("--name", help="Your name, which stays on record. Default: the user's.")] = "",
    live: Live = False,
) -> None:
    """Take the role for an hour, tell all approvers why, and print its credentials for `eval`.

    Exit code 1 while an earlier use is not reviewed. Needs no approver to be there, and no identity provider: users
    of the identity account are granted it beforehand, until a date that IAM itself keeps.

    Example: eval "$(platformctl break-glass open prod --reason "pipeline is down" --ticket INC-7 --live)"
    """
    from platformctl.break_glass import session, uses
    from platformctl.locks.entry import named
    from platformctl.locks.owner import owner
    from platformctl.locks.paging import page

    why, where = named(reason), named(ticket, "--ticket")
    project, stack, settings, told = _of(environment)
    variables = dict(state_variables(project, stack, live))
    given = session.take(variables, settings.account, name or getpass.getuser(), why, where)
    document, who = _document({**variables, **given}, project, stack), owner(os.environ)

    def change(before: "Uses", now: datetime) -> "Uses":
        return uses.opened(before, who, why, where, told, now, stack)

    use = _changed(document, change).uses[-1]
    text = f"{who} took the role for emergencies of {stack} until {use.ends:%H:%M} UTC: {why} ({where}). Approvers:"
    told_all = f"{text} {', '.join(told)}. Review it: platformctl break-glass close {stack} --outcome WHAT"
    if trouble := page({**variables, **given}, stack, settings.account, f"{stack}: break-glass", told_all):
        show.err.print(f"[bold red]warning:[/] {show.escape(trouble)}")
    show.err.print(f"use {use.number}: until {use.ends:%Y-%m-%d %H:%M} UTC, told {show.escape(', '.join(told))}")
    for key, value in given.items():
        print(f"export {key}={shlex.quote(value)}")


@app.command()
def close(
    environment: Environment,
    outcome: Annotated[str, typer.Option("--outcome", help="What the review found: what was done, what was put back.")],
    as_json: AsJson = False,
    live: Live = False,
) -> None:
    """Close the review of the last use, by somebody else than who made it, once its session is over.

    Example: platformctl break-glass close prod --outcome "restarted payouts; drift is clean" --live
    """
    from platformctl.break_glass import uses
    from platformctl.locks.entry import named
    from platformctl.locks.owner import owner

    found = named(outcome, "--outcome")
    project, stack, _, _ = _of(environment)
    document = _document(state_variables(project, stack, live), project, stack)
    _changed(document, lambda before, now: uses.closed(before, owner(os.environ), found, now, stack))
    _show(document, stack, as_json)


@app.command()
def status(environment: Environment, as_json: AsJson = False, live: Live = False) -> None:
    """List the uses and their reviews. Exit code 1 when a review should have been closed by now.

    Example: platformctl break-glass status prod --json
    """
    project, stack, _, _ = _of(environment)
    raise typer.Exit(_show(_document(state_variables(project, stack, live), project, stack), stack, as_json))


def _of(environment: str) -> tuple[Project, str, Any, tuple[str, ...]]:
    """The platform's project, the environment, the foundation's settings, and all who approve: grants and changes."""
    project, stack = Project.choose(environment)
    if "/" in environment:
        raise CommandError(f"break-glass is of an account: name the environment, {stack}")
    foundation = Project.named("foundation").settings(stack)
    changes = project.settings(stack).changes
    return (
        project,
        stack,
        foundation,
        tuple(dict.fromkeys((foundation.people.break_glass.approver, *changes.approvers))),
    )


def _document(variables: Any, project: Project, stack: str) -> "Document[Uses]":
    from platformctl.break_glass.uses import book
    from platformctl.locks.backend import store_of

    return book(store_of(variables), project.name, stack)


def _changed(document: "Document[Uses]", change: Any) -> "Uses":
    from platformctl.locks.store import Unreachable

    try:
        return document.change(change)
    except Unreachable as error:
        raise CommandError(f"the uses of break-glass cannot be written down: {error}", Exit.ENGINE) from None


def _show(document: "Document[Uses]", stack: str, as_json: bool) -> Exit:
    from platformctl.break_glass.uses import overdue

    found, now = document.read()
    late = overdue(found, now)
    if as_json:
        listed = [use.as_dict() for use in found.uses]
        show.show_json({"schema": 1, "environment": stack, "now": now.isoformat(), "overdue": late, "uses": listed})
    else:
        columns = ("use", "by", "at", "until", "ticket", "reason", "told", "review")
        rows = [
            (
                str(use.number),
                use.owner,
                f"{use.at:%Y-%m-%d %H:%M} UTC",
                f"{use.ends:%H:%M}",
                use.ticket,
                use.reason,
                ", ".join(use.told),
                f"{use.review.outcome} ({use.review.owner})" if use.review else "overdue" if late else "open",
            )
            for use in found.uses
        ]
        show.show_table(f"break-glass of {stack}", columns, rows)
    return Exit.FINDINGS if late else Exit.FINE
