"""SARIF 2.1.0, which code scanning reads: a result for each finding, at the file and line that asked for it.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from platformctl.formats import Judgement
from platformctl.formats.places import artifact, location
from platformctl.formats.rows import justification
from platformctl.formats.sarif_rules import LEVEL, descriptors
from policies.report import Verdict

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_PLACEHOLDER = re.compile(r"\{(\d+)\}")  # 3.11.5: an argument's place
_LINK = re.compile(r"\[(?=[^\]]*\]\()")  # 3.11.6: a link's beginning


def render(judgement: Judgement) -> str:
    """One run. A failure has `kind` fail; an undecided evaluation `review`, for which the standard demands the level
    `none` (3.27.10); a waived failure is one that is suppressed, with the reason.
    """
    report = judgement.report
    rules = descriptors(judgement)
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    run = {
        "tool": {"driver": {"name": "platformctl", "rules": rules}},
        "automationDetails": {"id": f"platformctl/{judgement.subject}/"},
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the repository."}}},
        "invocations": [_invocation(judgement)],
        "results": list(_results(judgement, index)),
        "properties": {
            key: report[key]
            for key in ("resources", "evaluations", "undecided_evaluations", "undecided_percent", "summary")
        },
    }
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _results(judgement: Judgement, index: Mapping[str, int]) -> Iterable[dict[str, Any]]:
    seen: Counter[str] = Counter()
    for finding in judgement.report["findings"]:
        hashed = _hash(finding)
        seen[hashed] += 1
        yield _result(finding, index[finding["rule"]], f"{hashed}:{seen[hashed]}", judgement)


def _result(finding: Mapping[str, Any], rule: int, fingerprint: str, judgement: Judgement) -> dict[str, Any]:
    undecided = finding["verdict"] == Verdict.UNDECIDED
    result: dict[str, Any] = {
        "ruleId": finding["rule"],
        "ruleIndex": rule,
        "kind": "review" if undecided else "fail",
        "level": "none" if undecided else LEVEL[finding["severity"]],
        "message": {"text": _message(finding["message"])},
        "locations": [location(finding, judgement)],
        # Of many resources that one line makes, code scanning would take all for the same without the first of these.
        "partialFingerprints": {"primaryLocationLineHash": fingerprint, "ruleAndResource/v1": fingerprint},
        "properties": {
            key: finding[key] for key in ("verdict", "severity", "urn", "type", "property", "remedy", "controls")
        },
    }
    if finding["verdict"] == Verdict.WAIVED:
        suppression = {"kind": "external", "status": "accepted", "justification": justification(finding)}
        result["suppressions"] = [suppression]
    if edges := finding.get("edges"):
        result["properties"]["edges"] = edges
    return result


def _hash(finding: Mapping[str, Any]) -> str:
    """What the finding is about, whatever line it stands in and however it is worded."""
    place = finding["urn"] or finding["source"].rpartition(":")[0]
    parts = (finding["rule"], place, finding["property"] or "")
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _message(text: str) -> str:
    """Text that is read as it stands: no argument's place, no link. A message must not be empty."""
    return _LINK.sub(r"\\[", _PLACEHOLDER.sub(r"{{\1}}", text)) or "-"


def _invocation(judgement: Judgement) -> dict[str, Any]:
    errors = judgement.report.get("errors", ())
    uncovered = judgement.report.get("uncovered", ())
    invocation: dict[str, Any] = {"executionSuccessful": not errors}
    if errors:
        invocation["toolExecutionNotifications"] = [_unread(error, judgement) for error in errors]
    if uncovered:
        texts = (f"no rule covers {entry['type']}: {entry['count']} resources" for entry in uncovered)
        notes = [{"level": "note", "message": {"text": _message(text)}} for text in texts]
        invocation["toolConfigurationNotifications"] = notes
    return invocation


def _unread(error: Mapping[str, Any], judgement: Judgement) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": artifact(error["file"], judgement)}
    if error["line"]:
        place["region"] = {"startLine": error["line"]}
    return {
        "level": "error",
        "message": {"text": _message(error["message"])},
        "locations": [{"physicalLocation": place}],
    }
