"""The result of a verification as a document that can itself be kept as evidence."""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from platformctl.audit.hours import text_of
from platformctl.audit.verify import Request, Result


def document(result: Result, request: Request, environment: str, place: str) -> dict[str, Any]:
    """The report, with the SHA-256 of everything else in it; see docs/audit-verification.md."""
    regions = [r.as_dict(len(r.logs) - result.bad_logs.get(r.region, 0)) for r in result.regions]
    content = {
        "schema": 1,
        "environment": environment,
        "account": request.account,
        "trail": result.trail,
        "evidence": place,
        "from": text_of(request.span.start),
        "to": text_of(request.span.end),
        "checked_at": text_of(request.now),
        "regions": regions,
        "findings": [finding.as_dict() for finding in result.findings],
        "summary": {
            "digests_expected": sum(region["digests"]["expected"] for region in regions),
            "digests_found": sum(region["digests"]["found"] for region in regions),
            "digests_valid": sum(region["digests"]["valid"] for region in regions),
            "digests_backfill": sum(region["digests"]["backfill"] for region in regions),
            "log_files_named": sum(region["log_files"]["named"] for region in regions),
            "log_files_valid": sum(region["log_files"]["valid"] for region in regions),
            "findings": len(result.findings),
        },
    }
    return {**content, "sha256": seal(content)}


def seal(report: Mapping[str, Any]) -> str:
    """The SHA-256 of a report without its own: keys sorted, no spaces, UTF-8, as `jq -cS 'del(.sha256)'` prints it."""
    content = {key: value for key, value in report.items() if key != "sha256"}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def write(report: Mapping[str, Any], file: Path) -> None:
    """Puts the report in place as a whole or not at all; OSError when it cannot."""
    new = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with new.open("x", encoding="utf-8") as sink:
            sink.write(json.dumps(report, indent=2, ensure_ascii=False) + "\n")
            sink.flush()
            os.fsync(sink.fileno())
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)
