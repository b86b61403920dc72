"""Opens the place that a command works on, behind the gate that keeps credentials from the engine."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import typer

from platformctl import engine, gate, show
from platformctl.errors import Exit
from platformctl.host.client import serving
from platformctl.project import Project
from platformctl.run import not_run
from platformctl.target import Target, open_target


@contextmanager
def opened(
    environment: str,
    *,
    as_json: bool,
    started: float,
    live: bool = False,
    keep: bool = False,
    official_providers: bool = False,
) -> Iterator[Target]:
    """The target of an environment, for a command that starts the engine on the program of the checkout.

    What the gate finds is told like any finding, and ends the command. `started`: on the monotonic clock.
    """
    project, stack = Project.choose(environment)
    try:
        gate.files(project)
        with (
            serving(project) as server,
            gate.rendering(server, stack) as inputs_are_clean,
            open_target(project, stack, live=live, keep=keep, official_providers=official_providers) as target,
        ):
            engine.initialise(target)
            inputs_are_clean()
            yield replace(target, server=server)
    except gate.Blocked as blocked:
        _show_blocked(blocked, project.target(stack), as_json, started)
        raise typer.Exit(Exit.FINDINGS) from None


def _show_blocked(blocked: gate.Blocked, environment: str, as_json: bool, started: float) -> None:
    if as_json:
        where = {"environment": environment, "place": "nowhere", "operations": "planned"}
        seconds = round(time.monotonic() - started, 1)
        show.show_json({"schema": 1, **where, **not_run(blocked.report).as_dict(), "seconds": seconds})
    else:
        show.show_findings(blocked.report)
        show.out.print(f"{environment}: the engine was not started")
