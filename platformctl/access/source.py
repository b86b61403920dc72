"""What questions about access are asked of: an environment's programs together."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from platformctl.errors import CommandError
from platformctl.project import PLATFORM, Project

if TYPE_CHECKING:
    from policies.access.estate import Estate
    from policies.graph import Graph

_FOUNDATION = "foundation"


def graph_of_environment(environment: str) -> "Graph":
    """The graph of an environment together with its foundation, where the roles of people and pipelines are."""
    from platformctl.render import render
    from policies import adapters

    if "/" in environment:
        raise CommandError(f"{environment}: give the environment alone; its foundation belongs to it")
    registrations = []
    for key in (PLATFORM, _FOUNDATION):
        project = Project.named(key)
        if key == PLATFORM or environment in project.environments:
            project.settings_file(environment)
            registrations += render(project, environment)
    return adapters.from_registrations(registrations)


def estate_of(graph: "Graph", named: str) -> "Estate":
    """The principals and policies of a graph; CommandError for a policy text that is no document."""
    from policies.access.estate import Estate

    with documents_of(named):
        return Estate(graph)


@contextmanager
def documents_of(named: str) -> Iterator[None]:
    """Around what reads policies, some of them only when they are asked for: CommandError where one is no document."""
    from policies.documents import DocumentError

    try:
        yield
    except DocumentError as error:
        raise CommandError(f"{named}: {error}") from None
