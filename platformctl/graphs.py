"""The resource graph of an environment: of its program, or of an exported state."""

from pathlib import Path
from typing import TYPE_CHECKING

from platformctl.errors import CommandError

if TYPE_CHECKING:
    from policies.graph import Graph


def graph_of(target: str, state: Path | None = None) -> "Graph":
    """The graph of the state file if one is given, else of the program of `target`, rendered in this process."""
    if state is None:
        from platformctl.project import Project
        from platformctl.render import render
        from policies.adapters import from_registrations

        project, environment = Project.choose(target)
        return from_registrations(render(project, environment))
    return of_state(state)


def of_state(file: Path) -> "Graph":
    """The graph of an exported state; CommandError for a file that is none."""
    from policies.adapters import StateError, from_state

    try:
        return from_state(file.read_bytes())
    except OSError as error:
        raise CommandError(f"--state {file}: {error.strerror or error}") from None
    except StateError as error:
        raise CommandError(f"--state {file}: {error}") from None
