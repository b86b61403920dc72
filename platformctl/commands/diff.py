"""diff: what a change would do, by the real engine and without an account."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from platformctl import show
from platformctl.commands.options import complete
from platformctl.errors import CommandError, Exit
from platformctl.formats import Format, Judgement, render, to_file, to_stdout
from platformctl.project import PLATFORM, Project
from platformctl.verdicts import Report

if TYPE_CHECKING:
    from platformctl.diff.comparison import Comparison

_BLOCKED = "a credential stands in plain text, so nothing of the change is shown"


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
        _put(_blocked(project, target, blocked.report, form), output)
        raise CommandError(f"{target}: {_BLOCKED}", Exit.FINDINGS) from None
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
    _put(_FORMS[form](review, comparison), output)


def _put(text: str, output: Path | None) -> None:
    if output:
        to_file(text, output)
    else:
        to_stdout(text)


def _blocked(project: Project, target: str, report: Report, form: Form) -> str:
    """In every form, for a comment of a pull request needs one, the findings instead of the change."""
    if form is Form.JSON:
        document = {"schema": 1, "environment": target, "blocked": _BLOCKED, "policies": report}
        return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    from html import escape

    from platformctl.review.markdown import marker

    judgement = Judgement(report=report, subject=target, day=datetime.now(UTC).date(), root=project.root)
    text = render(judgement, Format.MARKDOWN if form is Form.MARKDOWN else Format.TEXT)
    if form is Form.MARKDOWN:
        return f"{marker(target)}\n{text}"
    return f"<!doctype html><meta charset=utf-8><pre>{escape(text)}</pre>\n" if form is Form.HTML else text


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
