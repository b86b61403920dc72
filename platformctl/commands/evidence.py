"""evidence: one archive of what an assessor asks for, every month."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from platformctl import show
from platformctl.commands.options import AsJson, Environment, Live
from platformctl.errors import CommandError, Exit
from platformctl.project import Project

if TYPE_CHECKING:
    from platformctl.evidence.parts import Made


def evidence(
    environment: Environment,
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder of the archive; made if need be.")],
    month: Annotated[
        str | None, typer.Option("--month", metavar="YYYY-MM", help="Of which month. Default: the last whole one.")
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option("--without", help="A part to leave out, which the manifest says; repeatable.")
    ] = None,
    as_json: AsJson = False,
    live: Live = False,
) -> None:
    """Gather change records, audit verification, rule coverage, access matrix, waivers, verdicts and drift.

    Exit code 1 when a report has findings or could not be made: the archive is written all the same, and says so.

    Example: platformctl evidence prod --live --output evidence/
    """
    from platformctl.evidence import archive
    from platformctl.evidence.parts import Outcome, make_all, month_of, parts, title

    project, stack = Project.choose(environment)
    now = datetime.now(UTC)
    first = month_of(month, now.date())
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"--output {output}: {error.strerror or error}") from None
    made = make_all(parts(environment, first), without or (), project.root, live, _tell)
    about = {
        "environment": environment,
        "month": f"{first:%Y-%m}",
        "made_at": now.isoformat(timespec="seconds"),
        "place": "the real account" if live else "sandbox",
        "account": str(project.settings(stack).account.id),
        **_commit(project.root),
    }
    content = archive.manifest(made, about)
    name = f"evidence-{environment.replace('/', '-')}-{first:%Y-%m}"
    file = output / f"{name}.tar.gz"
    data = archive.archive(made, content, name)
    archive.write(data, file)
    if as_json:
        show.show_json({**content, "archive": str(file), "archive_sha256": archive.sha256(data)})
    else:
        totals = ", ".join(f"{sum(one.outcome is kind for one in made)} {kind}" for kind in Outcome)
        show.out.print(f"{title(first)}: {totals}; {file} {archive.sha256(data)}", soft_wrap=True)
    good = all(one.outcome in (Outcome.FINE, Outcome.LEFT_OUT) for one in made)
    raise typer.Exit(Exit.FINE if good else Exit.FINDINGS)


def _tell(one: "Made") -> None:
    why = f": {one.why.splitlines()[0]}" if one.why else ""
    show.err.print(f"{one.part.name}: {one.outcome}{show.escape(why)}", soft_wrap=True)


def _commit(root: Path) -> dict[str, Any]:
    """Which commit the reports are of, and whether files differ from it; None where there is no git."""
    try:
        head, changed = (
            subprocess.run(  # noqa: S603
                ["git", *words],  # noqa: S607  # the git on PATH is the one asked for
                cwd=root,
                capture_output=True,
                text=True,
                check=True,
            ).stdout.strip()
            for words in (("rev-parse", "HEAD"), ("status", "--porcelain"))
        )
    except (OSError, subprocess.CalledProcessError):
        return {"commit": None, "modified": None}
    return {"commit": head, "modified": bool(changed)}
