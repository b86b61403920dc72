"""Makes a plan: the engine's preview, judged, with all that it holds for."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from platformctl.budgets.gate import Judged, Wish, judged
from platformctl.changes import sides
from platformctl.errors import CommandError, Exit
from platformctl.plans import approvals, versions
from platformctl.plans.binding import collect, state_of
from platformctl.plans.bundle import Bundle, signed
from platformctl.plans.checkout import Checkout
from platformctl.plans.secrecy import exposed
from platformctl.plans.who import identity, person, store_time
from platformctl.previewing import preview_run
from platformctl.run import Run
from platformctl.signing.trust import signer
from platformctl.target import Target

UpdatePlan = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """What the person who plans says of the plan. `hours`: until it ends; `budget`: its lane."""

    hours: int
    reason: str
    budget: Wish = field(default_factory=Wish)


def previewed(target: Target) -> tuple[Run, UpdatePlan | None]:
    """The judged preview and the engine's update plan, which there is none of when the engine fails or is stopped."""
    with tempfile.TemporaryDirectory(prefix="platformctl-") as folder:
        file = Path(folder, "plan.json")
        run = preview_run(target, f"--save-plan={file}")
        plan: UpdatePlan | None = json.loads(file.read_text()) if file.exists() else None
    if plan:
        plan.pop("environmentVariables", None)  # older engines save the whole shell's, credentials included
    return run, plan


def make(target: Target, files: Checkout, asked: Asked) -> tuple[Bundle, Run, Judged]:
    """The signed plan of a target; CommandError when the state moved meanwhile, or a credential would be in it."""
    bound = collect(target, files)
    if pending := bound["state"]["pending"]:
        raise CommandError(
            f"an earlier update did not end: {pending} operations are under way in the state of {target.name}. "
            f"`platformctl resume {target.name}` tells what is left, and finishes it; then plan",
            Exit.ENGINE,
        )
    run, update_plan = previewed(target)
    if state_of(target) != bound["state"]:
        raise CommandError(
            "the state changed while the plan was made, because a preview takes no lock: plan again when "
            "the other update has ended",
            Exit.FINDINGS,
        )
    bound["providers"] = versions.providers(run.outcome.events)
    budgets = judged(target, asked.budget)
    now = store_time(target)
    plan = {
        "environment": target.name,
        "project": target.project.name,
        "stack": target.environment,
        "place": target.place,
        "planned_at": now.isoformat(),
        "expires_at": (now + timedelta(hours=asked.hours)).isoformat(),
        "planned_by": _planner(target),
        "reason": asked.reason or files.subject,
        "bound": bound,
        "clean": files.clean,
        "changed_files": list(files.changed),
        "update_plan": update_plan,
        "run": run.as_dict(),
        "verdict": verdict(run, budgets),
        "needs_approval": approvals.needed(run.changes, sides(run.outcome.events), budgets.approval),
        "budgets": budgets.as_dict(),
    }
    _holds_no_secret(plan)
    return signed(json.loads(json.dumps(plan)), signer(target)), run, budgets


def verdict(run: Run, budgets: Judged) -> dict[str, Any]:
    """The exit code that the preview or, where that is fine, the budgets earned; and what could not be decided yet."""
    undecided = [_brief(one) for one in run.report["findings"] if one["verdict"] == "undecided"]
    return {"exit": int(run.exit or budgets.exit), "undecided": undecided}


def _brief(finding: Mapping[str, Any]) -> dict[str, Any]:
    return {key: finding[key] for key in ("rule", "urn", "property", "message")}


def _planner(target: Target) -> dict[str, str]:
    known, arn = person(target.project.root), identity(target)
    return {**known, "identity": arn} if arn else known


def _holds_no_secret(plan: Mapping[str, Any]) -> None:
    found = sorted(set(exposed(plan)))
    if found:
        listed = "\n".join(f"  {path}: {kind}" for path, kind in found)
        raise CommandError(
            f"no plan was written, because it would hold what looks like a credential:\n{listed}\n"
            "Mark the value as secret in the program (pulumi.Output.secret), or keep it out of the inputs.",
            Exit.FINDINGS,
        )
