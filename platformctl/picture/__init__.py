"""The picture of an environment: network tiers by zones, the cluster, what keeps data, what flows; changes marked."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from platformctl.picture.marks import Marks
    from platformctl.picture.model import Picture
    from policies.graph import Graph


def draw(
    graph: "Graph", changed: Mapping[str, str] | None = None, before: "Graph | None" = None, *, dark: bool = True
) -> str:
    """The picture as an SVG document that reaches for nothing outside of itself.

    changed: operations (create, update, replace, delete) by URN; every one is shown, in its place or listed. before:
    the graph that deleted resources are in, so that they are drawn where they were. dark: follow the reader's scheme.
    """
    from platformctl.picture.drawing.svg import write
    from platformctl.picture.sheet.layout import lay_out

    picture, found = _read(graph, changed or {}, before)
    return write(lay_out(picture, found), picture, found, dark=dark) + "\n"


def mermaid(graph: "Graph", changed: Mapping[str, str] | None = None, before: "Graph | None" = None) -> str:
    """The picture as the text of a Mermaid flowchart."""
    from platformctl.picture.flowchart import chart

    return chart(*_read(graph, changed or {}, before))


def document(graph: "Graph", changed: Mapping[str, str] | None = None, before: "Graph | None" = None) -> str:
    """The picture as a JSON document: boxes by place, flows, marks."""
    import json
    from dataclasses import asdict

    picture, found = _read(graph, changed or {}, before)
    drawn = asdict(picture)
    del drawn["parents"]
    return json.dumps({"schema": 1, **drawn, "marks": asdict(found)}, indent=2, ensure_ascii=False) + "\n"


def _read(graph: "Graph", changed: Mapping[str, str], before: "Graph | None") -> "tuple[Picture, Marks]":
    from platformctl.picture.marks import marks
    from platformctl.picture.reading import read
    from policies.graph import Graph

    gone = [one for one in (before.resources if before else ()) if changed.get(one.urn) == "delete"]
    missing = [one for one in gone if one.urn not in graph.by_urn]
    picture = read(Graph((*graph.resources, *missing)) if missing else graph)
    return picture, marks(picture, changed)
