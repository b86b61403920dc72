"""resume: after an update that did not end, what was done, what is left, and what exists that no state knows."""

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from platformctl import ownership, show
from platformctl.changes import sides
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
from platformctl.ownership import Untracked
from platformctl.plans import checkout
from platformctl.plans.make import previewed
from platformctl.records import reading
from platformctl.records.places import beside_state
from platformctl.records.recording import About
from platformctl.records.writer import hand_over
from platformctl.recovery import Left, adopt, import_line, left_behind, lift_dead_locks, mend
from platformctl.run import Run
from platformctl.signing.rules import rules_of
from platformctl.state import Resource
from platformctl.target import Target


@dataclass(frozen=True)
class Standing:
    """How things stand after an update that did not end. `exists`: what its creations made, with import ids."""

    last: dict[str, Any] | None  # the change record of it
    left: Left
    exists: list[tuple[Resource, str]]
    unclaimed: list[Untracked]
    run: Run  # what is still to be done
    plan: dict[str, Any] | None

    def as_dict(self) -> dict[str, Any]:
        """The JSON form: done, pending, untracked, unclaimed, and the changes that remain."""
        steps = self.last["engine"]["steps"] if self.last else []
        return {
            "last": {key: self.last[key] for key in ("sequence", "command", "outcome")} if self.last else None,
            "done": [one for one in steps if one["outcome"] == "done"],
            "unfinished": [one for one in steps if one["outcome"] != "done"],
            "pending": [{"type": one["type"], "urn": one["resource"]["urn"]} for one in self.left.pending],
            "untracked": [
                {"urn": resource["urn"], "id": id_, "command": import_line(resource, id_)}
                for resource, id_ in self.exists
            ],
            "unclaimed": [one.as_dict() for one in self.unclaimed],
            "remaining": [{"urn": one.urn, "operation": one.operation} for one in self.run.changes],
        }


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
        found = _standing(target)
        if not as_json:
            _show(found)
        raise typer.Exit(_finish(target, found, plan, about, lease, yes, as_json, started))


def _standing(target: Target) -> Standing:
    records = reading.records(reading.files(beside_state(target)))
    last = records[-1] if records and records[-1]["outcome"] != "succeeded" else None
    left = left_behind(target)
    run, plan = previewed(target)
    known = {resource["urn"] for resource, _ in left.found}
    more = ownership.claimed(target, run.changes, sides(run.outcome.events), left.state["resources"])
    exists = [*left.found, *((resource, id_) for resource, id_ in more if resource["urn"] not in known)]
    unclaimed = ownership.unclaimed(target, ownership.states(target), (id_ for _, id_ in exists))
    return Standing(last, left, exists, unclaimed, run, plan)


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
    _take_in(target, found, lease)
    rest, _ = previewed(target)
    if rest.exit is not Exit.FINE:
        return conclude(target, rest, as_json, started, operations="planned")
    about = about if about.files else replace(about, files=checkout.told(target.project.root))
    return update(target, about, as_json=as_json, started=started, more={"resumed": found.as_dict()})


def _take_in(target: Target, found: Standing, lease: Lease) -> None:
    """What hangs on something that no state has is left to a person: to make it again would make it twice."""
    recorded = {resource["urn"] for resource in found.left.state["resources"]}
    loose = [
        import_line(resource, id_)
        for resource, id_ in found.exists
        if not {resource.get("parent"), resource.get("provider", "").rpartition("::")[0]} <= {*recorded, None, ""}
    ]
    if loose:
        listed = "\n".join(f"  {line}" for line in loose)
        raise CommandError(
            f"these exist, and their parent or provider is in no state: import them by hand, then resume:\n{listed}",
            Exit.ENGINE,
        )
    mend(target, found.left, lease.check)
    lease.check()
    adopt(target, [one for one in found.exists if one not in found.left.found])


def _nothing(target: Target, found: Standing, as_json: bool) -> Exit:
    if as_json:
        show.show_json({"schema": 1, "environment": target.name, "place": target.place, **found.as_dict()})
    else:
        show.out.print(f"{target.name} in {target.place}: nothing is left to do")
    return Exit.FINE


def _show(found: Standing) -> None:
    told = found.as_dict()
    if last := told["last"]:
        show.out.print(f"change {last['sequence']}, {last['command']}, {last['outcome']}:")
    for title, key in (("done", "done"), ("begun or failed", "unfinished"), ("remaining", "remaining")):
        show.out.print(f"[bold]{title}[/]: {len(told[key]) or 'nothing'}")
        for one in told[key]:
            show.out.print(f"    {one['operation']} {show.escape(one['urn'])}")
    for one in told["pending"]:
        show.out.print(f"[bold]pending[/] {one['type']} {show.escape(one['urn'])}")
    for one in told["untracked"]:
        show.out.print(f"[bold yellow]exists, but not in the state[/] {show.escape(one['urn'])}: {one['id']}")
        show.out.print(f"    {show.escape(one['command'])}")
    for one in told["unclaimed"]:
        show.out.print(f"[bold yellow]exists, and nothing in the program claims it[/] {show.escape(one['arn'])}")
        if one["command"]:
            show.out.print(f"    {show.escape(one['command'])}")
