import json
from collections.abc import Callable
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from policies import tokens, waivers
from policies.engine import evaluate
from policies.examples import UNKNOWN, Node, Ref, graph_of
from policies.graph import Graph
from policies.report import Finding, Report, Verdict
from policies.resource import make
from policies.rules import BY_ID
from policies.waivers.content import content
from policies.waivers.entries import Waiver

_TODAY = date(2026, 3, 1)
_KEY = Node(tokens.KEY, "key", {"deletionWindowInDays": 7, "enableKeyRotation": True})
_URN = _KEY.urn("prod")
_OWNERS = ("@billing/security", "cleo@example.com")


def _content(rule: str, *nodes: Node) -> dict[str, str]:
    graph = graph_of(nodes or (_KEY,))
    return content(BY_ID[rule], graph, graph.by_urn[(nodes or (_KEY,))[0].urn("prod")])


_GOOD: dict[str, Any] = {
    "rule": "KMS-04",
    "urn": _URN,
    "reason": "key is being retired",
    "owner": "ana",
    "approver": "@billing/security",
    "ticket": "SEC-12",
    "expires": _TODAY + timedelta(days=30),
    "content": _content("KMS-04"),
}


def _report(
    *entries: Any,
    rules: tuple[str, ...] = ("KMS-01", "KMS-04"),
    today: date = _TODAY,
    nodes: tuple[Node, ...] = (_KEY,),
) -> Report:
    parsed = waivers.parse(list(entries), owners=_OWNERS)
    return evaluate(graph_of(nodes), [BY_ID[rule] for rule in rules], parsed, today)


def _complaints(report: Report) -> list[Finding]:
    return [finding for finding in report.findings if finding.rule == waivers.RULE]


def test_a_waived_failure_stays_in_the_report() -> None:
    (finding,) = _report(_GOOD).findings
    assert finding.verdict == Verdict.WAIVED
    assert "key is being retired; SEC-12, approved by @billing/security" in finding.message


@pytest.mark.parametrize(("days", "verdict"), [(0, Verdict.WAIVED), (90, Verdict.WAIVED)])
def test_a_waiver_holds_from_its_longest_to_its_last_day(days: int, verdict: Verdict) -> None:
    assert [f.verdict for f in _report(_GOOD | {"expires": _TODAY + timedelta(days=days)}).findings] == [verdict]


@pytest.mark.parametrize(
    ("days", "words", "remedy"),
    [(-1, "expired on 2026-02-28", "platformctl waivers new"), (91, "90 days", "2026-05-30 or earlier")],
)
def test_beyond_these_days_the_failure_stands_and_the_waiver_fails_too(days: int, words: str, remedy: str) -> None:
    findings = _report(_GOOD | {"expires": _TODAY + timedelta(days=days)}).findings
    assert [(f.rule, f.verdict) for f in findings] == [("KMS-04", Verdict.FAIL), (waivers.RULE, Verdict.FAIL)]
    assert words in findings[1].message
    assert remedy in findings[1].remedy


def test_the_default_day_is_the_one_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import UTC, datetime

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            assert tz is UTC
            return datetime(2026, 3, 31, 23, 59, tzinfo=UTC)

    monkeypatch.setattr("policies.engine.datetime", Clock)
    entry = _GOOD | {"expires": date(2026, 3, 31)}
    report = evaluate(graph_of((_KEY,)), [BY_ID["KMS-04"]], waivers.parse([entry], owners=_OWNERS))
    assert report.summary == {"fail": 0, "undecided": 0, "waived": 1}


def test_a_waiver_that_matches_nothing_fails() -> None:
    (complaint,) = _complaints(_report(_GOOD, _GOOD | {"rule": "KMS-01", "content": _content("KMS-01")}))
    assert complaint.message == "the waiver of KMS-01 matches no finding"
    assert "Remove the entry" in complaint.remedy
    assert complaint.urn == _URN


@pytest.mark.parametrize("urn", [_KEY.urn("staging"), _URN.replace("billing-platform", "billing-foundation")])
def test_waivers_of_other_stacks_and_of_rules_that_did_not_run_wait_for_their_check(urn: str) -> None:
    elsewhere = _GOOD | {"urn": urn}
    assert _report(elsewhere, _GOOD | {"rule": "KMS-01"}, rules=("KMS-04",)).summary["fail"] == 1


def test_an_undecided_finding_can_be_waived() -> None:
    key = Node(tokens.KEY, "key", {"deletionWindowInDays": Ref("x")})
    report = _report(_GOOD | {"content": _content("KMS-04", key)}, rules=("KMS-04",), nodes=(key,))
    assert report.summary == {"fail": 0, "undecided": 0, "waived": 1}


