"""JUnit's XML, which CI systems show as tests: a suite for each rule, a case for each resource that it judged.

A failure is a failed case. A waived one is skipped, with the reason. An undecided one is an error where the
environment's settings say that undecided blocks, and skipped elsewhere, so that the cases are red exactly when the
command's exit code is. A manifest that could not be read is an error.
"""

from collections.abc import Iterable
from itertools import groupby
from xml.etree import ElementTree as ET  # written, never parsed

from platformctl.formats import Judgement
from platformctl.formats.characters import shown
from platformctl.formats.rows import Row, justification, known_rule, rows
from platformctl.formats.text_form import edges
from policies.report import Verdict

_UNREADABLE = "manifests"
_COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def render(judgement: Judgement) -> str:
    """The suites by rule, the cases by URN; rules that judged nothing are empty suites."""
    root = ET.Element("testsuites", name=shown(f"policies {judgement.subject}"))
    of_rule = {rule: list(group) for rule, group in groupby(rows(judgement), key=lambda row: row.rule)}
    ran = (rule["id"] for rule in judgement.report["rules"])
    for id_ in sorted({*of_rule, *ran}):
        cases = [_case(row, judgement.undecided_blocks) for row in of_rule.get(id_, ())]
        rule = known_rule(id_)
        root.append(_suite(f"{id_} {rule.name}" if rule else id_, cases))
    if errors := judgement.report.get("errors"):
        root.append(_suite(_UNREADABLE, [_unread(error) for error in errors]))
    _count(root)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(name: str, cases: Iterable[ET.Element]) -> ET.Element:
    suite = ET.Element("testsuite", name=shown(name))
    suite.extend(cases)
    _count(suite)
    return suite


def _count(element: ET.Element) -> None:
    element.set("tests", str(len(list(element.iter("testcase")))))
    for attribute, tag in _COUNTED.items():
        element.set(attribute, str(len(list(element.iter(tag)))))


def _case(row: Row, undecided_blocks: bool) -> ET.Element:
    case = ET.Element("testcase", classname=shown(row.rule), name=shown(row.urn or row.source or row.rule))
    path, _, line = row.source.rpartition(":")
    if path and line.isdecimal():
        case.set("file", shown(path))
        case.set("line", line)
    if not row.findings:
        return case
    worst = row.findings[0]
    messages = [shown(line) for finding in row.findings for line in (finding["message"], *edges(finding))]
    if row.verdict == Verdict.WAIVED:
        ET.SubElement(case, "skipped", message=shown(f"waived: {justification(worst)}"))
    elif row.verdict == Verdict.FAIL:
        ET.SubElement(case, "failure", message=messages[0], type=row.severity).text = _text(messages, worst["remedy"])
    elif undecided_blocks:
        ET.SubElement(case, "error", message=messages[0], type="undecided").text = _text(messages, worst["remedy"])
    else:
        ET.SubElement(case, "skipped", message=f"undecided: {'; '.join(messages)}")
    return case


def _text(messages: Iterable[str], remedy: str) -> str:
    return "\n".join((*messages, f"remedy: {shown(remedy)}"))


def _unread(error: dict[str, str]) -> ET.Element:
    place = f"{error['file']}:{error['line']}" if error["line"] else error["file"]
    case = ET.Element("testcase", classname=_UNREADABLE, name=shown(place))
    ET.SubElement(case, "error", message=shown(error["message"]), type="unreadable")
    return case
