"""Draws every environment, and makes the page of a change that creates all of it: seconds of CPU, and bytes."""

import time
from collections.abc import Callable
from typing import TypeVar

from rich.table import Table

from platformctl.changes import Change, place
from platformctl.graphs import graph_of
from platformctl.picture import draw, mermaid
from platformctl.picture.png import png
from platformctl.project import Project
from platformctl.review.model import Review, Verdicts
from platformctl.review.page import LIMIT, page
from platformctl.show import out
from policies.graph import Graph

T = TypeVar("T")


def main() -> None:
    """Prints the table."""
    table = Table(
        "environment", "resources", "picture s", "svg kB", "mermaid kB", "png s", "png kB", "page s", "page kB"
    )
    for environment in Project.find().environments:
        table.add_row(environment, *_row(graph_of(environment)))
    out.print(table)
    out.print(f"aim: a page below {LIMIT / 1000:.0f} kB")


def _row(graph: Graph) -> list[str]:
    changed = dict.fromkeys(graph.by_urn, "create")
    picture_s, svg = _timed(lambda: draw(graph, changed))
    png_s, image = _timed(lambda: png(draw(graph, dark=False)))
    page_s, text = _timed(lambda: page(_review(graph), svg))
    sizes = [len(one) / 1000 for one in (svg.encode(), mermaid(graph, changed).encode(), image, text.encode())]
    svg_kb, mermaid_kb, png_kb, page_kb = (f"{size:.0f}" for size in sizes)
    resources = str(len(graph.resources))
    return [resources, f"{picture_s:.2f}", svg_kb, mermaid_kb, f"{png_s:.2f}", png_kb, f"{page_s:.2f}", page_kb]


def _review(graph: Graph) -> dict[str, object]:
    parents = {one.urn: one.parent for one in graph.resources}
    changes = [
        Change(one.urn, "create", one.type, one.name, *place(one.urn, parents), stateful=False, properties=())
        for one in graph.resources
    ]
    told = [change.as_dict() | {"source": graph.by_urn[change.urn].source} for change in changes]
    counts = {"create": len(told)}
    where = (graph.resources[0].stack, "nothing", "working tree", "the sandbox", 0.0)
    return Review(*where, counts, (), Verdicts(), {}, told, (), (), ()).as_dict()


def _timed(make: Callable[[], T]) -> tuple[float, T]:
    begin = time.process_time()
    made = make()
    return time.process_time() - begin, made


if __name__ == "__main__":
    main()
