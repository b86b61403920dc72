"""audit live: the rules on the account as it is, whatever changed by hand or was never in code."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from platformctl import show
from platformctl.commands.check import hand_over
from platformctl.commands.options import Environment
from platformctl.errors import CommandError, Exit
from platformctl.formats import Format, Judgement
from platformctl.progress import progress
from platformctl.project import PLATFORM, Project
from platformctl.verdicts import exit_code

if TYPE_CHECKING:
    from policies.graph import Graph

_FOUNDATION = "foundation"


def live(
    environment: Environment,
    state: Annotated[
        list[Path] | None,
        typer.Option(
            "--state",
            help="What the code knows, as `pulumi stack export` prints it; repeat it for the foundation's. Default: the"
            " stacks' states where PULUMI_BACKEND_URL is set, else the programs, which know resources by name.",
        ),
    ] = None,
    role: Annotated[
        str | None,
        typer.Option("--role", metavar="ARN", help="Take this role first, such as the foundation's auditor."),
    ] = None,
    region: Annotated[
        list[str] | None,
        typer.Option("--region", help="A region to read besides the environment's two; may be repeated."),
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="How the report is printed.")] = Format.TEXT,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="Write the report to this file, whole or not at all."),
    ] = None,
) -> None:
    """Judge the account as it is by every policy: what drifted and what was never in code too. It only reads.

    Exit code 1 when a rule fails, 3 when something could not be read or decided, 0 only when all was and holds.

    Examples: platformctl audit live prod --role arn:aws:iam::730218645519:role/foundation/auditor,
    platformctl audit live prod --state prod.json --format json
    """
    project, stack = Project.choose(environment)
    if project.key != PLATFORM:
        raise CommandError(f"{environment}: the account is audited as a whole: name the platform's environment")
    settings = project.settings(stack).account
    regions = tuple(dict.fromkeys((settings.region, settings.recovery_region, *_regions(region or ()))))
    from platformctl.live.connection import connect

    account = connect(settings.id, settings.region, role)
    from platformctl.live.assembly import Stack
    from platformctl.live.audit import aws_keys, collect, judge, waived
    from platformctl.live.owners import Owners
    from policies import waivers
    from policies.rules import ALL

    graphs = list(_code(project, stack, state or ()))
    owners = Owners((resource for graph in graphs for resource in graph.resources), settings.region)
    with progress(f"reading account {settings.id}") as step:
        audit = collect(account, regions, owners, on_read=step.count)
        aliases = aws_keys(account, regions)
    names = Stack(stack, project.name, settings.id, settings.region)
    today = datetime.now(UTC).date()
    accepted = waived(graphs, ALL, waivers.load(), today)
    report, judged = judge(audit, owners, names, aliases, accepted, today, ALL)
    place = project.shown(project.settings_file(stack))
    subject = f"account {settings.id}"
    hand_over(
        Judgement(report=report, judged=judged, subject=subject, day=today, place=place, root=project.root),
        form,
        output,
    )
    raise typer.Exit(Exit.UNDECIDED if _is_partial(report) else exit_code(report, undecided_blocks=True))


def _is_partial(report: dict[str, Any]) -> bool:
    """Nothing failed, but not all was seen."""
    return bool(report["live"]["not_read"]) and not report["summary"]["fail"]


def _regions(names: list[str] | tuple[str, ...]) -> Iterator[str]:
    from platformctl.audit.digest import is_region

    for name in names:
        if not is_region(name):
            raise CommandError(f"--region {name}: not a region's name, such as eu-central-1")
        yield name


def _code(project: Project, environment: str, states: list[Path] | tuple[Path, ...]) -> Iterator["Graph"]:
    """What the code knows of the account: from files, from the backend, or from the programs themselves."""
    from platformctl.graphs import of_state
    from policies.adapters import from_registrations, from_state

    if states:
        yield from map(of_state, states)
        return
    projects = [project, Project.named(_FOUNDATION)]
    projects = [one for one in projects if environment in one.environments]
    if "PULUMI_BACKEND_URL" in os.environ:
        for one in projects:
            if (text := _exported(one, environment)) is not None:
                yield from_state(text)
        return
    from platformctl.render import render

    for one in projects:
        yield from_registrations(render(one, environment))


def _exported(project: Project, environment: str) -> str | None:
    from platformctl import engine
    from platformctl.target import open_target

    with open_target(project, environment, live=True) as target:
        if engine.stack_exists(target):
            return engine.query(target, "stack", "export")
    show.err.print(f"the backend holds no stack {target.name}: its resources count as not in code")
    return None
