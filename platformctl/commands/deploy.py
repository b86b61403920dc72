"""preview, up and destroy: what would change, judged; then the change itself."""

import time

import typer

from platformctl import engine, show
from platformctl.commands.asking import confirm, document_needs_no_answer, only_in_the_sandbox
from platformctl.commands.concluding import conclude, preview_run
from platformctl.commands.opening import opened
from platformctl.commands.options import (
    Approver,
    AsJson,
    Environment,
    Live,
    NoCheckpoints,
    OfficialProviders,
    Override,
    PassLock,
    WaitForLock,
    Yes,
)
from platformctl.errors import CommandError, Exit
from platformctl.locks import held
from platformctl.progress import progress
from platformctl.project import Project
from platformctl.recovery import recover, remember
from platformctl.run import judge
from platformctl.state import protected_resources
from platformctl.target import Target, open_target


def preview(
    environment: Environment = "staging",
    as_json: AsJson = False,
    live: Live = False,
    official_providers: OfficialProviders = False,
) -> None:
    """Show what an update would change, with the verdict of every policy; nothing is changed.

    Example: platformctl preview prod --json
    """
    started = time.monotonic()
    with opened(
        environment, as_json=as_json, started=started, live=live, official_providers=official_providers
    ) as target:
        raise typer.Exit(conclude(target, preview_run(target), as_json, started, operations="planned"))


def up(
    environment: Environment,
    yes: Yes = False,
    as_json: AsJson = False,
    live: Live = False,
    official_providers: OfficialProviders = False,
    no_checkpoints: NoCheckpoints = False,
    pass_lock: PassLock = "",
    override: Override = "",
    approver: Approver = "",
    wait_for_lock: WaitForLock = 0.0,
) -> None:
    """Preview, judge, ask, then deploy. Without --live this deploys to the sandbox, which is started if need be.

    Example: platformctl up staging --yes
    """
    document_needs_no_answer(as_json, yes)
    only_in_the_sandbox(no_checkpoints, live)
    started = time.monotonic()
    with (
        opened(
            environment, as_json=as_json, started=started, live=live, keep=True, official_providers=official_providers
        ) as target,
        held(target, "up", passing=pass_lock, override=override, approver=approver, wait_s=wait_for_lock) as lease,
    ):
        for line in recover(target, lease.check):
            show.err.print(line)
        planned = preview_run(target)
        if not as_json or planned.exit is not Exit.FINE:
            code = conclude(target, planned, as_json, started, operations="planned")
            if code is not Exit.FINE:
                raise typer.Exit(code)
        confirm(f"Deploy this to {target.name} in {target.place}?", yes)
        with progress(f"updating {target.name}") as step:
            target = engine.without_checkpoints(target) if no_checkpoints else target
            outcome = engine.run(target, "up", "--yes", "--skip-preview", on_event=step.on_event)
        for line in remember(target, outcome.events):
            show.err.print(line)
        applied = judge(target, outcome, refuse=False)
        raise typer.Exit(conclude(target, applied, as_json, started, operations="applied"))


def destroy(
    environment: Environment,
    yes: Yes = False,
    as_json: AsJson = False,
    live: Live = False,
    no_checkpoints: NoCheckpoints = False,
    pass_lock: PassLock = "",
    override: Override = "",
    approver: Approver = "",
    wait_for_lock: WaitForLock = 0.0,
) -> None:
    """Delete everything in the environment. Refused while any of its resources is protected."""
    document_needs_no_answer(as_json, yes)
    only_in_the_sandbox(no_checkpoints, live)
    started = time.monotonic()
    project, stack = Project.choose(environment)
    with (
        open_target(project, stack, live=live) as target,
        held(target, "destroy", passing=pass_lock, override=override, approver=approver, wait_s=wait_for_lock),
    ):
        _nothing_is_protected(target)
        confirm(f"Delete everything in {target.name} in {target.place}?", yes)
        with progress(f"destroying {target.name}") as step:
            target = engine.without_checkpoints(target) if no_checkpoints else target
            outcome = engine.run(target, "destroy", "--yes", "--skip-preview", policies=False, on_event=step.on_event)
        run = judge(target, outcome, refuse=False)
        raise typer.Exit(conclude(target, run, as_json, started, operations="applied"))


def _nothing_is_protected(target: Target) -> None:
    if not engine.stack_exists(target):
        raise CommandError(f"there is nothing to destroy: {target.place} holds no stack {target.name!r}")
    protected = protected_resources(target)
    if protected:
        names = "\n".join(f"  {urn}" for urn in protected)
        raise CommandError(
            f"{target.name} holds {len(protected)} protected resources, so nothing was deleted:\n{names}\n"
            "Protection is taken off by a reviewed change to the program, deployed first.",
            Exit.FINDINGS,
        )
