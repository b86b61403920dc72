"""settings: what can be set, and what an environment sets."""

import json
from typing import Annotated

import typer

from platformctl import show
from platformctl.commands.options import Environment
from platformctl.project import PLATFORM, PROGRAMS, Project

app = typer.Typer(
    no_args_is_help=True, help="The settings of the environments: their schema, their values, their errors."
)


@app.command()
def schema(
    project: Annotated[str, typer.Argument(help=f"The project: {' or '.join(PROGRAMS)}.")] = PLATFORM,
) -> None:
    """Print the JSON Schema of Pulumi.<environment>.yaml, for editors.

    Example: platformctl settings schema > stacks/settings.schema.json
    """
    show.show_json(Project.named(project).settings_module["json_schema"]())


@app.command()
def validate(environment: Environment = "staging") -> None:
    """Check an environment's settings file; every problem is listed with its key, value and remedy.

    Example: platformctl settings validate staging
    """
    project, stack = Project.choose(environment)
    project.settings(stack)
    show.out.print(f"{project.shown(project.settings_file(stack))} is valid")


@app.command("show")
def show_settings(environment: Environment = "staging") -> None:
    """Print an environment's settings as the program reads them, defaults included, as JSON.

    Example: platformctl settings show prod
    """
    project, stack = Project.choose(environment)
    show.show_json(json.loads(project.settings(stack).model_dump_json()))
