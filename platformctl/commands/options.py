"""Options that several commands share, worded once."""

from typing import Annotated

import typer

Environment = Annotated[str, typer.Argument(help="The environment: one that has a Pulumi.<environment>.yaml.")]
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
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before changing anything.")]
