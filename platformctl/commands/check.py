"""check: the policies alone, on the program, on a stack's exported state, or on plain Kubernetes manifests."""

import time
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from platformctl import gate, show
from platformctl.commands.options import complete
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
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ENVIRONMENT | PATH...]",
            help="The environment, by default staging: ENV for the platform's Pulumi.<ENV>.yaml, foundation/ENV for the"
            " foundation's. With --manifests: files, folders, or - for standard input.",
            autocompletion=complete,
        ),
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option("--state", help="Judge this output of `pulumi stack export` instead of the program."),
    ] = None,
    manifests: Annotated[
        bool, typer.Option("--manifests", help="Judge the Kubernetes manifests (YAML, JSON) in PATH... instead.")
    ] = False,
    registry: Annotated[
        list[str] | None,
        typer.Option(
            "--registry",
            metavar="HOST",
            help="With --manifests: a registry that images may come from; repeat it for more. By default every"
            " private registry of Amazon ECR.",
        ),
    ] = None,
    output: Annotated[Format, typer.Option("--format", help="How the report is printed.")] = Format.TEXT,
) -> None:
    """Judge the program by every policy, in this process: no engine, no cloud, no credentials.

    Examples: platformctl check prod --format json, platformctl check --manifests deploy/
    """
    started = time.monotonic()
    if manifests:
        if state is not None:
            raise CommandError("--manifests and --state exclude each other")
        _manifests(names or [], registry or [], output)
    if registry:
        raise CommandError("--registry goes with --manifests: an environment's registry stands in its settings")
    if len(names or ()) > 1:
        raise CommandError(f"one environment at a time, got {' '.join(names or ())}: for files add --manifests")
    _stack(names[0] if names else "staging", state, output, started)


def _stack(environment: str, state: Path | None, output: Format, started: float) -> None:
    from policies import adapters, engine, waivers

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


def _manifests(paths: list[str], registries: list[str], output: Format) -> None:
    """Bad input ends with USAGE, after all that could be read was judged."""
    from platformctl.manifests import judge

    if not paths:
        raise CommandError("--manifests needs files or folders, or - for standard input")
    report = judge(paths, registries)
    _print(report, output)
    for file in report["ignored"]:
        show.err.print(f"passed over: {show.escape(file)} is no manifest")
    for error in report["errors"]:
        place = f"{error['file']}:{error['line']}" if error["line"] else error["file"]
        show.err.print(f"[bold red]error:[/] {show.escape(place)}: {show.escape(error['message'])}")
    if not report["objects"] and not report["errors"]:
        show.err.print(f"nothing was judged: no objects in {show.escape(' '.join(paths))}")
    raise typer.Exit(Exit.USAGE if report["errors"] else exit_code(report, undecided_blocks=False))


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
