"""slo: what the services promise, and how they keep it."""

import typer

from platformctl.commands.slo_budget import budget
from platformctl.commands.slo_declared import export, import_levels, list_levels, rules
from platformctl.commands.slo_report import report

app = typer.Typer(no_args_is_help=True, help="The services' promises: rules, budgets and reports of them.")
app.command("list")(list_levels)
app.command()(rules)
app.command()(export)
app.command("import")(import_levels)
app.command()(budget)
app.command()(report)
