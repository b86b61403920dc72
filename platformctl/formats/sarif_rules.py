"""Rules as SARIF describes them, with their help."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from platformctl.formats import Judgement
from platformctl.formats.rows import known_rule
from policies.described import snippet

if TYPE_CHECKING:
    from policies.rule import Rule

LEVEL = {"critical": "error", "high": "error", "medium": "warning", "low": "note"}
# GitHub calls a score over 9.0 critical, from 7.0 high, from 4.0 medium, from 0.1 low; these are the middles.
# https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
_SCORE = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.0"}
_MOST_TAGS = 20  # that GitHub takes of one rule


def descriptors(judgement: Judgement) -> list[dict[str, Any]]:
    """Every rule that ran or found something, by id."""
    found = {finding["rule"]: finding for finding in reversed(judgement.report["findings"])}
    ids = {rule["id"] for rule in judgement.report["rules"]} | found.keys()
    return [_descriptor(id_, known_rule(id_), found.get(id_)) for id_ in sorted(ids)]


def _descriptor(id_: str, rule: "Rule | None", finding: Mapping[str, Any] | None) -> dict[str, Any]:
    if rule is None:
        return _unlisted(id_, finding)
    controls = [control.as_dict() for control in rule.controls]
    return _described(id_, rule.name, rule.summary, str(rule.severity), rule.remedy, controls) | {
        "help": {"text": rule.remedy, "markdown": _help(rule)},
    }


def _unlisted(id_: str, finding: Mapping[str, Any] | None) -> dict[str, Any]:
    """What is reported under no rule's name, such as a waiver that is not valid."""
    if finding is None:
        return {"id": id_}
    return _described(id_, id_, finding["remedy"], finding["severity"], finding["remedy"], finding["controls"])


def _described(
    id_: str, name: str, summary: str, severity: str, remedy: str, controls: Iterable[Mapping[str, str]]
) -> dict[str, Any]:
    tags = ["security", *dict.fromkeys(f"{c['framework']}/{c['requirement']}" for c in controls)]
    return {
        "id": id_,
        "name": name,
        "shortDescription": {"text": summary},
        "fullDescription": {"text": summary},
        "help": {"text": remedy},
        "defaultConfiguration": {"level": LEVEL[severity]},
        "properties": {"security-severity": _SCORE[severity], "precision": "very-high", "tags": tags[:_MOST_TAGS]},
    }


def _help(rule: "Rule") -> str:
    parts = [rule.summary, f"**Remedy.** {rule.remedy}"]
    if code := snippet(rule.id):
        parts.append(f"```python\n{code.strip()}\n```")
    if rule.controls:
        supports = (f"- {c.framework} {c.requirement} (source: {c.source})" for c in rule.controls)
        parts.append("Supports:\n\n" + "\n".join(supports))
    return "\n\n".join(parts)
