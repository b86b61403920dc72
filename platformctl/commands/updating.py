"""The update itself, written down from before its beginning; shared by the commands that make one."""

from collections.abc import Mapping
from typing import Any

from platformctl import engine, show
from platformctl.commands.concluding import conclude
from platformctl.errors import Exit
from platformctl.plans.deviations import Deviation, deviations
from platformctl.plans.moves import Planned
from platformctl.plans.show import show_deviations
from platformctl.progress import progress
from platformctl.records.recording import About, recording
from platformctl.recovery.interrupted import remember
from platformctl.run import judge
from platformctl.target import Target


def update(
    target: Target,
    about: About,
    *,
    as_json: bool,
    started: float,
    arguments: tuple[str, ...] = (),
    plan: Mapping[str, Planned] | None = None,
    more: Mapping[str, Any] | None = None,
) -> Exit:
    """Runs the engine's update, records it, and shows what it came to; FINDINGS when it did what `plan` has not."""
    with recording(target, about) as change:
        with progress(f"updating {target.name}") as step:
            follow = change.follow(step.on_event)
            outcome = engine.run(target, "up", "--yes", "--skip-preview", *arguments, on_event=follow)
        applied = judge(target, outcome, refuse=False)
        found: list[Deviation] = deviations(plan, outcome.events) if plan else []
        told = [one.as_dict() for one in found]
        change.ended(applied, told)
    for line in remember(target, outcome.events):
        show.err.print(line)
    if not as_json:
        show_deviations(found)
    code = conclude(target, applied, as_json, started, operations="applied", more={**(more or {}), "deviations": told})
    return Exit.FINDINGS if code is Exit.FINE and any(not one.less for one in found) else code
