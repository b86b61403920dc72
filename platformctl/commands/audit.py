"""audit: whether the account's own record of what was done in it is whole and unchanged."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from platformctl import show
from platformctl.commands import audit_live
from platformctl.commands.options import AsJson, Environment, Live
from platformctl.errors import CommandError, Exit
from platformctl.progress import progress
from platformctl.project import Project

if TYPE_CHECKING:
    from platformctl.audit.hours import Window

app = typer.Typer(no_args_is_help=True, help="Verify the evidence that the account keeps, and judge what it holds.")
app.command()(audit_live.live)


@app.command()
def verify(
    environment: Environment,
    start: Annotated[str, typer.Option("--from", help="ISO 8601 date or date-time, UTC unless it names a zone.")],
    end: Annotated[str | None, typer.Option("--to", help="The same, exclusive. Default: now.")] = None,
    as_json: AsJson = False,
    live: Live = False,
    bucket: Annotated[
        str | None, typer.Option("--bucket", help="Where the trail delivers. Default: as the stack's outputs say.")
    ] = None,
    prefix: Annotated[str | None, typer.Option("--prefix", help="What stands before AWSLogs/ in the keys.")] = None,
    folder: Annotated[
        Path | None,
        typer.Option("--folder", help="Read a copy of the bucket instead, each file at the path of its key."),
    ] = None,
    public_keys: Annotated[
        list[Path] | None,
        typer.Option("--public-keys", help="PEM, or what `aws cloudtrail list-public-keys` prints; may be repeated."),
    ] = None,
    trail: Annotated[str | None, typer.Option("--trail", help="The trail's name, where several deliver.")] = None,
    region: Annotated[
        list[str] | None,
        typer.Option("--region", help="A region that must have digests, besides those found; may be repeated."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", help="Write the JSON document to this file too, as evidence.")
    ] = None,
) -> None:
    """Verify CloudTrail's log files by its digests: signatures, chain, hashes, and one digest for every hour.

    Exit code 0 only when everything in the range is there and valid, 1 with findings.

    Example: platformctl audit verify prod --live --from 2026-11-01 --to 2026-12-01 --output november.json
    """
    from platformctl.audit.digest import is_region
    from platformctl.audit.evidence import Choice, choose
    from platformctl.audit.report import document
    from platformctl.audit.verify import Request
    from platformctl.audit.verify import verify as run

    project = Project.find()
    account = project.settings(environment).account
    now = datetime.now(UTC)
    span = _span(start, end, now)
    if unknown := [name for name in region or () if not is_region(name)]:
        raise CommandError(f"--region {unknown[0]}: not a region's name, such as {account.region}")
    if output and not output.resolve().parent.is_dir():
        raise CommandError(f"--output {output}: there is no folder {output.resolve().parent}")
    evidence = choose(project, environment, Choice(live, bucket, prefix, folder, public_keys or ()), span)
    regions = frozenset({account.region, *(region or ())})
    request = Request(account.id, regions, span, now, evidence.prefix, trail, evidence.bucket)
    report = document(run(evidence.source, evidence.keys_of, request, progress), request, environment, evidence.place)
    if not report["summary"]["digests_expected"]:
        raise CommandError("nothing to verify: no digest of this range is due, and logging had not begun in it")
    if output:
        _write(report, output)
    if as_json:
        show.show_json(report)
    else:
        _show(report)
    raise typer.Exit(Exit.FINDINGS if report["findings"] else Exit.FINE)


def _span(start: str, end: str | None, now: datetime) -> "Window":
    from platformctl.audit.hours import Window, text_of

    first, last = _time("--from", start), _time("--to", end) if end else now
    if last > now:
        show.err.print(f"--to lies in the future: verified up to now, {text_of(now)}")
        last = now
    if first >= last:
        raise CommandError(f"--from {text_of(first)} must be before --to {text_of(last)}")
    return Window(first, last)


def _time(option: str, text: str) -> datetime:
    from platformctl.audit.hours import parse_time

    try:
        return parse_time(text)
    except (ValueError, OverflowError):
        raise CommandError(
            f"{option} {text}: not an ISO 8601 date or date-time, such as 2026-11-01 or 2026-11-01T06:30Z"
        ) from None


def _write(report: dict[str, Any], output: Path) -> None:
    from platformctl.audit.report import write

    try:
        write(report, output)
    except OSError as error:
        raise CommandError(f"--output {output}: {error.strerror or error}") from None


def _show(report: dict[str, Any]) -> None:
    """One line for each finding, worst first; then the regions, what was left out of them, and the totals."""
    for finding in report["findings"]:
        where = " ".join(filter(None, (finding["region"], finding["hour"], finding["key"])))
        show.out.print(f"[bold red]{finding['kind']}[/] {show.escape(where)}: {show.escape(finding['detail'])}")
    for region in report["regions"]:
        show.out.print(show.escape(_region_line(region)))
    totals = report["summary"]
    style = "red" if report["findings"] else "green"
    show.out.print(
        f"Audit: [{style}]{totals['findings']} findings[/]; {totals['digests_valid']} of {totals['digests_expected']} "
        f"digests and {totals['log_files_valid']} of {totals['log_files_named']} log files valid, "
        f"{report['from']} to {report['to']}; report {report['sha256']}"
    )


def _region_line(region: dict[str, Any]) -> str:
    digests, logs = region["digests"], region["log_files"]
    notes = (
        f"{digests['valid']} of {digests['expected']} digests, {logs['valid']} of {logs['named']} log files valid",
        f"{digests['backfill']} backfill digests" if digests["backfill"] else "",
        f"logging began at {region['logging_began']}" if region["logging_began"] else "",
        f"not due yet, so not missed: {', '.join(digests['not_due'])}" if digests["not_due"] else "",
        f"{logs['not_settled']} log files left to the next digest" if logs["not_settled"] else "",
    )
    return f"{region['region']}: {'; '.join(filter(None, notes))}"
