"""incident: what happened, gathered into a document to work in, and lines added to it while people work."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from platformctl import show
from platformctl.commands.options import AsJson, Environment, Live
from platformctl.errors import CommandError, Exit
from platformctl.project import Project

if TYPE_CHECKING:
    from platformctl.target import Target

app = typer.Typer(no_args_is_help=True, help="The document of an incident: what happened when, and what is not known.")
_MOST_BYTES = 50_000_000  # of a file that is read: an answer of Alertmanager's is far smaller


@app.command()
def new(
    environment: Environment,
    title: Annotated[str, typer.Option("--title", help="What is wrong, in one line.")],
    severity: Annotated[str, typer.Option("--severity", help="sev1, sev2 or sev3: docs/runbooks/README.md.")],
    since: Annotated[str, typer.Option("--since", help="ISO 8601, UTC unless it says, or how long ago: 45m, 2h, 1d.")],
    until: Annotated[str | None, typer.Option("--until", help="The same. Default: now.")] = None,
    prometheus: Annotated[
        str,
        typer.Option(
            "--prometheus",
            metavar="URL",
            help="For alerts and spent budgets. Default with --live: the settings' budgets.prometheus_url.",
        ),
    ] = "",
    alerts: Annotated[
        Path | None,
        typer.Option("--alerts", metavar="FILE", help="Alertmanager's or Prometheus's alerts as JSON, instead."),
    ] = None,
    drift: Annotated[
        Path | None, typer.Option("--drift", metavar="FILE", help="What `platformctl drift ENV --json` printed.")
    ] = None,
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="DIR", help="A copy of the change records. Default: those beside the state."),
    ] = None,
    role: Annotated[
        list[str] | None,
        typer.Option("--role", metavar="ROLE=WHO", help="commander, operations, communication, scribe. Repeatable."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The document. Default: incident-ENV-TIME.md here.")
    ] = None,
    as_json: AsJson = False,
    live: Live = False,
) -> None:
    """Write the document of an incident: timeline, impact, first suspect, and a review to be filled in.

    Change records, locks and uses of break-glass are read beside the state, without the engine and without the state.
    A source that cannot be asked is named in the document, and the others are asked. Nothing is overwritten.

    Example: platformctl incident new prod --title "charges fail" --severity sev1 --since 2h --live
    """
    from platformctl.incidents import json_form, markdown
    from platformctl.incidents.gathering import Asked, gather
    from platformctl.incidents.model import SEVERITIES, Incident
    from platformctl.incidents.times import window
    from platformctl.incidents.writing import write_new
    from platformctl.locks.entry import named
    from platformctl.locks.owner import owner

    now = datetime.now(UTC)
    title = _harmless(named(title, "--title"), "--title")
    if severity not in SEVERITIES:
        raise CommandError(f"--severity must be one of {', '.join(SEVERITIES)}, got {severity!r}")
    seen, who = window(since, until, now), _roles(role or [])
    project, stack = Project.choose(environment)
    name = project.target(stack)
    file = output or Path(f"incident-{name.replace('/', '-')}-{seen.since:%Y%m%dT%H%M%SZ}.md")
    if file.exists():  # before anything is asked; write_new asks again
        raise CommandError(f"{file} is there already and is not overwritten: name another with --output")
    metrics = prometheus or (_prometheus(project, stack) if live else "")
    asked = Asked(_target(project, stack, live), source, metrics, alerts, _drift(drift, name))
    incident = Incident(title, name, severity, seen, now, owner(os.environ), gather(asked, seen), who)
    write_new(file, markdown.document(incident))
    for one in incident.gathered.sources:
        if one.problem:
            show.err.print(f"[yellow]missing[/] {one.name}: {show.escape(one.problem)}", soft_wrap=True)
    if as_json:
        show.show_json({**json_form.as_json(incident), "file": str(file)})
    else:
        found = incident.gathered
        counted = f"{len(found.entries)} entries, {len(found.alerts)} alerts"
        show.out.print(
            f"{show.escape(str(file))}: {counted}; add to it with `platformctl incident add`", soft_wrap=True
        )


@app.command()
def add(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The document.")],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What happened or was done, in one line.")],
    at: Annotated[
        str | None, typer.Option("--at", help="When: ISO 8601, UTC unless it says, or how long ago. Default: now.")
    ] = None,
) -> None:
    """Add a line to the timeline of a document, at its place in time, with who wrote it.

    Example: platformctl incident add incident-prod-20261126T030000Z.md "payouts stopped" --at 5m
    """
    from platformctl.formats import to_file
    from platformctl.incidents.adding import added
    from platformctl.incidents.model import Entry
    from platformctl.incidents.times import moment
    from platformctl.locks.entry import named
    from platformctl.locks.owner import owner, person

    said, now = _harmless(named(text, "TEXT"), "TEXT"), datetime.now(UTC)
    when = moment(at, "--at", now) if at else now
    entry = Entry(when.replace(microsecond=0), "person", f"{said} ({person(owner(os.environ))})")
    try:
        after = added(_read(file), entry)
    except CommandError as error:
        raise CommandError(f"{file}: {str(error).removeprefix(f'{file}: ')}") from None
    to_file(after, file)
    show.out.print(f"{show.escape(str(file))}: {entry.at:%Y-%m-%d %H:%M:%S} UTC {show.escape(said)}", soft_wrap=True)


def _harmless(said: str, option: str) -> str:
    """CommandError, without the words, for what holds a credential: whoever types it can say it otherwise."""
    from policies.credentials import kind_of

    if kind := kind_of("", said):
        raise CommandError(f"{option} holds what looks like a credential ({kind}): name it by where it is kept")
    return said


def _roles(given: list[str]) -> dict[str, str]:
    from platformctl.incidents.model import ROLES

    found = dict.fromkeys(ROLES, "")
    for one in given:
        role, equals, who = one.partition("=")
        if not equals or role not in ROLES or not who.strip():
            raise CommandError(f"--role must be ROLE=WHO, with one of {', '.join(ROLES)}, got {one!r}")
        found[role] = who.strip()
    return found


def _prometheus(project: Project, stack: str) -> str:
    """Where the settings say that metrics are; nowhere, where they say nothing or cannot be read."""
    try:
        return getattr(getattr(project.settings(stack), "budgets", None), "prometheus_url", None) or ""
    except CommandError:  # settings that are wrong keep nobody from writing down an incident
        return ""


def _target(project: Project, stack: str, live: bool) -> "Target | str":
    """Where records and locks lie, without the engine; in words what is in the way."""
    from platformctl.commands.locks import state_variables
    from platformctl.target import Target
    from sandbox import process

    try:
        variables = state_variables(project, stack, live)
    except CommandError as error:
        return str(error)
    running = None if live else process.find(project.root)
    return Target(project, stack, variables, running if isinstance(running, process.Running) else None)


def _drift(file: Path | None, environment: str) -> tuple[dict[str, str], ...] | None:
    """What differs by the report, without values; CommandError for a report of something else."""
    if file is None:
        return None
    from platformctl.github.drift_issue import checked

    try:
        report = checked(json.loads(_read(file)))
        found = tuple({key: str(one[key]) for key in ("class", "name", "property")} for one in report["differences"])
    except CommandError as error:
        raise CommandError(f"{file}: {str(error).removeprefix(f'{file}: ')}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{file}: not a report of `platformctl drift ENV --json` ({error!r})") from None
    if report["environment"] != environment:
        raise CommandError(f"{file} is a report of {report['environment']}, not of {environment}: give the right one")
    return found


def _read(file: Path) -> str:
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise CommandError(f"{file}: more than {_MOST_BYTES:,} bytes")
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        raise CommandError(f"{file}: not UTF-8 text") from None
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror or error}", Exit.USAGE) from None
