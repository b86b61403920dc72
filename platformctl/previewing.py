"""The engine's preview of a target, judged."""

from platformctl import engine
from platformctl.progress import progress
from platformctl.run import Run, judge
from platformctl.target import Target


def preview_run(target: Target, *arguments: str) -> Run:
    """The judged preview of the target; `arguments` are the engine's."""
    with progress(f"previewing {target.name}") as step:
        outcome = engine.run(target, "preview", *arguments, on_event=step.on_event)
    return judge(target, outcome, refuse=True)
