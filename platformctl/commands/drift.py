"""drift: what somebody changed in the cloud behind the program's back."""

import time

import typer

from platformctl import engine, show
from platformctl.commands.options import AsJson, Environment, Live, OfficialProviders
from platformctl.drift import DriftClass, find_drift
from platformctl.errors import CommandError, Exit
from platformctl.progress import progress
from platformctl.project import Project
from platformctl.state import deployment
from platformctl.target import open_target

_STYLE = {DriftClass.SECURITY: "bold red", DriftClass.OURS: "yellow", DriftClass.HARMLESS: "dim"}


def drift(
    environment: Environment,
    as_json: AsJson = False,
    live: Live = False,
    official_providers: OfficialProviders = False,
) -> None:
    """Compare state and cloud; nothing is written. Exit code 4 when they differ.

    Every difference is security (access, encryption or evidence: act now), ours (a setting: deploy or adopt it)
    or harmless (labels).

    Example: platformctl drift prod --live --json
    """
    started = time.monotonic()
    project, stack = Project.choose(environment)
    with open_target(project, stack, live=live, official_providers=official_providers) as target:
        if not engine.stack_exists(target):
            raise CommandError(
                f"nothing is deployed: {target.place} holds no stack {target.name!r}; `platformctl up` makes it"
            )
        with progress(f"reading {environment}") as step:
            outcome = engine.run(target, "refresh", "--preview-only", policies=False, on_event=step.on_event)
        if outcome.exit_code:
            raise CommandError("the engine failed:\n" + "\n".join(outcome.errors or [outcome.output]), Exit.ENGINE)
        found = find_drift(outcome.events, deployment(target)["resources"])
    totals = {kind.value: sum(d.drift_class is kind for d in found) for kind in DriftClass}
    if as_json:
        seconds = round(time.monotonic() - started, 1)
        show.show_json(
            {
                "schema": 1,
                "environment": environment,
                "differences": [d.as_dict() for d in found],
                "summary": totals,
                "seconds": seconds,
            }
        )
    else:
        for one in found:
            what = one.property or "the resource is gone"
            show.out.print(
                f"[{_STYLE[one.drift_class]}]{one.drift_class}[/] {show.escape(one.name)} [dim]{one.type}[/] {what}"
            )
            if one.property:
                show.out.print(f"    state: {show.escape(show.value_text(one.state))}")
                show.out.print(f"    cloud: {show.escape(show.value_text(one.cloud))}")
        show.out.print("Drift: " + ", ".join(f"{number} {kind}" for kind, number in totals.items()))
    raise typer.Exit(Exit.DRIFT if found else Exit.FINE)
