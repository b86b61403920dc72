"""preview, up and destroy: what would change, judged; then the change itself."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from platformctl import engine, show
from platformctl.budgets.gate import judged, wish
from platformctl.commands.asking import confirm, document_needs_no_answer, only_in_the_sandbox
from platformctl.commands.concluding import conclude
from platformctl.commands.locking import Asked, locked
from platformctl.commands.opening import opened
from platformctl.commands.options import (
    Approver,
    AsJson,
    Environment,
    Lane,
    Live,
    NoCheckpoints,
    OfficialProviders,
    Override,
    OverrideBudget,
    PassLock,
    Prometheus,
    Reason,
    WaitForLock,
    Yes,
)
from platformctl.commands.planned import update_by_plan
from platformctl.commands.preview_live import preview_live
from platformctl.commands.spending import demand_budget, show_budgets, spending
from platformctl.commands.updating import update
from platformctl.errors import CommandError, Exit
from platformctl.plans import checkout
from platformctl.previewing import preview_run
from platformctl.progress import progress
from platformctl.project import Project
from platformctl.records.recording import About, recording
from platformctl.recovery.interrupted import recover
from platformctl.run import judge
from platformctl.signing.rules import rules_of
from platformctl.state import protected_resources
from platformctl.target import Target, open_target


def preview(
    environment: Environment = "staging",
    as_json: AsJson = False,
    live: Live = False,
    official_providers: OfficialProviders = False,
) -> None:
    """Show what an update would change, with the verdict of every policy; nothing is changed.

    With --live also what the cloud has changed since the last update, told apart from the change.

    Example: platformctl preview prod --json
    """
    started = time.monotonic()
    with opened(
        environment, as_json=as_json, started=started, live=live, official_providers=official_providers
    ) as target:
        if live:
            raise typer.Exit(preview_live(target, as_json))
        raise typer.Exit(conclude(target, preview_run(target), as_json, started, operations="planned"))


def up(
    environment: Environment,
    yes: Yes = False,
    as_json: AsJson = False,
    live: Live = False,
    official_providers: OfficialProviders = False,
    no_checkpoints: NoCheckpoints = False,
    plan: Annotated[
        Path | None, typer.Option("--plan", metavar="FILE", help="Apply this reviewed plan, and nothing else.")
    ] = None,
    reason: Reason = "",
    pass_lock: PassLock = "",
    override: Override = "",
    approver: Approver = "",
    wait_for_lock: WaitForLock = 0.0,
    lane: Lane = "standard",
    override_budget: OverrideBudget = "",
    prometheus: Prometheus = "",
) -> None:
    """Preview, judge, ask, then deploy. Without --live this deploys to the sandbox, which is started if need be.

    With --plan exit code 1 when anything that the plan was bound to is no longer so.

    Examples: platformctl up staging --yes, platformctl up prod --live --plan prod.plan.json
    """
    document_needs_no_answer(as_json, yes)
    only_in_the_sandbox(no_checkpoints, live)
    started = time.monotonic()
    asked = Asked(pass_lock, override, approver, wait_for_lock)
    wished = wish(lane, reason, override_budget, prometheus)
    if plan is not None and (lane != "standard" or override_budget):
        raise CommandError("--lane and --override-budget are of the plan, and bound in it: plan again with them")
    with (
        opened(
            environment, as_json=as_json, started=started, live=live, keep=True, official_providers=official_providers
        ) as target,
        locked(target, About("up", reason), asked) as (lease, about),
    ):
        if plan is not None:
            raise typer.Exit(
                update_by_plan(target, plan, about, prometheus=prometheus, yes=yes, as_json=as_json, started=started)
            )
        _no_plan_needed(target)
        for line in recover(target, lease.check):
            show.err.print(line)
        files = checkout.told(target.project.root)
        planned = preview_run(target)
        if not as_json or planned.exit is not Exit.FINE:
            code = conclude(target, planned, as_json, started, operations="planned")
            if code is not Exit.FINE:
                raise typer.Exit(code)
        budgets = judged(target, wished)
        if not as_json:
            show_budgets(budgets)
        demand_budget(target, budgets)
        confirm(f"Deploy this to {target.name} in {target.place}?", yes)
        target = engine.without_checkpoints(target) if no_checkpoints else target
        raise typer.Exit(
            update(target, spending(replace(about, files=files), budgets), as_json=as_json, started=started)
        )


def destroy(
    environment: Environment,
    yes: Yes = False,
    as_json: AsJson = False,
    live: Live = False,
    no_checkpoints: NoCheckpoints = False,
    reason: Reason = "",
    pass_lock: PassLock = "",
    override: Override = "",
    approver: Approver = "",
    wait_for_lock: WaitForLock = 0.0,
) -> None:
    """Delete everything in the environment. Refused while any of its resources is protected.

    Example: platformctl destroy sandbox --yes
    """
    document_needs_no_answer(as_json, yes)
    only_in_the_sandbox(no_checkpoints, live)
    started = time.monotonic()
    project, stack = Project.choose(environment)
    about, asked = About("destroy", reason), Asked(pass_lock, override, approver, wait_for_lock)
    with open_target(project, stack, live=live) as target, locked(target, about, asked) as (_, about):
        _nothing_is_protected(target)
        confirm(f"Delete everything in {target.name} in {target.place}?", yes)
        target = engine.without_checkpoints(target) if no_checkpoints else target
        about = replace(about, files=checkout.told(project.root))
        with recording(target, about) as change, progress(f"destroying {target.name}") as step:
            follow = change.follow(step.on_event)
            outcome = engine.run(target, "destroy", "--yes", "--skip-preview", policies=False, on_event=follow)
            run = judge(target, outcome, refuse=False)
            change.ended(run)
        raise typer.Exit(conclude(target, run, as_json, started, operations="applied"))


def _no_plan_needed(target: Target) -> None:
    if target.sandbox is None and rules_of(target).plan_required:
        name = target.name
        raise CommandError(
            f"{name} is changed by reviewed plans alone (policy.plan_required): "
            f"platformctl plan {name} --live -o {name}.plan.json, then platformctl up {name} --live --plan FILE",
            Exit.FINDINGS,
        )


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
