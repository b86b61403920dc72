"""slo: what the services promise, and how they keep it."""

import typer

from platformctl.commands.slo_budget import budget

app = typer.Typer(no_args_is_help=True, help="The services' promises: rules, budgets and reports of them.")
app.command()(budget)