def test_a_waiver_of_what_was_undecided_is_no_failure_once_it_is_decided_and_holds() -> None:
    """In process the value stays unknown, so that the waiver must stay too."""
    other = Node(tokens.KEY, "x")
    before = Node(tokens.KEY, "key", {"deletionWindowInDays": Ref("x")})
    graph = graph_of((before, other))
    resource = graph.by_urn[_URN]
    entry = _GOOD | {"content": content(BY_ID["KMS-04"], graph, resource)}

    def complaints(days: int | None) -> list[str]:
        uses = resource.property_dependencies
        inputs = {"deletionWindowInDays": days} if days else dict(before.props) | {"deletionWindowInDays": UNKNOWN}
        now = make(urn=_URN, type_=tokens.KEY, inputs=inputs, property_dependencies=uses)
        parsed = waivers.parse([entry], owners=_OWNERS)
        report = evaluate(Graph([now]), [BY_ID["KMS-04"]], parsed, _TODAY)
        return [str(f.verdict) for f in report.findings]

    assert complaints(None) == complaints(7) == ["waived"]
    assert complaints(30) == []


@pytest.mark.parametrize(
    ("changed", "void"),
    [
        ({"deletionWindowInDays": 8}, True),
        ({"bypassPolicyLockoutSafetyCheck": True}, True),
        ({"deletionWindowInDays": Ref("x")}, True),
        ({"description": "not what the rule reads", "tags": {"owner": "x"}}, False),
        ({"deletionWindowInDays": 7.0, "bypassPolicyLockoutSafetyCheck": None}, False),
    ],
)
def test_a_change_of_what_the_rule_reads_voids_the_waiver(changed: dict[str, Any], void: bool) -> None:
    key = Node(tokens.KEY, "key", {**_KEY.props, **changed})
    report = _report(_GOOD, rules=("KMS-04",), nodes=(key,))
    assert {f.verdict == Verdict.WAIVED for f in report.findings if f.rule == "KMS-04"} == {not void}
    assert len(_complaints(report)) == void
    for complaint in _complaints(report):
        named = next(key for key in changed if key in BY_ID["KMS-04"].reads)
        assert complaint.message == f"the waiver of KMS-04 is void: since it was approved {named} changed"
        assert "platformctl waivers new" in complaint.remedy


def test_one_of_several_findings_on_a_resource_is_waived_by_its_property() -> None:
    key = Node(tokens.KEY, "key", {"deletionWindowInDays": 7, "bypassPolicyLockoutSafetyCheck": True})
    given = _GOOD | {"content": _content("KMS-04", key)}

    def verdicts(*entries: Any) -> dict[str | None, str]:
        found = _report(*entries, rules=("KMS-04",), nodes=(key,)).findings
        return {f.property: str(f.verdict) for f in found if f.rule == "KMS-04"}

    both = ("bypassPolicyLockoutSafetyCheck", "deletionWindowInDays")
    assert verdicts(given) == dict.fromkeys(both, "waived")
    one = given | {"property": both[0]}
    assert verdicts(one) == {both[0]: "waived", both[1]: "fail"}
    assert verdicts(one, given | {"property": both[1]}) == dict.fromkeys(both, "waived")
    assert "matches no finding" in _complaints(_report(given | {"property": "deletion"}, nodes=(key,)))[0].message
    assert "duplicates" in _complaints(_report(given, one, nodes=(key,)))[0].message


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"urn": "urn:pulumi:prod::billing-platform::aws:kms/key:Key::*"}, "without wildcards"),
        ({"urn": "key"}, "whole URN"),
        ({"urn": ""}, "must be text"),
        ({"rule": "KMS-99"}, "no rule"),
        ({"rule": "*"}, "no rule"),
        ({"reason": " "}, "reason must be text"),
        ({"property": 3}, "property must be text"),
        ({"owner": "Billing/Security"}, "different people"),
        ({"approver": "bo"}, "CODEOWNERS names @billing/security, cleo@example.com"),
        ({"approver": "@billing/platform"}, "is no owner of policies/waivers.yaml"),
        ({"expires": "2026-03-02"}, "must be a date"),
        ({"expires": None}, "must be a date"),
        ({"until": "x"}, "not a field"),
        ({"place": "x"}, "not a field"),
        ({3: "x"}, "3 is not a field"),
        ({"content": "abc"}, "content must be the map"),
        ({"content": {"a": "short"}}, "content must be the map"),
        ({"content": {1: "0" * 16}}, "content must be the map"),
    ],
)
def test_a_malformed_waiver_waives_nothing_and_fails(change: dict[str, Any], words: str) -> None:
    report = _report(_GOOD | change)
    assert {f.verdict for f in report.findings} == {Verdict.FAIL}
    assert any(f.message.startswith("waivers, entry 1: ") and words in f.message for f in _complaints(report))
    assert all(f.remedy for f in _complaints(report))


@pytest.mark.parametrize("approver", ["@Billing/Security", "billing/security", "CLEO@example.com"])
def test_an_owner_approves_in_whatever_case_the_name_is_written(approver: str) -> None:
    assert not waivers.parse([_GOOD | {"approver": approver}], owners=_OWNERS).malformed


def test_without_an_owner_of_the_file_nobody_can_approve() -> None:
    (fault,) = waivers.parse([_GOOD], owners=()).malformed
    assert "CODEOWNERS names nobody" in fault.message
    assert ".github/CODEOWNERS" in fault.remedy


