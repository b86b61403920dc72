"""Options that several commands share, worded once."""

from dataclasses import replace
from typing import Annotated

import typer

from platformctl.errors import CommandError
from platformctl.project import PROGRAMS, Project


def complete(incomplete: str) -> list[str]:
    """What a shell offers for an environment, in every project of the checkout."""
    try:
        projects = [replace(Project.find(), key=key) for key in PROGRAMS]
    except CommandError:
        return []
    names = [project.target(environment) for project in projects for environment in project.environments]
    return [name for name in names if name.startswith(incomplete)]


Environment = Annotated[
    str,
    typer.Argument(
        help="The environment: ENV for the platform's Pulumi.<ENV>.yaml, foundation/ENV for the foundation's.",
        autocompletion=complete,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Live = Annotated[
    bool, typer.Option("--live", help="Use the real account of this shell's credentials, not the sandbox.")
]
OfficialProviders = Annotated[
    bool,
    typer.Option(
        "--official-providers",
        help="In the sandbox, use the official AWS plugin (where installed) instead of its own provider.",
    ),
]
Reason = Annotated[str, typer.Option("--reason", help="Why, for the change record. Default: the commit's subject.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before changing anything.")]
NoCheckpoints = Annotated[
    bool,
    typer.Option(
        "--no-checkpoints",
        help="Save the state once, at the end: many times as fast with hundreds of resources, but what an engine that "
        "is killed had made is lost to it. In the sandbox alone.",
    ),
]
PassLock = Annotated[
    str,
    typer.Option(
        "--pass-lock", metavar="REASON", help="Go ahead although a person has locked the environment; recorded."
    ),
]
Override = Annotated[
    str,
    typer.Option(
        "--override", metavar="REASON", help="Go ahead although the environment is frozen; recorded, and pages."
    ),
]
Approver = Annotated[
    str, typer.Option("--approver", metavar="NAME", help="Who approved --override: one of the settings' approvers.")
]
WaitForLock = Annotated[
    float,
    typer.Option(
        "--wait-for-lock", metavar="SECONDS", min=0, help="Wait so long for another's lock to end. Default: 0."
    ),
]
Lane = Annotated[
    str,
    typer.Option(
        "--lane",
        metavar="LANE",
        help="standard, or what a spent error budget lets through: fix or security, with --reason.",
    ),
]
OverrideBudget = Annotated[
    str,
    typer.Option(
        "--override-budget",
        metavar="REASON",
        help="Pass a spent error budget, by a use of break-glass that is under way; recorded.",
    ),
]
Prometheus = Annotated[
    str,
    typer.Option(
        "--prometheus",
        metavar="URL",
        help="Where error budgets are read. Default: the settings' budgets.prometheus_url.",
    ),
]
