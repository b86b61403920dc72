"""changes: what was changed in an environment, by whom and why, and whether that record is whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from platformctl import show
from platformctl.commands.options import AsJson, Environment, Live
from platformctl.errors import CommandError, Exit
from platformctl.project import Project
from platformctl.records import reading
from platformctl.records.chain import Chain, check
from platformctl.records.writer import hand_over
from platformctl.signing import trust
from platformctl.signing.local import local_key
from platformctl.signing.signature import Trust
from platformctl.target import Target, open_target

app = typer.Typer(no_args_is_help=True, help="The records of changes: who, what, why, and whether they are whole.")
From = Annotated[
    str | None,
    typer.Option("--from", metavar="DIR|s3", help="A copy of the records, or the archive. Default: beside the state."),
]
_COLUMNS = ("no", "ended", "command", "who", "outcome", "changes", "why")


@app.command("list")
def list_(environment: Environment, source: From = None, live: Live = False, as_json: AsJson = False) -> None:
    """List the changes, the newest first.

    Example: platformctl changes list prod --live
    """
    found = reading.records(_files(environment, source, live))[::-1]
    if as_json:
        show.show_json({"schema": 1, "environment": environment, "changes": found})
        return
    rows = [[str(part) for part in _row(one)] for one in found]
    show.show_table(f"{len(rows)} changes of {environment}", _COLUMNS, rows)


@app.command("show")
def show_(
    environment: Environment,
    number: Annotated[int, typer.Argument(help="The change's number.")],
    source: From = None,
    live: Live = False,
) -> None:
    """Print one change record as JSON.

    Example: platformctl changes show staging 12
    """
    found = {one.get("sequence"): one for one in reading.records(_files(environment, source, live))}
    if number not in found:
        raise CommandError(f"there is no change {number} of {environment}; there are {len(found)}")
    show.show_json(found[number])


@app.command()
def verify(
    environment: Environment,
    source: From = None,
    head: Annotated[
        list[Path] | None,
        typer.Option("--head", help="A signed head that was kept elsewhere: the chain must reach it. May be repeated."),
    ] = None,
    key: Annotated[
        list[Path] | None, typer.Option("--key", help="A public key (PEM) whose signatures count. May be repeated.")
    ] = None,
    live: Live = False,
    as_json: AsJson = False,
) -> None:
    """Check every record, its signature and its place in the chain; with --from DIR nothing but the folder is read.

    Exit code 1 when a record is missing, changed, moved or cut off; the first bad one is named first.

    Example: platformctl changes verify prod --from records/ --key signing-key.pem
    """
    project, stack = Project.choose(environment)
    heads = [_content(file) for file in head or ()]
    trusted: dict[str, str] = {}
    for file in key or ():
        trusted |= trust.from_file(file)
    if source is not None and source != "s3":
        files = reading.files(reading.folder(source))
        trusted |= local_key().trust
    else:
        with _target(environment, live) as target:
            files, heads = reading.files(reading.store_of(target, source)), [*heads, *reading.kept_head(target)]
            trusted |= _trusted(target)
    chain = check(files, (project.name, stack), trusted, heads)
    _tell(chain, environment, as_json)
    raise typer.Exit(Exit.FINDINGS if chain.findings else Exit.FINE)


def _tell(chain: Chain, environment: str, as_json: bool) -> None:
    if as_json:
        findings = [one.as_dict() for one in chain.findings]
        show.show_json({"schema": 1, "environment": environment, "records": len(chain.records), "findings": findings})
        return
    for one in chain.findings[:1]:
        show.out.print(
            f"[bold red]first bad record[/] {one.sequence or '-'}: {show.escape(one.file)} {show.escape(one.problem)}"
        )
    for one in chain.findings[1:]:
        show.out.print(f"    then {show.escape(one.file)} {show.escape(one.problem)}")
    whole = "" if chain.findings else ": whole and unchanged"
    show.out.print(f"{environment}: {len(chain.records)} change records{whole}")


def _files(environment: str, source: str | None, live: bool) -> dict[str, bytes]:
    Project.choose(environment)
    if source is not None and source != "s3":
        return reading.files(reading.folder(source))
    with _target(environment, live) as target:
        for line in hand_over(target):
            show.err.print(f"[yellow]note[/] {show.escape(line)}")
        return reading.files(reading.store_of(target, source))


@contextmanager
def _target(environment: str, live: bool) -> Iterator[Target]:
    from sandbox import process

    project, stack = Project.choose(environment)
    if not live and not isinstance(process.find(project.root), process.Running):
        raise CommandError("no sandbox runs here, so it has no records: --live for the real account, or --from DIR")
    with open_target(project, stack, live=live) as target:
        yield target


def _trusted(target: Target) -> Trust:
    return trust.machine_trust(target)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandError(f"--head {file}: {error.strerror}") from None


def _row(record: dict[str, Any]) -> tuple[Any, ...]:
    counted = ", ".join(f"{number} {operation}" for operation, number in record["what"]["counts"].items())
    ended = str(record["ended_at"] or record["started_at"])[:19]
    who, command, outcome = record["who"]["name"], record["command"], record["outcome"]
    return record["sequence"], ended, command, who, outcome, counted or "-", record["why"]
