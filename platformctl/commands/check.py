"""check: the policies alone, on the program, on a stack's exported state, or on plain Kubernetes manifests."""

import time
from pathlib import Path
from typing import Annotated

import typer

from platformctl import judging, show
from platformctl.commands.options import complete
from platformctl.errors import CommandError, Exit
from platformctl.formats import Format, Judgement, render, text_form, to_file, to_stdout
from platformctl.selection import Selection
from platformctl.verdicts import exit_code


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
    rule: Annotated[
        list[str] | None,
        typer.Option(
            "--rule",
            metavar="ID",
            help="Judge by this rule alone, or by all that begin alike (S3-*); repeat it for more.",
        ),
    ] = None,
    resource: Annotated[
        list[str] | None,
        typer.Option(
            "--resource",
            metavar="NAME",
            help="Judge this resource alone, by name or URN, a component with all that is in it; repeat it for more.",
        ),
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="How the report is printed.")] = Format.TEXT,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="Write the report to this file, whole or not at all."),
    ] = None,
) -> None:
    """Judge the program by every policy, in this process: no engine, no cloud, no credentials.

    Examples: platformctl check prod --format sarif --output policies.sarif, platformctl check --manifests deploy/,
    platformctl check staging --rule 'S3-*' --resource audit
    """
    started = time.monotonic()
    selection = Selection(tuple(rule or ()), tuple(resource or ()))
    if manifests:
        if state is not None:
            raise CommandError("--manifests and --state exclude each other")
        _manifests(names or [], registry or [], selection, form, output)
    if registry:
        raise CommandError("--registry goes with --manifests: an environment's registry stands in its settings")
    if len(names or ()) > 1:
        raise CommandError(f"one environment at a time, got {' '.join(names or ())}: for files add --manifests")
    if state is not None:
        judgement = judging.of_state(state, selection)
    else:
        judgement = judging.of_program(names[0] if names else "staging", selection)
    if not judgement.report["resources"] and not judgement.report["findings"]:
        show.err.print(f"nothing was judged: {show.escape(judgement.subject)} holds no resources")
    hand_over(judgement, form, output)
    if form is Format.TEXT and output is None:
        show.out.print(f"{judgement.subject}: {time.monotonic() - started:.1f} s")
    raise typer.Exit(exit_code(judgement.report, undecided_blocks=judgement.undecided_blocks))


def _manifests(
    paths: list[str], registries: list[str], selection: Selection, form: Format, output: Path | None
) -> None:
    """Bad input ends with USAGE, after all that could be read was judged."""
    if not paths:
        raise CommandError("--manifests needs files or folders, or - for standard input")
    judgement = judging.of_manifests(paths, registries, selection)
    hand_over(judgement, form, output)
    report = judgement.report
    for file in report["ignored"]:
        show.err.print(f"passed over: {show.escape(file)} is no manifest")
    for error in report["errors"]:
        place = f"{error['file']}:{error['line']}" if error["line"] else error["file"]
        show.err.print(f"[bold red]error:[/] {show.escape(place)}: {show.escape(error['message'])}")
    if not report["objects"] and not report["errors"]:
        show.err.print(f"nothing was judged: no objects in {show.escape(' '.join(paths))}")
    raise typer.Exit(Exit.USAGE if report["errors"] else exit_code(report, undecided_blocks=False))


def hand_over(judgement: Judgement, form: Format, output: Path | None) -> None:
    """The report on standard output, or in a file with its totals on standard error."""
    if output is not None:
        to_file(render(judgement, form), output)
        for line in text_form.totals(judgement.report):
            show.err.print(line)
    elif form is Format.TEXT:
        show.show_findings(judgement.report)
    else:
        to_stdout(render(judgement, form))
