"""slo list, rules, export and import: service levels as they are declared."""

from pathlib import Path
from typing import Annotated, Any

import typer

from platformctl import show
from platformctl.commands.options import AsJson, Environment
from platformctl.errors import CommandError

_COLUMNS = ("service level", "service", "owner", "kind", "objective", "alerts", "runbook")


def list_levels(environment: Environment = "staging", as_json: AsJson = False) -> None:
    """List the service levels: whose they are, what they promise, and who is called when they are not kept.

    Examples: platformctl slo list prod; platformctl slo list prod --json
    """
    from platformctl.promises import program

    levels = program(environment)["SERVICE_LEVELS"]
    if as_json:
        declared = [level.as_dict() for level in levels]
        show.show_json({"schema": 1, "environment": environment, "service_levels": declared})
        return
    from rich.table import Table

    table = Table(*_COLUMNS, box=None, pad_edge=False, header_style="bold")
    for level in levels:
        table.add_row(*map(show.escape, _row(level)))
    show.out.print(table)
    show.out.print(f"{len(levels)} service levels of {len({level.service for level in levels})} services")


def _row(level: Any) -> tuple[str, ...]:
    promised = (
        "never broken" if level.kind == "invariant" else f"{level.objective_percent:g} % of {level.period_days} d"
    )
    pages = ",".join(window.long for window in level.alert_windows if window.severity == "page")
    tickets = ",".join(window.long for window in level.alert_windows if window.severity == "ticket")
    called = [f"page {pages}"] if pages else []
    called += [f"ticket {tickets}"] if tickets else []
    alerts = level.severity if level.kind == "invariant" else "; ".join(called)
    return level.id, level.service, level.owner, level.kind, promised, alerts, level.runbook


def rules(
    environment: Environment = "staging",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write here, whole or not at all, instead of printing.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print all recording rules and alerts as one rule file, which promtool and Prometheus read.

    Example: platformctl slo rules prod -o rules.yaml && promtool check rules rules.yaml
    """
    import json

    from platformctl.formats import to_file, to_stdout
    from platformctl.promises import program

    content = program(environment)["rule_file"]()
    text = json.dumps(content, indent=2) + "\n" if as_json else _yaml([content])
    to_file(text, output) if output else to_stdout(text)


def export(
    environment: Environment = "staging",
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="A folder, made if it is not there; by default all is printed."),
    ] = None,
) -> None:
    """Write the service levels as OpenSLO documents (openslo/v1): a file for each service, and one of the alerting.

    Examples: platformctl slo export prod -o openslo; platformctl slo export prod > all.yaml
    """
    from platformctl.formats import to_file, to_stdout
    from platformctl.promises import program

    files = program(environment)["openslo_files"]()
    if output is None:
        to_stdout(_yaml([one for documents in files.values() for one in documents]))
        return
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"--output {output}: {error.strerror or error}") from None
    for name, documents in files.items():
        to_file(_yaml(documents), output / name)
    show.err.print(f"{show.escape(str(output))}: {len(files)} files, {sum(map(len, files.values()))} documents")


def import_levels(
    files: Annotated[list[Path], typer.Argument(help="Files of OpenSLO documents, folders of such files, or -.")],
    owner: Annotated[
        str | None, typer.Option(help="The team that answers for what names none by an annotation or a label.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read OpenSLO documents (openslo/v1) and print the service levels that they mean, as Python to be declared.

    What has no meaning here is refused, with where it stands and what to do. What is not taken over is told on
    standard error.

    Examples: platformctl slo import checkout.yaml --owner payments; platformctl slo import openslo --json
    """
    from platformctl.promises import as_python, documents, program

    try:
        levels, notes = program()["read_openslo"](list(documents(files)), owner)
    except ValueError as error:
        raise CommandError(str(error)) from None
    for note in notes:
        show.err.print(f"[yellow]note[/] {show.escape(note)}")
    if as_json:
        show.show_json({"schema": 1, "service_levels": [level.as_dict() for level in levels], "notes": notes})
        return
    from platformctl.formats import to_stdout

    to_stdout("\n".join(map(as_python, levels)) + "\n")


def _yaml(documents: list[Any]) -> str:
    import yaml

    text: str = yaml.safe_dump_all(documents, sort_keys=False, width=1000, allow_unicode=True)
    return text
