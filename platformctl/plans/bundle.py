"""The file that is reviewed: one JSON document in canonical form, signed, with the approvals that were added to it."""

import json
import os
import tempfile
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from platformctl.errors import CommandError, Exit
from platformctl.signing.canonical import canonical, digest
from platformctl.signing.signature import BadSignature, Signer, Trust, sign, verified

KIND, SCHEMA, PURPOSE = "platformctl.plan", 1, "platformctl.plan.1"
_FIELDS = frozenset(("kind", "schema", "plan", "signature", "approvals"))
_PLAN_FIELDS = frozenset(
    (
        *("environment", "project", "stack", "place", "planned_at", "expires_at", "planned_by", "reason"),
        *("bound", "clean", "changed_files", "update_plan", "run", "verdict", "needs_approval", "budgets"),
    )
)


@dataclass(frozen=True)
class Bundle:
    """`plan` is what the signature covers; each approval is signed by itself and names the plan by its digest."""

    plan: dict[str, Any]
    signature: Any
    approvals: tuple[dict[str, Any], ...] = field(default=())

    @property
    def digest(self) -> str:
        """Of the plan, without signature and approvals: it stays the same when approvals are added."""
        return digest(self.plan)

    @property
    def expires_at(self) -> datetime:
        """The plan's own end."""
        return datetime.fromisoformat(self.plan["expires_at"])

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "kind": KIND,
            "schema": SCHEMA,
            "plan": self.plan,
            "signature": self.signature,
            "approvals": list(self.approvals),
        }

    def signer(self, trust: Trust) -> str:
        """Whose signature is on the plan; BadSignature when none of `trust` is."""
        return verified(PURPOSE, self.plan, self.signature, trust)


def signed(plan: dict[str, Any], signer: Signer) -> Bundle:
    """The bundle of a plan, without approvals."""
    return Bundle(plan, sign(signer, PURPOSE, plan))


def approved(bundle: Bundle, approval: dict[str, Any]) -> Bundle:
    """The bundle with one approval more."""
    return replace(bundle, approvals=(*bundle.approvals, approval))


def write(bundle: Bundle, file: Path) -> None:
    """Whole or not at all; CommandError when it cannot be written."""
    content = canonical(bundle.as_dict()) + b"\n"
    try:
        descriptor, new = tempfile.mkstemp(dir=file.resolve().parent, prefix=".plan-")
    except OSError as error:
        raise CommandError(f"{file} cannot be written: {error.strerror}") from None
    try:
        with os.fdopen(descriptor, "wb") as sink:
            sink.write(content)
        Path(new).replace(file)
    except OSError as error:
        Path(new).unlink(missing_ok=True)
        raise CommandError(f"{file} cannot be written: {error.strerror}") from None


def read(file: Path) -> Bundle:
    """The bundle in a file; CommandError for what is none, and for one of which a byte is not as it was written."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}") from None
    try:
        form = json.loads(content)
    except (ValueError, RecursionError):
        raise CommandError(f"{file} is no plan: it is not JSON; `platformctl plan ENV -o FILE` makes one") from None
    _is_one(file, form)
    try:
        intact = canonical(form) + b"\n" == content
    except ValueError:
        intact = False
    if not intact:
        raise CommandError(
            f"{file} was changed after it was written: it is not in the form that `platformctl plan` writes. "
            "Fetch it again, or plan again",
            Exit.FINDINGS,
        )
    return Bundle(form["plan"], form["signature"], tuple(form["approvals"]))


def _is_one(file: Path, form: Any) -> None:
    if not isinstance(form, dict) or form.get("kind") != KIND:
        raise CommandError(f"{file} is no plan: its kind is not {KIND!r}; `platformctl plan ENV -o FILE` makes one")
    if form.get("schema") != SCHEMA:
        raise CommandError(f"{file} has schema {form.get('schema')!r}, this platformctl reads {SCHEMA}: plan again")
    plan, approvals = form.get("plan"), form.get("approvals")
    whole = form.keys() == _FIELDS and isinstance(plan, dict) and plan.keys() == _PLAN_FIELDS
    if not whole or not isinstance(approvals, list) or not all(isinstance(one, dict) for one in approvals):
        raise CommandError(f"{file} is no whole plan: fields are missing or unknown; plan again", Exit.FINDINGS)


__all__ = ["BadSignature", "Bundle", "approved", "read", "signed", "write"]
