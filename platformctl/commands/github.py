"""github: what the workflows of .github/ say to GitHub, and what they need of an environment."""

import json
import stat
from pathlib import Path
from typing import Annotated, Any

import typer

from platformctl import show
from platformctl.commands.options import Environment
from platformctl.errors import CommandError, Exit
from platformctl.project import Project

app = typer.Typer(no_args_is_help=True, help="For runs of workflows: one comment, one issue, the role to take.")

_MOST_BYTES = 4_000_000  # of a report: far more than fits in a comment


@app.command()
def comment(
    report: Annotated[Path, typer.Argument(help="Markdown; its first line is the marker of the comment.")],
    marker: Annotated[
        str, typer.Option("--marker", help="What the marker must be, such as diff:staging: no report takes another's.")
    ],
    pull_request: Annotated[
        int | None, typer.Option("--pull-request", help="Its number. Default: the one that the run's event is about.")
    ] = None,
) -> None:
    """Make the report the one comment with its marker under a pull request, or change that in place.

    From a fork the report is data of somebody else's: it is defused. Which pull request it is comes from GitHub.

    Example: platformctl github comment diff.md --marker diff:staging
    """
    from platformctl.github import comment as comments
    from platformctl.github.run import WorkflowRun
    from platformctl.github.texts import defused, fitted, marked

    run, text, first = WorkflowRun.current(), _read(report), f"<!-- platformctl:{marker} -->"
    try:
        body = marked(text, first)
        body = defused(body) if pull_request is None and run.is_from_a_fork() else body
    except CommandError as error:
        raise CommandError(f"{report}: {error}") from None
    number = run.pull_request() if pull_request is None else pull_request
    if number is None:
        show.out.print("the pull request was closed, or has newer commits: its own run comments")
        return
    done, address = comments.put(run.api, run.repository, number, first, fitted(body, run.page))
    show.out.print(f"{done} {address}", soft_wrap=True)


@app.command("drift-issue")
def drift_issue(
    report: Annotated[Path, typer.Argument(help="What `platformctl drift ENV --json` printed.")],
    page: Annotated[
        bool,
        typer.Option(
            "--page",
            help="Publish what is urgent to the environment's topic that pages, with this shell's credentials.",
        ),
    ] = False,
) -> None:
    """Open the environment's one drift issue, change it in place, or close it when nothing differs any more.

    Exit code 4 when access, encryption or evidence differ, so that the run fails. Of one state of things people are
    paged once: while the issue is open and says the same, nobody is paged again.

    Example: platformctl github drift-issue drift.json --page
    """
    from platformctl.github import drift_issue as issue
    from platformctl.github import issue as issues
    from platformctl.github.run import WorkflowRun
    from platformctl.github.texts import fitted
    from policies.codeowners import owners_in

    run, found = WorkflowRun.current(), issue.checked(_json(report))
    environment = found["environment"]
    mark = issue.marker(environment)
    if not found["differences"]:
        ended = f"Nothing differs any more{f', found by [this run]({run.page})' if run.page else ''}."
        done, address = issues.close(run.api, run.repository, mark, issue.LABEL, ended)
    else:
        project, stack = Project.choose(environment)
        owners = owners_in(project.root, project.shown(project.settings_file(stack)))
        body = fitted(issue.body(found, run.page, owners), run.page)
        known = issues.body_of(run.api, run.repository, mark, issue.LABEL)
        done, address = issues.put(run.api, run.repository, mark, issue.title(found), body, issue.labels(found))
        if page and issue.fresh(found, known):
            _page(project, stack, issue.title(found), f"{issue.urgent_text(found)}\n{address}")
    urgent = issue.is_security(found)
    run.set_outputs({"security": str(urgent).lower(), "issue": address})
    show.out.print(f"{environment}: {done} {address}".rstrip(), soft_wrap=True)
    raise typer.Exit(Exit.DRIFT if urgent else Exit.FINE)


def _page(project: Project, environment: str, subject: str, message: str) -> None:
    """Tells who is on duty; that nobody could be told is said, and the run fails all the same."""
    import os

    from platformctl.locks.paging import page

    account = project.settings(environment).account
    if wrong := page(os.environ, environment, account, subject, message):
        show.err.print(f"[bold red]error:[/] {show.escape(wrong)}", soft_wrap=True)
    else:
        show.out.print(f"{environment}: paged")


@app.command("identity")
def show_identity(
    environment: Environment,
    role: Annotated[str, typer.Option("--role", help="The pipeline's role: preview, drift or deploy.")],
) -> None:
    """Give the later steps of a job the role to take, the region, the account and the backend, from the settings.

    Example: platformctl github identity staging --role deploy
    """
    from platformctl.github.identity import ROLES, identity
    from platformctl.github.run import WorkflowRun

    if role not in ROLES:
        raise CommandError(f"--role {role}: no role of the pipeline; choose one of {', '.join(ROLES)}")
    project, stack = Project.choose(environment)
    values = identity(project.settings(stack).account, stack, role)
    WorkflowRun.current().set_outputs(values)
    for name, value in values.items():
        show.out.print(f"{name}={value}", soft_wrap=True)


def _read(file: Path) -> str:
    """A file as text: a regular one, of a size that a report has, in UTF-8; CommandError otherwise."""
    try:
        about = file.lstat()
        if not stat.S_ISREG(about.st_mode):
            raise CommandError(f"{file}: not a regular file")
        if about.st_size > _MOST_BYTES:
            raise CommandError(f"{file}: {about.st_size} bytes; a report has {_MOST_BYTES} at most")
        return file.read_text("utf-8")
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise CommandError(f"{file}: not UTF-8 text") from None


def _json(file: Path) -> Any:
    try:
        return json.loads(_read(file))
    except ValueError as error:
        raise CommandError(f"{file}: not JSON: {error}") from None
