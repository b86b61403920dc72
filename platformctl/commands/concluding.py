"""What a command says of a run of the engine, and the exit code that the run earns."""

import time
from collections.abc import Mapping
from typing import Any

from platformctl import engine, show
from platformctl.errors import CommandError, Exit
from platformctl.run import Run
from platformctl.target import Target


def conclude(
    target: Target, run: Run, as_json: bool, started: float, *, operations: str, more: Mapping[str, Any] | None = None
) -> Exit:
    """Shows the run and returns its exit code; CommandError when the engine failed. `operations`: planned, applied;
    `more`: for the JSON form alone.
    """
    seconds = round(time.monotonic() - started, 1)
    if as_json:
        where = {"environment": target.name, "place": target.place, "operations": operations}
        show.show_json({"schema": 1, **where, **run.as_dict(), **(more or {}), "seconds": seconds})
    else:
        show.show_run(run)
        engine_s = run.outcome.seconds
        show.out.print(f"{target.name} in {target.place}, {operations}: {seconds} s (engine {engine_s:.1f} s)")
    if run.exit is Exit.ENGINE:
        live = "" if target.sandbox else " --live"
        rest = f"\n`platformctl resume {target.name}{live}` tells what was done and what is left, and finishes it"
        raise CommandError(
            f"the engine failed:\n{failure(run.outcome)}{rest if operations == 'applied' else ''}", run.exit
        )
    return run.exit


def failure(outcome: engine.Outcome) -> str:
    """The engine's own words for why it failed."""
    return "\n".join(outcome.errors) or engine.explain(outcome.output)
