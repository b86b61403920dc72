"""What one change was: a document without values of resources, in its chain."""

from collections.abc import Mapping
from typing import Any

from platformctl.plans.checkout import Checkout
from platformctl.run import Run
from platformctl.signing.canonical import canonical, digest
from platformctl.signing.signature import Signer, sign

KIND, SCHEMA = "platformctl.change", 1
RECORD_PURPOSE, HEAD_PURPOSE = "platformctl.change.1", "platformctl.head.1"
OUTCOMES = ("succeeded", "failed", "interrupted", "lost")  # lost: the command ended without a word

Record = dict[str, Any]


def what_of(files: Checkout | None) -> dict[str, Any]:
    """Which code a change is of; what it did comes when it has ended."""
    if files is None:
        return {"commit": None, "tree": None, "clean": None, "counts": {}, "changes": []}
    return {"commit": files.commit, "tree": files.tree, "clean": files.clean, "counts": {}, "changes": []}


def done_by(run: Run, counted: Mapping[str, int]) -> dict[str, Any]:
    """Counts by operation, and every resource that the run touched with its operation."""
    touched = [{"urn": change.urn, "operation": change.operation} for change in run.changes]
    return {"counts": dict(counted), "changes": touched}


def verdicts_of(run: Run) -> dict[str, Any]:
    """The policies' totals, and what was left open: undecided and waived findings."""
    kept = ("rule", "urn", "property", "message")
    by_verdict = {
        verdict: [{key: one[key] for key in kept} for one in run.report["findings"] if one["verdict"] == verdict]
        for verdict in ("undecided", "waived")
    }
    return {"summary": run.report["summary"], **by_verdict}


def chained(body: Record, sequence: int, previous: str | None) -> Record:
    """The record with its place in the chain; `previous`: the digest of the one before."""
    return {**body, "kind": KIND, "schema": SCHEMA, "sequence": sequence, "previous": previous}


def sealed(record: Record, signer: Signer) -> bytes:
    """The file of a record: the record and its signature."""
    return canonical({"record": record, "signature": sign(signer, RECORD_PURPOSE, record)}) + b"\n"


def head(record: Record, signer: Signer) -> bytes:
    """The file of a signed head: how far the chain went, and the digest of its last record."""
    told = {key: record[key] for key in ("project", "stack", "sequence")}
    told["digest"] = digest(record)
    return canonical({"head": told, "signature": sign(signer, HEAD_PURPOSE, told)}) + b"\n"


def record_name(sequence: int) -> str:
    """Of the file of a record; sorts as the numbers do."""
    return f"{sequence:08d}.json"


def head_name(sequence: int) -> str:
    """Of the file of a record's head."""
    return f"{sequence:08d}.head.json"
