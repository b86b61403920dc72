"""diff: what a change would do, by the real engine and without an account."""

import json
from collections.abc import Callable, Mapping
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
    MARKDOWN = "markdown"
    HTML = "html"


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

    Examples: platformctl diff staging, platformctl diff origin/main..HEAD prod --format html -o diff.html
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
    """The review of it on standard output, or in a file."""
    from platformctl.review import assess

    review = assess(comparison).as_dict()
    if form is Form.TEXT and output is None:
        from platformctl.review import text

        for line in text.lines(review):
            show.out.print(line)
        return
    rendered = _FORMS[form](review, comparison)
    if output:
        to_file(rendered, output)
    else:
        to_stdout(rendered)


def _text(review: dict[str, Any], _: "Comparison") -> str:
    from platformctl.review import text

    return text.render(review)


def _json(review: dict[str, Any], _: "Comparison") -> str:
    return json.dumps(review, indent=2, ensure_ascii=False) + "\n"


def _markdown(review: dict[str, Any], _: "Comparison") -> str:
    from platformctl.review import markdown

    return markdown.render(review)


def _html(review: dict[str, Any], comparison: "Comparison") -> str:
    from platformctl.picture import draw
    from platformctl.review.page import page

    changed = {change.urn: change.operation for change in comparison.run.changes}
    return page(review, draw(comparison.after, changed, comparison.before))


_FORMS: Mapping[Form, Callable[[dict[str, Any], "Comparison"], str]] = {
    Form.TEXT: _text,
    Form.JSON: _json,
    Form.MARKDOWN: _markdown,
    Form.HTML: _html,
}


def _named(names: list[str]) -> tuple[str | None, str]:
    """The revisions and the environment, in that order on the command line."""
    if len(names) > 2:
        raise CommandError(f"one environment at a time, after BASE..HEAD; got {' '.join(names)}")
    return (names[0], names[1]) if len(names) == 2 else (None, names[0])
