"""slo report: what was promised and what was kept over a period, as a page to hand on."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from platformctl import show
from platformctl.commands.options import AsJson, Environment, Prometheus
from platformctl.errors import CommandError
from platformctl.progress import progress
from platformctl.project import Project

if TYPE_CHECKING:  # loaded when the command runs
    from platformctl.slo_report.model import Mark, Report


def report(
    environment: Environment,
    prometheus: Prometheus = "",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE.html", help="Write the page here.")
    ] = None,
    at: Annotated[
        str, typer.Option("--at", metavar="TIME", help="The end of the period, as 2026-12-01T00:00Z. Default: now.")
    ] = "",
    changes: Annotated[
        str,
        typer.Option("--changes", metavar="DIR", help="Change records, to mark them: a folder with a copy of them."),
    ] = "",
    links: Annotated[
        str,
        typer.Option("--links", metavar="URL", help="Where docs/ of this repository is shown, for links to runbooks."),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Write a page on the service levels: budgets, burn rates, alerts and releases over the period, the worst first.

    The page reaches for nothing outside of itself: it can be mailed, kept and printed. It says what is not known.
    --json prints the figures; with both, both.

    Example: platformctl slo report prod --prometheus http://127.0.0.1:9090 -o prod.html
    """
    if output is None and not as_json:
        raise CommandError("there is nothing to write: name a file for the page (-o FILE.html), or add --json")
    if output is not None and output.suffix.lower() not in (".html", ".htm"):
        raise CommandError(f"--output {output}: a page's name ends in .html: name it so")
    if output is not None and not output.resolve().parent.is_dir():
        raise CommandError(f"--output {output}: there is no folder {output.resolve().parent}")
    end, base, marked = _moment(at), _base(links), _marks(changes)
    found = _gathered(environment, prometheus, end, marked)
    if output is not None:
        from platformctl.formats import to_file
        from platformctl.slo_report.page import page

        text = page(found, base)
        to_file(text, output)
        size = len(text.encode()) / 1000
        show.err.print(show.escape(f"{output}: {len(found.levels)} service levels, {size:.0f} kB"))
    if as_json:
        show.show_json(found.as_dict())


def _gathered(environment: str, prometheus: str, end: datetime, marked: "list[Mark] | None") -> "Report":
    from platformctl.budgets.declared import all_of
    from platformctl.prometheus import checked
    from platformctl.promises import program
    from platformctl.slo_report.gathering import gather

    project, stack = Project.choose(environment)
    section = getattr(project.settings(stack), "budgets", None)
    source = prometheus or (section.prometheus_url if section else "")
    if not source:
        raise CommandError(f"{environment} has no Prometheus of its own: give --prometheus URL")
    checked(source)
    levels = all_of(level.as_dict() for level in program(environment)["SERVICE_LEVELS"])
    low = section.low_percent / 100 if section else 0.25
    with progress(f"Asking {source}"):
        return gather(environment, source, levels, end, marked, low)


def _moment(at: str) -> datetime:
    if not at:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise CommandError(f"--at must be a time such as 2026-12-01T00:00Z, got {at!r}") from None
    if moment.tzinfo is None:
        raise CommandError(f"--at must say its time zone, such as {at}Z for UTC, got {at!r}")
    return moment.astimezone(UTC)


def _base(links: str) -> str:
    """In a pipeline of GitHub, its own pages of the commit."""
    if links:
        if not links.startswith("https://"):
            raise CommandError(f"--links must begin with https://, got {links!r}")
        return links
    server, repository, commit = (os.environ.get(f"GITHUB_{name}", "") for name in ("SERVER_URL", "REPOSITORY", "SHA"))
    return f"{server}/{repository}/blob/{commit}" if server and repository and commit else ""


def _marks(changes: str) -> "list[Mark] | None":
    if not changes:
        return None
    from platformctl.records import reading
    from platformctl.records.stores import FolderStore
    from platformctl.slo_report.changes import marks

    if not Path(changes).is_dir():
        raise CommandError(f"--changes {changes}: no such folder; give one with a copy of the change records")
    return list(marks(reading.records(reading.files(FolderStore(Path(changes))))))
