"""The resource graph of an environment: of its program, or of an exported state."""

from pathlib import Path
from typing import TYPE_CHECKING

from platformctl.errors import CommandError

if TYPE_CHECKING:
    from policies.graph import Graph


def graph_of(target: str, state: Path | None = None) -> "Graph":
    """The graph of the state file if one is given, else of the program of `target`, rendered in this process."""
    from policies import adapters

    if state is None:
        from platformctl.project import Project
        from platformctl.render import render

        project, environment = Project.choose(target)
        return adapters.from_registrations(render(project, environment))
    try:
        return adapters.from_state(state.read_bytes())
    except OSError as error:
        raise CommandError(f"--state {state}: {error.strerror or error}") from None
    except adapters.StateError as error:
        raise CommandError(f"--state {state}: {error}") from None
