"""`platformctl rules`: lists, one rule in full, coverage of a framework, and the pages that are made from them."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from platformctl.errors import CommandError, Exit
from platformctl.main import app
from policies import tokens
from policies.frameworks import names
from policies.rules import ALL, BY_ID


def _key(name: str, **inputs: Any) -> dict[str, Any]:
    urn = f"urn:pulumi:prod::billing-platform::{tokens.KEY}::{name}"
    return {"urn": urn, "type": tokens.KEY, "custom": True, "id": name, "inputs": inputs, "outputs": inputs}


@pytest.fixture
def state(tmp_path: Path) -> str:
    keys = (_key("good", deletionWindowInDays=30), _key("bad", deletionWindowInDays=7))
    file = tmp_path / "state.json"
    file.write_text(json.dumps({"version": 3, "deployment": {"resources": keys}}))
    return str(file)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    def command(*arguments: str) -> str:
        assert app(["rules", *arguments], standalone_mode=False) in (None, 0)
        return capsys.readouterr().out

    return command


def test_the_list_has_every_rule_and_filters_narrow_it(run: Any) -> None:
    def ids(*arguments: str) -> list[str]:
        return [rule["id"] for rule in json.loads(run("--format", "json", *arguments))["rules"]]

    assert ids() == [rule.id for rule in ALL]
    assert ids("--pack", "operations", "--severity", "high") == [
        r.id for r in ALL if (str(r.pack), str(r.severity)) == ("operations", "high")
    ]
    of_keys = ids("--type", "kms/key:Key")
    assert {"KMS-01", "GEN-02", "SEC-03"} <= set(of_keys)
    assert "KMS-01" in ids("--type", tokens.KEY, "--framework", "cis-aws")
    assert not {"RDS-01", "K8S-01"} & set(of_keys)
    assert ids("--framework", "cis-eks") == [
        r.id for r in ALL if any(c.framework == "cis-eks-1.4.0" for c in r.controls)
    ]
    text = run("--severity", "critical")
    assert "RDS-01" in text
    assert "KMS-04" not in text


def test_one_rule_is_shown_with_all_that_belongs_to_it(run: Any) -> None:
    text = run("show", "kms-04")
    for part in (
        "KMS-04 key-is-hard-to-lose (high, operations)",
        "Reads deletionWindowInDays, bypassPolicyLockoutSafetyCheck",
        "PCI DSS 4.0.1: 3.7.5 (L)",
        "L: Pulumi pre-built pack documentation",
        "Remedy Use components.EncryptionKey",
        "Fails example 1\n    - type: aws:kms/key:Key\n      name: key\n      properties:\n",
        "        deletionWindowInDays: 7\n",
        "deletionWindowInDays: ${key}",
    ):
        assert part in text
    shown = json.loads(run("show", "KMS-04", "--format", "json"))
    assert shown["controls"][0] == {
        "framework": "pci-dss-4.0.1",
        "requirement": "3.7.5",
        "relation": "supports",
        "source": "L",
    }
    assert shown["examples"]["fails"][0] == [
        {"type": tokens.KEY, "name": "key", "properties": {"deletionWindowInDays": 7}}
    ]


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_every_rule_can_be_shown_as_json(rule: Any, run: Any) -> None:
    from policies.described import described, example_text

    document = json.loads(json.dumps(described(rule)))
    assert len(document["examples"]["fails"]) == len(rule.fails)
    assert "4dabf18193072939515e22adb298388d" not in json.dumps(document)
    assert all(example_text(example) for example in rule.fails)


def test_the_snippet_of_a_rule_is_shown_where_there_is_one(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys
    from types import SimpleNamespace

    monkeypatch.setitem(sys.modules, "policies.snippets", SimpleNamespace(snippet={"KMS-04": "x = 1"}.__getitem__))
    assert json.loads(run("show", "KMS-04", "--format", "json"))["snippet"] == "x = 1"
    assert json.loads(run("show", "KMS-01", "--format", "json"))["snippet"] == ""
    assert "    x = 1\n" in run("show", "KMS-04")


def test_coverage_of_a_state_says_what_its_resources_are_evidence_for(run: Any, state: str) -> None:
    document = json.loads(run("coverage", "--state", state, "--framework", "pci-dss-4.0.1", "--format", "json"))
    rows = {row["requirement"]: row for row in document["requirements"]}
    assert rows["3.7.5"]["status"] == "failing"
    assert rows["3.7.5"]["rules"] == [{"id": "KMS-04", "relation": "supports", "sources": ["L"]}]
    assert rows["3.7.5"]["evidence"] == {"judged": 2, "passed": 1, "failed": 1, "waived": 0, "undecided": 0}
    assert rows["1.4.4"]["status"] == "nothing judged"
    assert rows["12.6.1"]["status"] == "organisational"
    assert rows["12.6.1"]["rules"] == []
    assert sum(document["totals"].values()) == len(rows) == 260
    assert "never satisfies" in document["note"]


def test_coverage_as_a_table_for_spreadsheets_and_pages(run: Any, state: str) -> None:
    given = ("coverage", "--state", state, "--framework", "cis-aws")
    table = list(csv.DictReader(io.StringIO(run(*given, "--format", "csv"))))
    (row,) = (row for row in table if row["requirement"] == "3.6")
    assert (row["framework"], row["rules"], row["judged"]) == ("cis-aws-5.0.0", "KMS-01", "2")
    lines = run(*given, "--format", "markdown").splitlines()
    assert lines[0] == f"# CIS AWS Foundations Benchmark 5.0.0: {state}"
    (line,) = (line for line in lines if line.startswith("| 3.6 |"))
    assert line.endswith("| KMS-01 | P | 2 | 0 | 2 | 0 | 0 |")
    text = run(*given)
    assert "3.6        failing        symmetric customer keys are rotated. 2 judged, 2 failed\n" in text


def test_coverage_without_an_environment_claims_nothing(run: Any) -> None:
    text = run("coverage", "--framework", "soc2")
    assert "judged" not in text
    assert "failing" not in text
    assert "Organisational (people, documents, premises): no rule can" in text
    assert "unverified mapping alone" in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("coverage", "--framework", "iso27001"), ["'iso27001'", *names()]),
        (("coverage",), ["--framework is needed", *names()]),
        (("--framework", "x"), ["there is no framework 'x'"]),
        (("--pack", "x"), ["access_control, compliance, operations", "'x'"]),
        (("--severity", "severe"), ["critical, high, medium, low", "'severe'"]),
        (("show", "KMS-99"), ["'KMS-99'", "did you mean KMS-0"]),
        (("show", "x"), ["platformctl rules"]),
        (("coverage", "prodd", "--framework", "soc2"), ["unknown environment 'prodd'", "prod"]),
        (("coverage", "--state", "/none", "--framework", "soc2"), ["/none", "No such file"]),
    ],
)
def test_bad_input_is_told_with_what_is_allowed(arguments: tuple[str, ...], words: list[str]) -> None:
    with pytest.raises(CommandError) as caught:
        app(["rules", *arguments], standalone_mode=False)
    assert caught.value.code == Exit.USAGE
    assert all(word in str(caught.value) for word in words)


def test_pages_are_written_and_old_ones_removed(run: Any, tmp_path: Path) -> None:
    (tmp_path / "old.md").write_text("x")
    run("docs", str(tmp_path))
    assert not (tmp_path / "old.md").exists()
    assert f"## {BY_ID['KMS-04'].id}" in (tmp_path / "rules.md").read_text()
