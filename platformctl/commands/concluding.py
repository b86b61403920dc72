"""What a command says of a run of the engine, and the exit code that the run earns."""

import time

from platformctl import engine, show
from platformctl.errors import CommandError, Exit
from platformctl.progress import progress
from platformctl.run import Run, judge
from platformctl.target import Target


def preview_run(target: Target, *arguments: str) -> Run:
    """The judged preview of the target; `arguments` are the engine's."""
    with progress(f"previewing {target.name}") as step:
        outcome = engine.run(target, "preview", *arguments, on_event=step.on_event)
    return judge(target, outcome, refuse=True)


def conclude(target: Target, run: Run, as_json: bool, started: float, *, operations: str) -> Exit:
    """Shows the run and returns its exit code; CommandError when the engine failed. `operations`: planned, applied."""
    seconds = round(time.monotonic() - started, 1)
    if as_json:
        where = {"environment": target.name, "place": target.place, "operations": operations}
        show.show_json({"schema": 1, **where, **run.as_dict(), "seconds": seconds})
    else:
        show.show_run(run)
        engine_s = run.outcome.seconds
        show.out.print(f"{target.name} in {target.place}, {operations}: {seconds} s (engine {engine_s:.1f} s)")
    if run.exit is Exit.ENGINE:
        raise CommandError(f"the engine failed:\n{failure(run.outcome)}", run.exit)
    return run.exit


def failure(outcome: engine.Outcome) -> str:
    """The engine's own words for why it failed."""
    return "\n".join(outcome.errors) or engine.explain(outcome.output)
