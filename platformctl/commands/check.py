"""check: the policies alone, on the program or on a stack's exported state."""

import time
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from platformctl import gate, show
from platformctl.commands.options import Environment
from platformctl.errors import CommandError, Exit
from platformctl.project import Project
from platformctl.verdicts import Report, exit_code

if TYPE_CHECKING:
    from policies.graph import Graph


class Format(StrEnum):
    """How a report is printed."""

    TEXT = "text"
    JSON = "json"


def check(
    environment: Environment = "staging",
    state: Annotated[
        Path | None,
        typer.Option("--state", help="Judge this output of `pulumi stack export` instead of the program."),
    ] = None,
    output: Annotated[Format, typer.Option("--format", help="How the report is printed.")] = Format.TEXT,
) -> None:
    """Judge the program by every policy, in this process: no engine, no cloud, no credentials.

    Example: platformctl check prod --format json
    """
    from policies import adapters, engine, waivers

    started = time.monotonic()
    blocks = False
    if state is None:
        from platformctl.render import render

        project, stack = Project.choose(environment)
        try:
            gate.files(project)
        except gate.Blocked as blocked:
            _print(blocked.report, output)
            raise typer.Exit(Exit.FINDINGS) from None
        graph = adapters.from_registrations(render(project, stack))
        blocks = project.settings(stack).policy.undecided == "block"
    else:
        graph = _read(state)
    report = engine.evaluate(graph, waivers=waivers.load(), today=datetime.now(UTC).date()).as_dict()
    if not report["resources"]:
        show.err.print(f"nothing was judged: {state or environment} holds no resources")
    _print(report, output)
    if output is Format.TEXT:
        show.out.print(f"{state or environment}: {time.monotonic() - started:.1f} s")
    raise typer.Exit(exit_code(report, undecided_blocks=blocks))


def _print(report: Report, output: Format) -> None:
    if output is Format.JSON:
        show.show_json(report)
    else:
        show.show_findings(report)


def _read(file: Path) -> "Graph":
    from policies.adapters import StateError, from_state

    try:
        return from_state(file.read_bytes())
    except OSError as error:
        raise CommandError(f"--state {file}: {error.strerror or error}") from None
    except StateError as error:
        raise CommandError(f"--state {file}: {error}") from None