def test_the_owners_are_those_of_the_committed_file() -> None:
    assert not waivers.parse([_GOOD]).malformed
    assert waivers.parse([_GOOD | {"approver": "cleo@example.com"}]).malformed


@pytest.mark.parametrize("key", sorted(_GOOD))
def test_every_field_is_needed(key: str) -> None:
    entry = {k: v for k, v in _GOOD.items() if k != key}
    fault = waivers.parse([entry], owners=_OWNERS).malformed[0]
    assert f"{key} is missing" in fault.message
    assert fault.remedy


def test_a_second_waiver_of_the_same_is_refused() -> None:
    (fault,) = waivers.parse([_GOOD, _GOOD], owners=_OWNERS).malformed
    assert fault.message.startswith("waivers, entry 2: the waiver of KMS-04 duplicates")


_ENTRY = (
    f"- {{rule: KMS-04, urn: '{_URN}', reason: r, owner: a, approver: '@billing/security', ticket: t,"
    " expires: 2026-03-02, content: {}}\n"
)


@pytest.mark.parametrize(
    ("text", "entries", "malformed"),
    [
        ("", 0, 0),
        ("# none\n[]\n", 0, 0),
        ("- just text", 0, 1),
        ("rule: KMS-04", 0, 1),
        ("- {", 0, 1),
        ("- {expires: 2026-02-31}", 0, 1),
        ("- {a: &a [*a]}", 0, 9),
        ("--- []\n--- []", 0, 1),
        ("- 3\n- [x]", 0, 2),
        (_ENTRY, 1, 0),
        (_ENTRY.replace("reason: r", "reason: r, reason: s"), 1, 1),
        (_ENTRY + _ENTRY, 1, 1),
    ],
)
def test_files_are_read(tmp_path: Path, text: str, entries: int, malformed: int) -> None:
    file = tmp_path / "waivers.yaml"
    file.write_text(text)
    loaded = waivers.load(file)
    assert (len(loaded.entries), len(loaded.malformed)) == (entries, malformed)
    assert all(fault.message and fault.remedy for fault in loaded.malformed)


def test_a_failure_names_the_line_of_its_entry(tmp_path: Path) -> None:
    file = tmp_path / "waivers.yaml"
    file.write_text("# first\n\n" + _ENTRY + "- {rule: KMS-04}\n" + _ENTRY)
    loaded = waivers.load(file)
    assert [entry.place for entry in loaded.entries] == ["policies/waivers.yaml:3"]
    assert {fault.place for fault in loaded.malformed} == {"policies/waivers.yaml:4", "policies/waivers.yaml:5"}
    report = evaluate(graph_of((_KEY,)), [BY_ID["KMS-04"]], loaded, date(2026, 3, 3))
    assert {f.source for f in report.findings if f.rule == waivers.RULE} == {
        f"policies/waivers.yaml:{line}" for line in (3, 4, 5)
    }


def test_what_is_no_text_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "waivers.yaml").write_bytes(b"- \xff")
    assert "UTF-8" in waivers.load(tmp_path / "waivers.yaml").malformed[0].message


_SCHEMA = json.loads(waivers.COMMITTED.with_name("waivers.schema.json").read_text())


def test_the_schema_has_the_fields_of_an_entry() -> None:
    item = _SCHEMA["items"]
    names = {entry.name for entry in fields(Waiver)} - {"place"}
    assert item["properties"].keys() == names
    assert set(item["required"]) == names - {"property"} == _GOOD.keys()


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry,
        lambda entry: entry | {"property": "a.b"},
        lambda entry: entry | {"content": {}},
        lambda entry: entry | {"content": {"a": "from aws:kms/key:Key::x", "b": "unknown"}},
        lambda entry: entry | {"content": {"a": "x"}},
        lambda entry: entry | {"property": " "},
        lambda entry: entry | {"reason": ""},
        lambda entry: entry | {"rule": "nets"},
        lambda entry: entry | {"urn": _URN + "*"},
        lambda entry: entry | {"urn": "urn:pulumi:prod::x"},
        lambda entry: entry | {"more": "x"},
        lambda entry: {key: value for key, value in entry.items() if key != "ticket"},
    ],
)
def test_the_schema_and_the_reader_agree(change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    entry = change(_GOOD)
    refused = bool(waivers.parse([entry], owners=_OWNERS).malformed)
    errors = list(jsonschema.Draft202012Validator(_SCHEMA).iter_errors([entry | {"expires": str(_GOOD["expires"])}]))
    assert bool(errors) == refused


def test_editors_find_the_schema() -> None:
    first = waivers.COMMITTED.read_text().splitlines()[0]
    assert first == "# yaml-language-server: $schema=waivers.schema.json"
    jsonschema.Draft202012Validator.check_schema(_SCHEMA)


def test_the_committed_waivers_are_well_formed() -> None:
    assert waivers.load().malformed == ()
