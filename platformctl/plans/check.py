"""Whether a plan may be applied here and now: every reason why not, by name."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from platformctl.budgets.gate import APPROVAL
from platformctl.errors import Exit
from platformctl.plans import approvals
from platformctl.plans.binding import ITEMS, Bound, Mismatch, mismatches
from platformctl.plans.bundle import BadSignature, Bundle
from platformctl.signing.signature import Trust
from platformctl.target import Target

_AGAIN = "plan again and have it reviewed"
BEFORE_PREVIEW = tuple(item for item in ITEMS if item != "providers")


@dataclass(frozen=True)
class Trusted:
    """Whose signatures count: `machines` on plans, `people` on approvals."""

    machines: Trust
    people: Trust


def authenticity(bundle: Bundle, trust: Trusted) -> list[Mismatch]:
    """Signatures that do not hold; with any, nothing that the plan says can be relied on."""
    found = []
    try:
        bundle.signer(trust.machines)
    except BadSignature as problem:
        found.append(_problem("signature", "signature of the plan", "one of a trusted key", str(problem), _AGAIN))
    try:
        approvals.given(bundle, trust.people)
    except BadSignature as problem:
        remedy = "have it approved anew, by a person in policy.approvers"
        found.append(_problem("approval", "approvals", "signed by trusted people", str(problem), remedy))
    return found


def validity(bundle: Bundle, target: Target, told: list[dict[str, Any]], now: datetime) -> Iterator[Mismatch]:
    """Why a plan that is authentic is not to be applied to this target at this time of the store's clock."""
    plan = bundle.plan
    for item, here in (("environment", target.name), ("place", target.place)):
        if plan[item] != here:
            yield _problem(
                item, item, plan[item], here, "name the environment that was planned, with or without --live"
            )
    if now >= bundle.expires_at:
        yield _problem("expiry", "end of the plan", plan["expires_at"], f"{now.isoformat()} now", _AGAIN)
    if plan["verdict"]["exit"] != Exit.FINE or plan["update_plan"] is None:
        found = f"exit code {plan['verdict']['exit']} at the preview"
        yield _problem("verdict", "verdict", "nothing that blocks", found, f"mend what blocks, then {_AGAIN}")
    if not plan["clean"] and target.sandbox is None:
        found = f"{len(plan['changed_files'])} files that are not in the commit"
        yield _problem("clean", "checkout", "a commit without changes", found, f"commit them, then {_AGAIN}")
    yield from _approvals(bundle, target, told)


def bindings(bundle: Bundle, found: Bound) -> list[Mismatch]:
    """What the plan is bound to and is no longer so; the providers only where they were told."""
    items = tuple(ITEMS) if "providers" in found else BEFORE_PREVIEW
    return mismatches(bundle.plan["bound"], found, items)


def _approvals(bundle: Bundle, target: Target, told: list[dict[str, Any]]) -> Iterator[Mismatch]:
    for one in approvals.missing(bundle, told):
        what = f"approval to {one['operation']} {one['urn'].rpartition('::')[2]}, which {one['why']}"
        remedy = f"`platformctl approve FILE --urn '{one['urn']}' --reason ...` by a person who may"
        yield _problem("approval", what, "one by name", "none", remedy)
    if target.sandbox is None:
        yield from _spending(bundle, told)
        for name in approvals.own(bundle, told):
            yield _problem("approval", "approval", "another person's than the planner's", name, "ask another person")
        for given in told:
            if given["by"]["name"] != given["signed_by"]:
                found = f"{given['by']['name']} with the key of {given['signed_by']}"
                yield _problem("approval", "approval", "signed by who gives it", found, "approve with your own key")


def _spending(bundle: Bundle, told: list[dict[str, Any]]) -> Iterator[Mismatch]:
    """A low error budget is spent with the yes of those who are called when it is gone, not of any approver."""
    who = [one["signed_by"] for one in told if APPROVAL in one["urns"]]
    approvers = bundle.plan["budgets"]["approvers"]
    if who and not set(who) & set(approvers):
        remedy = "have it approved by one of them; `platformctl approve --help`"
        yield _problem("approval", f"approval of {APPROVAL}", f"of {', '.join(approvers)}", ", ".join(who), remedy)


def _problem(item: str, what: str, expected: str, found: str, remedy: str) -> Mismatch:
    return Mismatch(item, what, expected, found, remedy)
