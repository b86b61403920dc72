"""rules: what the policies ask, why, and which requirements of a framework they support."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from platformctl import show
from platformctl.commands.options import complete

app = typer.Typer(help="The rules: list them, show one in full, and what they cover of a framework.")


class Format(StrEnum):
    """How rules are printed."""

    TEXT = "text"
    JSON = "json"


class TableFormat(StrEnum):
    """How a table of requirements is printed."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"


Output = Annotated[Format, typer.Option("--format", help="How it is printed.")]
FrameworkName = Annotated[
    str | None,
    typer.Option("--framework", help="pci-dss-4.0.1, soc2, cis-aws (5.0.0), cis-aws-3.0.0 or cis-eks (1.4.0)."),
]


@app.callback(invoke_without_command=True)
def rules(
    context: typer.Context,
    pack: Annotated[str | None, typer.Option(help="Of this pack: access_control, compliance or operations.")] = None,
    severity: Annotated[str | None, typer.Option(help="Of this severity: critical, high, medium or low.")] = None,
    type_: Annotated[
        str | None, typer.Option("--type", help="That judge this type of resource, or one that ends like this.")
    ] = None,
    framework: FrameworkName = None,
    output: Output = Format.TEXT,
) -> None:
    """List the rules, by id.

    Examples: platformctl rules --severity critical, platformctl rules --type kms/key:Key --format json
    """
    if context.invoked_subcommand:
        return
    from platformctl import catalogue
    from policies.described import summary

    chosen = [summary(rule) for rule in catalogue.chosen(pack, severity, type_, framework)]
    if output is Format.JSON:
        show.show_json({"schema": 1, "rules": chosen})
        return
    columns = ("id", "severity", "pack", "summary")
    show.show_table(f"{len(chosen)} rules", columns, [[rule[column] for column in columns] for rule in chosen])


@app.command("show")
def show_rule(rule: Annotated[str, typer.Argument(help="The rule's id.")], output: Output = Format.TEXT) -> None:
    """Show one rule in full: what it reads, the controls it supports and who says so, the remedy, and examples.

    Example: platformctl rules show NET-01
    """
    from platformctl import catalogue
    from policies.described import described

    found = catalogue.named(rule)
    if output is Format.JSON:
        show.show_json({"schema": 1} | described(found))
    else:
        catalogue.show_rule(found)


@app.command()
def coverage(
    environment: Annotated[
        str | None,
        typer.Argument(
            metavar="[ENVIRONMENT]",
            help="The environment whose resources are the evidence. Without it: which rules there are.",
            autocompletion=complete,
        ),
    ] = None,
    framework: FrameworkName = None,
    state: Annotated[
        Path | None, typer.Option("--state", help="Judge this output of `pulumi stack export` instead of a program.")
    ] = None,
    output: Annotated[TableFormat, typer.Option("--format", help="How it is printed.")] = TableFormat.TEXT,
) -> None:
    """Every requirement of a framework: the rules that support it, what they found, and those without any.

    Examples: platformctl rules coverage prod --framework pci-dss-4.0.1, platformctl rules coverage --framework soc2
    --format csv
    """
    from platformctl import catalogue, requirements
    from policies.coverage import coverage as covered
    from policies.rules import ALL

    chosen = catalogue.framework(framework)
    report = catalogue.judged(environment, state) if environment or state else None
    rows = covered(chosen, ALL, report)
    print_rows = {
        TableFormat.JSON: requirements.as_json,
        TableFormat.CSV: requirements.as_csv,
        TableFormat.MARKDOWN: requirements.as_markdown,
        TableFormat.TEXT: requirements.as_text,
    }
    print(print_rows[output](chosen, rows, environment or (str(state) if state else "")), end="")


@app.command()
def docs(
    folder: Annotated[Path | None, typer.Argument(help="Where to. Default: docs/compliance of the checkout.")] = None,
) -> None:
    """Write docs/compliance anew: a page for each framework, and one with every rule.

    Example: platformctl rules docs
    """
    from platformctl.project import Project
    from policies.compliance_pages import pages

    target = folder or Project.find().root / "docs" / "compliance"
    target.mkdir(parents=True, exist_ok=True)
    written = pages()
    for file in target.glob("*.md"):
        if file.name not in written:
            file.unlink()
    for name, text in written.items():
        (target / name).write_text(text, encoding="utf-8")
    show.err.print(f"wrote {len(written)} pages to {show.escape(str(target))}")
