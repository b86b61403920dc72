"""The issue about what differs between an environment and its state, from a report of `platformctl drift --json`."""

from collections.abc import Mapping, Sequence
from typing import Any

from platformctl.drift import DriftClass
from platformctl.errors import CommandError
from platformctl.formats.markdown_text import code, plain
from platformctl.show import value_text

LABEL = "drift"
SCHEMA = 1  # of the report
_SHOWN = 200  # differences; more are counted, and are in the run's report
_MEANING = {
    DriftClass.SECURITY: "access, encryption or evidence: act now",
    DriftClass.OURS: "a setting: deploy the program, or bring the change into it",
    DriftClass.HARMLESS: "labels",
}
_ORDER = list(DriftClass)


def checked(report: Any) -> dict[str, Any]:
    """The report, if it is one; CommandError that says what is wrong with it."""
    if not isinstance(report, dict) or report.get("schema") != SCHEMA:
        raise CommandError(f"not a report of `platformctl drift ENV --json`: schema must be {SCHEMA}")
    if not isinstance(report.get("environment"), str) or not isinstance(report.get("differences"), list):
        raise CommandError("not a report of `platformctl drift ENV --json`: environment or differences are missing")
    if unknown := {str(one.get("class")) for one in report["differences"]} - set(_ORDER):
        raise CommandError(f"the report has an unknown class {unknown.pop()!r}; known: {', '.join(_ORDER)}")
    return report


def marker(environment: str) -> str:
    """The first line of the environment's issue."""
    return f"<!-- platformctl:drift:{environment} -->"


def title(report: Mapping[str, Any]) -> str:
    """One line: how much, and whether it is urgent."""
    number, kind = len(report["differences"]), "Security drift" if is_security(report) else "Drift"
    return f"{kind} in {report['environment']}: {number} difference{'s' if number != 1 else ''}"


def is_security(report: Mapping[str, Any]) -> bool:
    """Whether anything of it is access, encryption or evidence."""
    return any(one["class"] == DriftClass.SECURITY for one in report["differences"])


def urgent_text(report: Mapping[str, Any]) -> str:
    """What is urgent, a line for each property: without values, for it goes to a pager."""
    urgent = [one for one in report["differences"] if one["class"] == DriftClass.SECURITY]
    return "\n".join(sorted(f"{one['name']} {one['property'] or 'is gone'}" for one in urgent))


def fresh(report: Mapping[str, Any], known: str) -> bool:
    """Whether anything urgent is not in the issue yet, whose text is `known`."""
    urgent = [one for one in report["differences"] if one["class"] == DriftClass.SECURITY]
    return any(_row(one) not in known for one in urgent)


def labels(report: Mapping[str, Any]) -> list[str]:
    """Those of the issue, the one it is found by first."""
    return [LABEL, *(["security"] if is_security(report) else [])]


def body(report: Mapping[str, Any], page: str, owners: Sequence[str]) -> str:
    """The whole issue: what differs, worst first, and what to do. `owners` are told of a security class."""
    differences = sorted(
        report["differences"], key=lambda one: (_ORDER.index(one["class"]), one["urn"], one["property"])
    )
    environment = report["environment"]
    lines = [marker(environment), f"{plain(environment)} is not as its state says; nothing was written.", ""]
    if is_security(report):
        lines += [f"**Access, encryption or evidence was changed.** {' '.join(owners)}", ""]
    lines += [
        f"- {kind}: {_count(differences, kind)} ({_MEANING[kind]})" for kind in _ORDER if _count(differences, kind)
    ]
    lines += ["", "| class | resource | property | state | cloud |", "|---|---|---|---|---|"]
    lines += [_row(one) for one in differences[:_SHOWN]]
    if len(differences) > _SHOWN:
        lines.append(f"\n{len(differences) - _SHOWN} more are in the run's report.")
    lines += _authors(differences)
    lines += [
        "",
        'What else they did: the saved query "who did what" of the audit\'s workgroup. To take it back: `platformctl'
        f" up {environment}` from the pipeline. To keep it: a pull request that makes the program say the same.",
    ]
    return "\n".join([*lines, *([f"\nFound by [this run]({page})."] if page else [])]) + "\n"


def _authors(differences: Sequence[Mapping[str, Any]]) -> list[str]:
    """The calls that CloudTrail has of the urgent ones; of an older report, and where it has none yet, nothing."""
    made = {one["urn"]: (one["name"], one["made_by"]) for one in differences if one.get("made_by")}
    calls = [
        f"- {code(name)}: {code(call['who'])} by {code(call['what'])} at {plain(call['at'])}"
        for name, found in made.values()
        for call in found
    ]
    return ["", "Made by, newest first:", "", *calls] if calls else []


def _count(differences: Sequence[Mapping[str, Any]], kind: DriftClass) -> int:
    return sum(one["class"] == kind for one in differences)


def _row(one: Mapping[str, Any]) -> str:
    """A row; a resource that is gone has no property."""
    if not one["property"]:
        return f"| {one['class']} | {code(one['name'])} {plain(one['type'])} | the resource is gone | | |"
    values = " | ".join(plain(value_text(one[side])) for side in ("state", "cloud"))
    return f"| {one['class']} | {code(one['name'])} {plain(one['type'])} | {code(one['property'])} | {values} |"
