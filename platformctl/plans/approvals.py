"""Which changes of a plan need a person's yes by name, and whether they have it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from platformctl.changes import DESTRUCTIVE, Change, Sides
from platformctl.errors import CommandError
from platformctl.plans.bundle import Bundle
from platformctl.signing.signature import BadSignature, Signer, Trust, sign, verified

PURPOSE = "platformctl.approval.1"
_LEAST_REASON = 10  # characters: what is shorter tells a later reader nothing


def needed(
    changes: Iterable[Change], sides: Mapping[str, Sides], more: dict[str, str] | None = None
) -> list[dict[str, str]]:
    """The deletions and replacements of what holds data or is protected: URN, operation and why; and one `more`."""
    found = [more] if more else []
    for change in changes:
        before, after = sides.get(change.urn, ({}, {}))
        why = [
            word
            for word, holds in (
                ("holds data", change.stateful),
                ("is protected", before.get("protect") or after.get("protect")),
            )
            if holds
        ]
        if change.operation in DESTRUCTIVE and why:
            found.append({"urn": change.urn, "operation": change.operation, "why": " and ".join(why)})
    return sorted(found, key=lambda one: one["urn"])


def approve(
    bundle: Bundle, urns: Iterable[str], reason: str, by: Mapping[str, str], now: datetime, signer: Signer
) -> dict[str, Any]:
    """The signed approval; CommandError for a resource that needs none, and for a reason that is none."""
    wanted, waiting = sorted(set(urns)), [one["urn"] for one in bundle.plan["needs_approval"]]
    listed = "\n".join(f"  {urn}" for urn in waiting) or "  none"
    for urn in wanted:
        if urn not in waiting:
            raise CommandError(f"--urn {urn}: needs no approval in this plan. Those that do:\n{listed}")
    if len(reason.strip()) < _LEAST_REASON:
        raise CommandError(f"--reason {reason!r}: at least {_LEAST_REASON} characters that tell a later reader why")
    told = {"plan": bundle.digest, "urns": wanted, "reason": reason.strip(), "by": dict(by), "at": now.isoformat()}
    return {"approval": told, "signature": sign(signer, PURPOSE, told)}


def given(bundle: Bundle, trust: Trust) -> list[dict[str, Any]]:
    """The approvals, each with `signed_by`; BadSignature for one that is not of this plan or not of a trusted key."""
    found = []
    for number, one in enumerate(bundle.approvals, start=1):
        told = one.get("approval")
        if one.keys() != {"approval", "signature"} or not isinstance(told, dict):
            raise BadSignature(f"approval {number} is not one")
        try:
            whose = verified(PURPOSE, told, one["signature"], trust)
        except BadSignature as problem:
            raise BadSignature(f"approval {number} does not count: {problem}") from None
        if told.get("plan") != bundle.digest:
            raise BadSignature(f"approval {number} does not count: it is of another plan")
        found.append({**told, "signed_by": whose})
    return found


def missing(bundle: Bundle, told: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Those of the changes that nobody approved."""
    covered = {urn for one in told for urn in one["urns"]}
    waiting: list[dict[str, str]] = bundle.plan["needs_approval"]
    return [one for one in waiting if one["urn"] not in covered]


def own(bundle: Bundle, told: Iterable[Mapping[str, Any]]) -> list[str]:
    """Who approved a plan of their own."""
    planner = bundle.plan["planned_by"]["name"]
    return sorted({one["by"]["name"] for one in told if planner in (one["by"]["name"], one["signed_by"])})
