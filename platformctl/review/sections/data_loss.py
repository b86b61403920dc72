"""What holds data and is replaced or deleted."""

from collections.abc import Iterator

from platformctl.changes import DESTRUCTIVE, Change
from platformctl.review.compared import Compared, text
from platformctl.review.model import Item

_WORDS = {"delete": "is deleted with all that it holds", "replace": "is replaced: what it holds goes with the old one"}
_KEPT = "the state says retain_on_delete: the stack lets go of it, and it stays in the account"


def data_loss(compared: Compared) -> Iterator[Item]:
    """One item for each, with what forces it, and whether the engine keeps it in the account."""
    refused = {refusal.urn: refusal for refusal in compared.comparison.run.refusals}
    kept = _retained(compared)
    for change in compared.changes.values():
        if not change.stateful or change.operation not in DESTRUCTIVE:
            continue
        details = [_KEPT] if change.urn in kept else []
        details += _forced(change)
        if refusal := refused.get(change.urn):
            details += [f"refused: {reason}" for reason in refusal.reasons] + [f"remedy: {refusal.remedy}"]
        summary = "leaves the stack" if change.urn in kept else _WORDS[change.operation]
        yield compared.item(change.urn, summary, *details)


def _forced(change: Change) -> list[str]:
    return [
        f"forced by {changed.path}: {text(changed.before)} → {text(changed.after)}"
        for changed in change.properties
        if changed.replaces
    ]


def _retained(compared: Compared) -> set[str]:
    """What the state says to keep; the engine does not read it from the program (pulumi/pulumi#13428)."""
    found = set()
    for event in compared.comparison.run.outcome.events:
        step = event.get("resourcePreEvent", {}).get("metadata") or {}
        if (step.get("old") or {}).get("retainOnDelete"):
            found.add(step["urn"])
    return found
