"""access: who can do what, in an environment's programs or in an exported state."""

import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from platformctl import graphs
from platformctl.commands.options import complete
from platformctl.errors import CommandError, Exit

if TYPE_CHECKING:
    from platformctl.access.questions import Questions
    from policies.graph import Graph


class Format(StrEnum):
    """How answers are printed."""

    TEXT = "text"
    JSON = "json"


def access(
    environment: Annotated[
        str | None,
        typer.Argument(
            metavar="[ENV]",
            help="The environment, whose foundation belongs to it; by default staging.",
            autocompletion=complete,
        ),
    ] = None,
    state: Annotated[
        Path | None, typer.Option("--state", help="Ask this output of `pulumi stack export` instead of the programs.")
    ] = None,
    who_can: Annotated[
        tuple[str, str] | None,
        typer.Option("--who-can", metavar="ACTION RESOURCE", help="List everyone who is allowed, or may be."),
    ] = None,
    can: Annotated[
        tuple[str, str, str] | None,
        typer.Option(
            "--can",
            metavar="PRINCIPAL ACTION RESOURCE",
            help="What IAM answers this principal itself. Where that is deny, the path shows the shortest chain of"
            " other principals, or of changes, that still leads there; the decision stays deny.",
        ),
    ] = None,
    context: Annotated[
        list[str] | None,
        typer.Option(
            "--context",
            metavar="KEY=VALUE",
            help="What the request carries; repeat it for more keys, and with one key for more values. A condition on"
            " a key that is not told, and does not follow from the rest, makes the decision may.",
        ),
    ] = None,
    queries: Annotated[
        Path | None,
        typer.Option(
            "--queries",
            metavar="FILE",
            help="Answer many as --can does: JSON lines with principal, action, resource and perhaps context in, JSON"
            " lines out in the same order; - for standard input. A line that is no question gets an error, and the"
            " command ends with 2.",
        ),
    ] = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Fail (1) if the matrix differs from the reviewed file, naming each difference."),
    ] = False,
    write: Annotated[bool, typer.Option("--write", help="Write the reviewed file anew, for a person to read.")] = False,
    paths: Annotated[
        bool, typer.Option("--paths", help="Show by which way each cell of the matrix is reached.")
    ] = False,
    output: Annotated[Format, typer.Option("--format", help="How answers are printed.")] = Format.TEXT,
) -> None:
    """Show who can do what: the matrix of principals and guarded capabilities, or the answer to a question.

    A principal is an ARN (also of a session), an account, a service, or the name of a role or user.

    Examples: platformctl access prod --paths; platformctl access prod --check;
    platformctl access prod --who-can kms:Decrypt arn:aws:kms:...; platformctl access --state state.json --can app
    s3:GetObject arn:aws:s3:::invoices/1.pdf --context aws:SecureTransport=true
    """
    modes = [name for name, chosen in (("--who-can", who_can), ("--can", can), ("--queries", queries)) if chosen]
    modes += [name for name, chosen in (("--check", check), ("--write", write)) if chosen]
    if len(modes) > 1:
        raise CommandError(f"{' and '.join(modes)} exclude each other")
    if state is not None and environment is not None:
        raise CommandError(f"--state and the environment {environment} exclude each other")
    if context and not (who_can or can):
        raise CommandError("--context goes with --can or --who-can: queries bring their own")
    if state is not None and (check or write):
        raise CommandError("--check and --write are for an environment: a state has no reviewed file")
    if who_can or can or queries:
        graph, named = _graph(environment or "staging", state)
        _ask(graph, named, who_can, can, context or [], queries, output)
    else:
        _matrix(environment or "staging", state, check=check, write=write, paths=paths, output=output)


def _graph(environment: str, state: Path | None) -> "tuple[Graph, str]":
    from platformctl.access import source

    if state is not None:
        return graphs.of_state(state), f"--state {state}"
    return source.graph_of_environment(environment), environment


def _ask(
    graph: "Graph",
    named: str,
    who_can: tuple[str, str] | None,
    can: tuple[str, str, str] | None,
    context: list[str],
    queries: Path | None,
    output: Format,
) -> None:
    from platformctl.access import show
    from platformctl.access.questions import BadQuestion, Questions, context_of
    from platformctl.access.source import estate_of

    questions = Questions(estate_of(graph, named))
    if queries is not None:
        _answer_all(questions, queries)
        return
    told = context_of(context)
    try:
        if can:
            show.one(questions.can(*can, told), can, as_json=output is Format.JSON)
        elif who_can:
            show.many(questions.who_can(*who_can, told), as_json=output is Format.JSON)
    except BadQuestion as error:
        raise CommandError(str(error)) from None


def _answer_all(questions: "Questions", file: Path) -> None:
    import json

    failed = False
    for answer in questions.each(_lines(file)):
        print(json.dumps(answer, ensure_ascii=False))
        failed = failed or "error" in answer
    if failed:
        raise typer.Exit(Exit.USAGE)


def _lines(file: Path) -> list[str]:
    """The lines as JSON lines have them: other separators may stand inside a text."""
    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return content.decode("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"--queries {file}: {getattr(error, 'strerror', None) or error}") from None


def _matrix(environment: str, state: Path | None, *, check: bool, write: bool, paths: bool, output: Format) -> None:
    from platformctl.access import reviewed, show
    from platformctl.access.source import documents_of, estate_of
    from policies.access.matrix import matrix_of

    started = time.monotonic()
    graph, named = _graph(environment, state)
    rendered = time.monotonic()
    if write:
        reviewed.write(environment, graph)
        return
    if check:
        raise typer.Exit(reviewed.check(environment, graph, as_json=output is Format.JSON))
    with documents_of(named):
        matrix = matrix_of(estate_of(graph, named))
    took = f"{named}: read in {rendered - started:.1f} s, analysed in {time.monotonic() - rendered:.1f} s"
    show.matrix(matrix, paths=paths, as_json=output is Format.JSON, took=took)
