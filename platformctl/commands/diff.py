"""diff: what a change would do, by the real engine and without an account."""

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from platformctl import show
from platformctl.commands.options import complete
from platformctl.errors import CommandError, Exit
from platformctl.formats import text_form, to_file, to_stdout
from platformctl.project import PLATFORM, Project

if TYPE_CHECKING:
    from platformctl.diff.comparison import Comparison


class Form(StrEnum):
    """How a comparison is printed."""

    TEXT = "text"
    JSON = "json"


def diff(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="[BASE..HEAD] ENV",
            help="Two revisions, and the environment. Without BASE, where the head left main; without HEAD, the working"
            " tree with all that is not committed; BASE...HEAD compares with where the two parted.",
            autocompletion=complete,
        ),
    ],
    form: Annotated[Form, typer.Option("--format", help="How the comparison is printed.")] = Form.TEXT,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write it to this file, whole or not at all."),
    ] = None,
) -> None:
    """Show what a change would do to an environment that is as its base makes it: creations, updates, replacements and
    deletions by the real engine, in a private sandbox, with no account and no credentials.

    What the policies refuse blocks, whether it is new or stood before: exit code 1, as of `check`.

    Examples: platformctl diff staging, platformctl diff origin/main..HEAD prod --format json -o diff.json
    """
    form = Form.JSON if as_json else form
    revisions, target = _named(names)
    key, slash, environment = target.rpartition("/")
    project = Project.named(key if slash else PLATFORM)
    from platformctl import gate
    from platformctl.diff.comparison import compare

    try:
        comparison = compare(project, environment, revisions)
    except gate.Blocked as blocked:
        for line in text_form.lines(blocked.report):
            show.err.print(line)
        raise CommandError(
            f"{target}: a credential stands in plain text, so nothing of the change is shown", Exit.FINDINGS
        ) from None
    _hand_over(comparison, form, output)
    raise typer.Exit(comparison.run.exit)


def _hand_over(comparison: "Comparison", form: Form, output: Path | None) -> None:
    """On standard output, or in a file."""
    if form is Form.TEXT and output is None:
        show.show_run(comparison.run)
        compared = f"{comparison.environment}, {comparison.base}..{comparison.head}"
        show.out.print(f"{compared} in a private sandbox: {comparison.seconds:.1f} s")
        return
    text = json.dumps(_document(comparison), indent=2, ensure_ascii=False) + "\n"
    to_file(text, output) if output else to_stdout(text)


def _named(names: list[str]) -> tuple[str | None, str]:
    """The revisions and the environment, in that order on the command line."""
    if len(names) > 2:
        raise CommandError(f"one environment at a time, after BASE..HEAD; got {' '.join(names)}")
    return (names[0], names[1]) if len(names) == 2 else (None, names[0])


def _document(comparison: "Comparison") -> dict[str, Any]:
    about = {key: getattr(comparison, key) for key in ("environment", "base", "head")}
    place = {"place": "sandbox", "operations": "planned"}
    return {"schema": 1, **about, **place, **comparison.run.as_dict(), "seconds": round(comparison.seconds, 1)}
