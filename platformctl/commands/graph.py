"""graph: the picture of an environment."""

import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from platformctl import graphs, show
from platformctl.commands.options import complete
from platformctl.errors import CommandError
from platformctl.progress import progress

if TYPE_CHECKING:
    from policies.graph import Graph


class Format(StrEnum):
    """What the picture is written as."""

    SVG = "svg"
    PNG = "png"
    MERMAID = "mermaid"
    JSON = "json"


_SUFFIXES = {".svg": Format.SVG, ".png": Format.PNG, ".mmd": Format.MERMAID, ".mermaid": Format.MERMAID}
_SUFFIXES[".json"] = Format.JSON


def graph(
    environment: Annotated[
        str | None,
        typer.Argument(
            metavar="[ENV]",
            help="The environment: ENV for the platform's Pulumi.<ENV>.yaml, foundation/ENV for the foundation's; by"
            " default staging.",
            autocompletion=complete,
        ),
    ] = None,
    state: Annotated[
        Path | None, typer.Option("--state", help="Draw this output of `pulumi stack export` instead of the program.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="Write here, in the form that the name ends in: .svg, .png, .mmd or .json."
        ),
    ] = None,
    form: Annotated[
        Format | None, typer.Option("--format", help="What is written; by default what the name ends in, else svg.")
    ] = None,
) -> None:
    """Draw an environment: network tiers by zones, the cluster and its services, what keeps data, and what flows.

    It is drawn from the program, or from a state; no cloud is asked. An SVG follows the reader's light or dark scheme.

    Examples: platformctl graph prod -o prod.svg; platformctl graph --state state.json -o now.png;
    platformctl graph staging --format mermaid
    """
    if state is not None and environment is not None:
        raise CommandError(f"--state and the environment {environment} exclude each other")
    chosen = _chosen(output, form)
    begun = time.monotonic()
    with progress(f"Reading {state or environment or 'staging'}"):
        drawn = graphs.graph_of(environment or "staging", state)
    content = _content(drawn, chosen)
    if output is None:
        from platformctl.formats import to_stdout

        to_stdout(content if isinstance(content, str) else content.decode())
        return
    from platformctl.formats import to_file

    to_file(content, output)
    size = len(content.encode() if isinstance(content, str) else content)
    took = time.monotonic() - begun
    show.err.print(show.escape(f"{output}: {len(drawn.resources)} resources, {size / 1000:.0f} kB, {took:.1f} s"))


def _chosen(output: Path | None, form: Format | None) -> Format:
    """The form asked for, or the one that the file's name says; CommandError where neither tells, or they differ."""
    named = _SUFFIXES.get(output.suffix.lower()) if output else None
    if output is None:
        if form is Format.PNG:
            raise CommandError("--format png needs -o FILE: an image is nothing for a terminal")
        return form or Format.SVG
    if not output.resolve().parent.is_dir():
        raise CommandError(f"--output {output}: there is no folder {output.resolve().parent}")
    if form is None and named is None:
        known = ", ".join(_SUFFIXES)
        raise CommandError(f"--output {output}: its name ends in none of {known}: name it so, or add --format")
    if form is not None and named is not None and form is not named:
        raise CommandError(f"--output {output} says {named}, --format says {form}: leave one of them out")
    return form or named or Format.SVG


def _content(drawn: "Graph", chosen: Format) -> str | bytes:
    from platformctl import picture

    if chosen is Format.MERMAID:
        return picture.mermaid(drawn)
    if chosen is Format.JSON:
        return picture.document(drawn)
    if chosen is Format.SVG:
        return picture.draw(drawn)
    from platformctl.picture.png import png

    return png(picture.draw(drawn, dark=False))
