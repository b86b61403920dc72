from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from policies import tokens, waivers
from policies.engine import evaluate
from policies.examples import Node, graph_of
from policies.report import Report, Verdict
from policies.rules import BY_ID

_TODAY = date(2026, 3, 1)
_KEY = Node(tokens.KEY, "key", {"deletionWindowInDays": 7})
_URN = _KEY.urn("prod")
_GOOD: dict[str, Any] = {
    "rule": "KMS-04",
    "urn": _URN,
    "reason": "key is being retired",
    "owner": "ana",
    "approver": "bo",
    "ticket": "SEC-12",
    "expires": _TODAY + timedelta(days=30),
}


def _report(*entries: Any, rules: tuple[str, ...] = ("KMS-01", "KMS-04"), today: date = _TODAY) -> Report:
    chosen = [BY_ID[rule] for rule in rules]
    rotated = Node(tokens.KEY, "key", {**_KEY.props, "enableKeyRotation": True})
    return evaluate(graph_of((rotated,)), chosen, waivers.parse(list(entries)), today)


def test_a_waived_failure_stays_in_the_report() -> None:
    (finding,) = _report(_GOOD).findings
    assert finding.verdict == Verdict.WAIVED
    assert "key is being retired; SEC-12, approved by bo" in finding.message


@pytest.mark.parametrize(("days", "verdict"), [(0, Verdict.WAIVED), (90, Verdict.WAIVED)])
def test_a_waiver_holds_from_its_longest_to_its_last_day(days: int, verdict: Verdict) -> None:
    assert [f.verdict for f in _report(_GOOD | {"expires": _TODAY + timedelta(days=days)}).findings] == [verdict]


@pytest.mark.parametrize(("days", "words"), [(-1, "expired on 2026-02-28"), (91, "90 days")])
def test_beyond_these_days_the_failure_stands_and_the_waiver_fails_too(days: int, words: str) -> None:
    findings = _report(_GOOD | {"expires": _TODAY + timedelta(days=days)}).findings
    assert [(f.rule, f.verdict) for f in findings] == [("KMS-04", Verdict.FAIL), (waivers.RULE, Verdict.FAIL)]
    assert words in findings[1].message


def test_the_default_day_is_the_one_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import UTC, datetime

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            assert tz is UTC
            return datetime(2026, 3, 31, 23, 59, tzinfo=UTC)

    monkeypatch.setattr("policies.engine.datetime", Clock)
    entry = _GOOD | {"expires": date(2026, 3, 31)}
    report = evaluate(graph_of((_KEY,)), [BY_ID["KMS-04"]], waivers.parse([entry]))
    assert report.summary == {"fail": 0, "undecided": 0, "waived": 1}


def test_a_waiver_that_matches_nothing_fails() -> None:
    findings = _report(_GOOD, _GOOD | {"rule": "KMS-01"}).findings
    assert [f.message for f in findings if f.rule == waivers.RULE] == ["the waiver of KMS-01 matches no finding"]


def test_waivers_of_other_stacks_and_of_rules_that_did_not_run_wait_for_their_check() -> None:
    elsewhere = _GOOD | {"urn": _KEY.urn("staging")}
    assert _report(elsewhere, _GOOD | {"rule": "KMS-01"}, rules=("KMS-04",)).summary["fail"] == 1


def test_an_undecided_finding_can_be_waived() -> None:
    from policies.examples import Ref

    key = Node(tokens.KEY, "key", {"deletionWindowInDays": Ref("x")})
    report = evaluate(graph_of((key,)), [BY_ID["KMS-04"]], waivers.parse([_GOOD]), _TODAY)
    assert report.summary == {"fail": 0, "undecided": 0, "waived": 1}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"urn": "urn:pulumi:prod::billing-platform::aws:kms/key:Key::*"}, "without wildcards"),
        ({"urn": "key"}, "whole URN"),
        ({"urn": ""}, "must be text"),
        ({"rule": "KMS-99"}, "no rule"),
        ({"rule": "*"}, "no rule"),
        ({"reason": " "}, "reason must be text"),
        ({"approver": "ANA"}, "different people"),
        ({"expires": "2026-03-02"}, "must be a date"),
        ({"expires": None}, "must be a date"),
        ({"until": "x"}, "not a field"),
    ],
)
def test_a_malformed_waiver_waives_nothing_and_fails(change: dict[str, Any], words: str) -> None:
    findings = _report(_GOOD | change).findings
    assert {f.verdict for f in findings} == {Verdict.FAIL}
    assert words in next(f.message for f in findings if f.rule == waivers.RULE)


@pytest.mark.parametrize("key", sorted(_GOOD))
def test_every_field_is_needed(key: str) -> None:
    entry = {k: v for k, v in _GOOD.items() if k != key}
    assert f"{key} is missing" in waivers.parse([entry]).malformed[0]


def test_a_second_waiver_of_the_same_is_refused() -> None:
    assert "duplicates" in waivers.parse([_GOOD, _GOOD]).malformed[0]


@pytest.mark.parametrize(
    ("text", "entries", "malformed"),
    [
        ("", 0, 0),
        ("# none\n[]\n", 0, 0),
        ("- just text", 0, 1),
        ("rule: KMS-04", 0, 1),
        ("- {", 0, 1),
        (
            f"- {{rule: KMS-04, urn: '{_URN}', reason: r, owner: a, approver: b, ticket: t, expires: 2026-03-02}}",
            1,
            0,
        ),
    ],
)
def test_files_are_read(tmp_path: Path, text: str, entries: int, malformed: int) -> None:
    file = tmp_path / "waivers.yaml"
    file.write_text(text)
    loaded = waivers.load(file)
    assert (len(loaded.entries), len(loaded.malformed)) == (entries, malformed)


def test_the_committed_waivers_are_well_formed() -> None:
    assert waivers.load().malformed == ()
