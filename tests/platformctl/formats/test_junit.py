"""JUnit's XML is read by any parser, and is red exactly when the command is."""

from typing import Any
from xml.etree import ElementTree as ET

from hypothesis import given, settings

from platformctl.formats import Format, encode, render
from policies import tokens
from policies.examples import Node
from policies.report import Verdict
from tests.platformctl.formats.reports import finding, findings, judgement, many, resources


def _suites(*found: Any, **fields: Any) -> ET.Element:
    return ET.fromstring(encode(render(judgement(*found, **fields), Format.JUNIT)))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(findings)
def test_whatever_a_report_holds_is_xml(found: list[Any]) -> None:
    root = _suites(*found)
    judged = {(one.rule, one.urn or (one.source, one.property or "")) for one in found}
    assert int(root.attrib["tests"]) == len(list(root.iter("testcase"))) == len(judged)


def test_an_empty_report_is_a_document_without_tests() -> None:
    root = _suites()
    assert (root.tag, root.attrib["tests"], list(root)) == ("testsuites", "0", [])


def test_passes_are_cases_and_counted() -> None:
    buckets = resources((Node(tokens.BUCKET, "a"), Node(tokens.BUCKET, "b")))
    bad = finding(urn=buckets[1].urn, name="b")
    root = _suites(bad, judged={"S3-01": buckets, "CT-01": []})
    counted = [(suite.attrib["name"].split()[0], suite.attrib["tests"], suite.attrib["failures"]) for suite in root]
    assert counted == [("CT-01", "0", "0"), ("S3-01", "2", "1")]
    passed, failed = root.iter("testcase")
    assert (passed.attrib["name"], list(passed)) == (buckets[0].urn, [])
    failure = failed.find("failure")
    assert failure is not None
    assert failure.attrib == {"message": "it is public", "type": "critical"}
    assert failed.attrib["file"] == "components/bucket.py"
    assert failed.attrib["line"] == "12"


def test_verdicts_of_a_case() -> None:
    undecided = finding("NET-01", Verdict.UNDECIDED, message="it is not known")
    waived = finding("S3-05").waived("until the move; OPS-1")
    root = _suites(undecided, waived)
    assert {key: root.attrib[key] for key in ("failures", "errors", "skipped")} == {
        "failures": "0",
        "errors": "0",
        "skipped": "2",
    }
    messages = [skipped.attrib["message"] for skipped in root.iter("skipped")]
    assert messages == ["undecided: it is not known", "waived: until the move; OPS-1"]
    blocked = _suites(undecided, waived, undecided_blocks=True)
    assert (blocked.attrib["errors"], blocked.attrib["skipped"]) == ("1", "1")


def test_a_case_is_as_bad_as_its_worst_finding_and_tells_all() -> None:
    root = _suites(finding(message="a"), finding(message="b"), finding(verdict=Verdict.UNDECIDED, message="c"))
    (case,) = root.iter("testcase")
    (failure,) = case
    assert failure.tag == "failure"
    assert (failure.text or "").splitlines()[:3] == ["a", "b", "c"]


def test_a_file_that_was_not_read_is_an_error() -> None:
    root = _suites(extra={"errors": [{"file": "a.yaml", "line": 3, "message": "is no object"}]})
    assert root.attrib["errors"] == "1"
    assert [case.attrib["name"] for case in root.iter("testcase")] == ["a.yaml:3"]


def test_thousands_are_all_there() -> None:
    assert _suites(*many(3_000)).attrib["failures"] == "3000"
