"""resume: after an update that did not end, what was done, what is left, and what exists that no state knows."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from platformctl import show
from platformctl.commands.asking import confirm, document_needs_no_answer
from platformctl.commands.concluding import conclude
from platformctl.commands.locking import Asked, locked
from platformctl.commands.opening import opened
from platformctl.commands.options import (
    Approver,
    AsJson,
    Environment,
    Live,
    Override,
    PassLock,
    Reason,
    WaitForLock,
    Yes,
)
from platformctl.commands.planned import reviewed_rest
from platformctl.commands.updating import update
from platformctl.errors import CommandError, Exit
from platformctl.locks import Lease
from platformctl.plans import checkout
from platformctl.plans.make import previewed
from platformctl.records.recording import About
from platformctl.records.writer import hand_over
from platformctl.recovery.interrupted import lift_dead_locks
from platformctl.recovery.standing import Standing, look, take_in, tell
from platformctl.signing.rules import rules_of
from platformctl.target import Target


def resume(
    environment: Environment,
    yes: Yes = False,
    as_json: AsJson = False,
    live: Live = False,
    plan: Annotated[
        Path | None,
        typer.Option("--plan", metavar="FILE", help="The plan that was not finished: nothing else is done."),
    ] = None,
    reason: Reason = "",
    pass_lock: PassLock = "",
    override: Override = "",
    approver: Approver = "",
    wait_for_lock: WaitForLock = 0.0,
) -> None:
    """Finish an update whose engine failed or was killed: report, take in what exists already, then do the rest.

    In a real account nothing is written without --yes. Exit code 4 when something is left that nobody agreed to.

    Example: platformctl resume staging --yes
    """
    document_needs_no_answer(as_json, yes)
    started = time.monotonic()
    asked = Asked(pass_lock, override, approver, wait_for_lock)
    with (
        opened(environment, as_json=as_json, started=started, live=live, keep=True) as target,
        locked(target, About("resume", reason), asked) as (lease, about),
    ):
        if target.sandbox is None and rules_of(target).plan_required and plan is None:
            raise CommandError(
                f"{target.name} is changed by reviewed plans alone: resume with --plan FILE", Exit.FINDINGS
            )
        for line in [*lift_dead_locks(target), *hand_over(target)]:
            show.err.print(show.escape(line))
        found = look(target)
        if not as_json:
            tell(found)
        raise typer.Exit(_finish(target, found, plan, about, lease, yes, as_json, started))


def _finish(
    target: Target,
    found: Standing,
    plan: Path | None,
    about: About,
    lease: Lease,
    yes: bool,
    as_json: bool,
    started: float,
) -> Exit:
    if found.run.exit is not Exit.FINE:
        return conclude(target, found.run, as_json, started, operations="planned")
    if plan:
        about = reviewed_rest(target, plan, found.plan, about)
    if not found.left.pending and not found.exists and not found.run.changes:
        return _nothing(target, found, as_json)
    if target.sandbox is None and not yes:
        show.out.print("nothing was changed: with --yes these are taken in, and the rest is done")
        return Exit.DRIFT
    confirm(f"Take in what exists, and do the rest in {target.name} in {target.place}?", yes)
    take_in(target, found, lease)
    rest, _ = previewed(target)
    if rest.exit is not Exit.FINE:
        return conclude(target, rest, as_json, started, operations="planned")
    about = about if about.files else replace(about, files=checkout.told(target.project.root))
    return update(target, about, as_json=as_json, started=started, more={"resumed": found.as_dict()})


def _nothing(target: Target, found: Standing, as_json: bool) -> Exit:
    if as_json:
        show.show_json({"schema": 1, "environment": target.name, "place": target.place, **found.as_dict()})
    else:
        show.out.print(f"{target.name} in {target.place}: nothing is left to do")
    return Exit.FINE
