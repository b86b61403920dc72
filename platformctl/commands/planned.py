"""up --plan: what was reviewed, and nothing else."""

import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from platformctl import show
from platformctl.budgets.gate import again, worse
from platformctl.commands.asking import confirm
from platformctl.commands.concluding import conclude
from platformctl.commands.spending import spending
from platformctl.commands.updating import update
from platformctl.errors import CommandError, Exit
from platformctl.plans import approvals, check, checkout, versions
from platformctl.plans.binding import Mismatch, collect, state_of
from platformctl.plans.bundle import Bundle, read
from platformctl.plans.make import previewed
from platformctl.plans.moves import Move, beyond, moves, planned
from platformctl.plans.show import show_bundle, show_mismatches, show_moves
from platformctl.plans.who import store_time
from platformctl.records.recording import About
from platformctl.run import Run
from platformctl.signing.trust import machine_trust, people_trust
from platformctl.target import Target


def update_by_plan(
    target: Target, file: Path, about: About, *, prometheus: str = "", yes: bool, as_json: bool, started: float
) -> Exit:
    """Applies the plan in `file`, or says by name why not, and what would be changed now that was not reviewed."""
    bundle = read(file)
    _authentic(target, bundle, as_json, started)
    told = approvals.given(bundle, people_trust(target))
    files = checkout.read(target.project.root, [file])
    found = collect(target, files)
    wrong = [*check.validity(bundle, target, told, store_time(target)), *check.bindings(bundle, found)]
    budgets = again(target, bundle.plan["budgets"], prometheus)
    wrong += worse(bundle.plan["budgets"], budgets)
    run, plan = previewed(target)
    if not wrong:  # what only a preview tells
        found["providers"] = versions.providers(run.outcome.events)
        wrong = [*check.bindings(bundle, {**found, "state": state_of(target)})]
    reviewed = planned(bundle.plan["update_plan"] or {})
    moved = moves(reviewed, planned(plan)) if plan is not None else None
    if wrong or moved or moved is None or run.exit is not Exit.FINE:
        return _refused(target, bundle, wrong, moved, run, as_json, started)
    if not as_json:
        show_bundle(bundle, str(file))
        show.show_changes(run.changes, bundle.plan["run"]["counts"])
    confirm(f"Deploy this plan to {target.name} in {target.place}?", yes)
    about = replace(about, files=files, plan=_told(bundle, target, told), reason=about.reason or bundle.plan["reason"])
    about = spending(about, budgets)
    with tempfile.TemporaryDirectory(prefix="platformctl-") as folder:
        kept = Path(folder, "plan.json")
        kept.write_text(json.dumps(bundle.plan["update_plan"]))
        arguments = (f"--plan={kept}",)
        return update(target, about, as_json=as_json, started=started, arguments=arguments, plan=reviewed)


def reviewed_rest(target: Target, file: Path, rest: dict[str, Any] | None, about: About) -> About:
    """What of a plan is left after an update by it that did not end; CommandError for anything that is not of it.

    The state has moved since, and is the only thing that may have: the rest is held to the plan by its content.
    """
    bundle = read(file)
    _authentic(target, bundle, False, 0.0)
    told = approvals.given(bundle, people_trust(target))
    files = checkout.read(target.project.root, [file])
    found = {**collect(target, files), "state": bundle.plan["bound"]["state"]}
    wrong = [*check.validity(bundle, target, told, store_time(target)), *check.bindings(bundle, found)]
    moved = beyond(planned(bundle.plan["update_plan"] or {}), planned(rest or {}))
    if wrong or moved:
        show_mismatches(wrong)
        show_moves(moved)
        raise CommandError("nothing was changed: what is left is not of this plan; plan again", Exit.FINDINGS)
    return replace(about, files=files, plan=_told(bundle, target, told), reason=about.reason or bundle.plan["reason"])


def _authentic(target: Target, bundle: Bundle, as_json: bool, started: float) -> None:
    trust = check.Trusted(machine_trust(target), people_trust(target))
    found = check.authenticity(bundle, trust)
    if not found:
        return
    if as_json:
        _show_document(target, bundle, found, None, None, started)
    else:
        show_mismatches(found)
    raise CommandError("nothing was changed: the plan is not what somebody signed", Exit.FINDINGS)


def _refused(
    target: Target,
    bundle: Bundle,
    wrong: Sequence[Mismatch],
    moved: Sequence[Move] | None,
    run: Run,
    as_json: bool,
    started: float,
) -> Exit:
    if as_json:
        _show_document(target, bundle, wrong, moved, run, started)
        return Exit.FINDINGS
    show_mismatches(wrong)
    if moved is None or run.exit is not Exit.FINE:
        show.out.print("[bold]What would be changed now is not allowed, or cannot be told:[/]")
        conclude(target, run, as_json, started, operations="planned")
    if moved is not None:
        show_moves(moved)
    named = ", ".join(dict.fromkeys(one.what for one in wrong))
    because = f"these are not as they were reviewed: {named}" if wrong else "the preview is not what was reviewed"
    show.out.print(f"{target.name} in {target.place}: nothing was changed: {because}")
    return Exit.FINDINGS


def _show_document(
    target: Target,
    bundle: Bundle,
    wrong: Sequence[Mismatch],
    moved: Sequence[Move] | None,
    run: Run | None,
    started: float,
) -> None:
    """The JSON form of a refusal; `moves` null: what would be changed now cannot be told."""
    document: dict[str, Any] = {
        "schema": 1,
        "environment": target.name,
        "place": target.place,
        "operations": "refused",
        "plan": bundle.digest,
        "mismatches": [one.as_dict() for one in wrong],
        "moves": None if moved is None else [one.as_dict() for one in moved],
        "run": run.as_dict() if run else None,
        "seconds": round(time.monotonic() - started, 1),
    }
    show.show_json(document)


def _told(bundle: Bundle, target: Target, told: Sequence[dict[str, Any]]) -> dict[str, Any]:
    kept = ("by", "urns", "reason", "at", "signed_by")
    return {
        "digest": bundle.digest,
        "planned_by": bundle.plan["planned_by"],
        "budgets": bundle.plan["budgets"],
        "signed_by": bundle.signer(machine_trust(target)),
        "approvals": [{key: one[key] for key in kept} for one in told],
    }
