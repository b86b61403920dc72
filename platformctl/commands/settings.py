"""settings: what can be set, and what an environment sets."""

import json

import typer

from platformctl import show
from platformctl.commands.options import Environment
from platformctl.project import Project

app = typer.Typer(
    no_args_is_help=True, help="The settings of the environments: their schema, their values, their errors."
)


@app.command()
def schema() -> None:
    """Print the JSON Schema of Pulumi.<environment>.yaml, for editors."""
    show.show_json(Project.find().settings_module["json_schema"]())


@app.command()
def validate(environment: Environment = "staging") -> None:
    """Check an environment's settings file; every problem is listed with its key, value and remedy."""
    Project.find().settings(environment)
    show.out.print(f"Pulumi.{environment}.yaml is valid")


@app.command("show")
def show_settings(environment: Environment = "staging") -> None:
    """Print an environment's settings as the program reads them, defaults included, as JSON."""
    show.show_json(json.loads(Project.find().settings(environment).model_dump_json()))
