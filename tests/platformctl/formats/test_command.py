"""`platformctl check`: its forms, its files, and what it is narrowed to."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import typer

from platformctl.errors import CommandError, Exit
from platformctl.formats import Format
from platformctl.main import app
from policies import tokens, waivers
from policies.rules import BY_ID
from policies.waivers.entries import Fault

SECRET = "correct-horse-battery-staple"
_POD = """
apiVersion: v1
kind: Pod
metadata: {name: bad, namespace: billing}
spec:
  hostPID: true
  containers: [{name: c, image: nginx}]
"""
Check = Callable[..., tuple[int, str, str]]


@pytest.fixture
def check(capfdbinary: pytest.CaptureFixture[bytes]) -> Check:
    def run(*arguments: str | Path) -> tuple[int, str, str]:
        try:
            code = app(["check", *map(str, arguments)], standalone_mode=False)
        except typer.Exit as end:
            code = end.exit_code
        said = capfdbinary.readouterr()
        return int(code), said.out.decode(), said.err.decode()

    return run


def _state(*resources: dict[str, Any]) -> str:
    return json.dumps({"version": 3, "deployment": {"manifest": {}, "resources": list(resources)}})


def _bucket(name: str, parent: str = "", **inputs: Any) -> dict[str, Any]:
    return {
        "urn": f"urn:pulumi:prod::billing-platform::{tokens.BUCKET}::{name}",
        "type": tokens.BUCKET,
        "custom": True,
        "parent": parent,
        "inputs": inputs,
        "sourcePosition": "project:///components/bucket.py#7,1",
    }


@pytest.fixture
def state(tmp_path: Path) -> Path:
    component = "urn:pulumi:prod::billing-platform::platform:audit:Archive::archive"
    sealed = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": f'"{SECRET}"'}
    file = tmp_path / "state.json"
    file.write_text(
        _state(
            {"urn": component, "type": "platform:audit:Archive", "custom": False, "inputs": {}},
            _bucket("invoices", tags={"data-class": {**sealed, "value": SECRET}}),
            _bucket("logs", parent=component),
        )
    )
    return file


@pytest.mark.parametrize("form", list(Format))
def test_every_form_tells_the_same_failures_and_no_secret(check: Check, state: Path, form: Format) -> None:
    code, out, _ = check("--state", state, "--format", form)
    assert code == Exit.FINDINGS
    assert SECRET not in out
    assert "invoices" in out
    report = json.loads(check("--state", state, "--format", "json")[1])
    failed = report["summary"]["fail"]
    counts: dict[Format, Callable[[], int]] = {
        Format.JSON: lambda: report["summary"]["fail"],
        Format.TEXT: lambda: int(out.split("Policies: ")[1].split(" failed")[0]),
        Format.SARIF: lambda: sum(r["kind"] == "fail" for r in json.loads(out)["runs"][0]["results"]),
        Format.MARKDOWN: lambda: int(out.split("**")[1].split()[0]),
    }
    if form in counts:
        assert counts[form]() == failed
    rows = {(f["rule"], f["urn"]) for f in report["findings"] if f["verdict"] == "fail"}
    if form is Format.CSV:
        table = list(csv.DictReader(io.StringIO(out, newline="")))
        assert {(row["rule"], row["urn"]) for row in table if row["verdict"] == "fail"} == rows
        assert len(table) >= report["evaluations"]
    if form is Format.JUNIT:
        assert int(ET.fromstring(out).attrib["failures"]) == len(rows)


def test_the_report_counts_evaluations_and_those_undecided(check: Check, state: Path) -> None:
    report = json.loads(check("--state", state, "--format", "json")[1])
    assert report["evaluations"] == sum(rule["evaluated"] for rule in report["rules"])
    undecided = {(f["rule"], f["urn"]) for f in report["findings"] if f["verdict"] == "undecided"}
    assert report["undecided_evaluations"] == len(undecided)
    _, out, _ = check("--state", state)
    assert f"{len(undecided)} of {report['evaluations']} evaluations undecided (" in out


def test_a_file_gets_the_report_and_people_the_totals(check: Check, state: Path, tmp_path: Path) -> None:
    file = tmp_path / "report.sarif"
    code, out, err = check("--state", state, "--format", "sarif", "--output", file)
    assert (code, out) == (Exit.FINDINGS, "")
    assert " failed, " in err
    assert json.loads(file.read_text()) == json.loads(check("--state", state, "--format", "sarif")[1])
    with pytest.raises(CommandError, match=r"--output .*none/x: No such file"):
        check("--state", state, "--output", tmp_path / "none" / "x")


def test_sources_of_a_state_and_of_manifests_are_places_in_the_repository(
    check: Check, state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "pod.yaml").write_text(_POD)
    monkeypatch.chdir(tmp_path / "deploy")
    results = json.loads(check("--manifests", "pod.yaml", "--format", "sarif")[1])["runs"][0]["results"]
    places = [result["locations"][0]["physicalLocation"] for result in results]
    assert {json.dumps(place) for place in places} == {
        json.dumps(
            {"artifactLocation": {"uri": "deploy/pod.yaml", "uriBaseId": "%SRCROOT%"}, "region": {"startLine": 2}}
        )
    }
    results = json.loads(check("--state", state, "--format", "sarif")[1])["runs"][0]["results"]
    uris = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results}
    assert uris == {"components/bucket.py"}


def test_manifests_that_cannot_be_read_are_in_every_form(check: Check, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("kind: [\n")
    for form in (Format.SARIF, Format.JUNIT, Format.MARKDOWN):
        code, out, err = check("--manifests", tmp_path, "--format", form)
        assert code == Exit.USAGE
        assert "bad.yaml" in out
        assert "bad.yaml:2" in err


def _rules(out: str) -> list[str]:
    return [rule["id"] for rule in json.loads(out)["rules"]]


def test_one_rule_or_all_that_begin_alike_judge(check: Check, state: Path) -> None:
    _, out, _ = check("--state", state, "--format", "json", "--rule", "s3-01", "--rule", "KMS-*")
    assert _rules(out) == [*(rule for rule in BY_ID if rule.startswith("KMS-")), "S3-01"]
    assert {finding["rule"] for finding in json.loads(out)["findings"]} == {"S3-01"}


def test_one_resource_is_judged_by_name_or_urn_and_a_component_with_its_own(check: Check, state: Path) -> None:
    for name in ("invoices", f"urn:pulumi:prod::billing-platform::{tokens.BUCKET}::invoices"):
        report = json.loads(check("--state", state, "--format", "json", "--resource", name)[1])
        assert {finding["name"] for finding in report["findings"]} == {"invoices"}
        assert report["resources"] == 1
    report = json.loads(check("--state", state, "--format", "json", "--resource", "archive")[1])
    assert {finding["name"] for finding in report["findings"]} == {"logs"}


def test_a_graph_rule_on_one_resource_reads_the_others(check: Check, tmp_path: Path) -> None:
    block = {
        "urn": f"urn:pulumi:prod::billing-platform::{tokens.BUCKET_PUBLIC_ACCESS}::block",
        "type": tokens.BUCKET_PUBLIC_ACCESS,
        "custom": True,
        "inputs": {"bucket": "invoices"}
        | dict.fromkeys(("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"), True),
    }
    file = tmp_path / "state.json"
    file.write_text(_state(_bucket("invoices", bucket="invoices"), block))
    assert check("--state", file, "--rule", "S3-01", "--resource", "invoices")[0] == Exit.FINE


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--rule", "S3-1"), r"--rule S3-1: there is no such rule here; near it: .*S3-01"),
        (("--rule", "XYZ-*"), r"--rule XYZ-\*: there is no such rule here"),
        (("--resource", "invoice"), r"--resource invoice: there is no such resource; near it: invoices"),
    ],
)
def test_what_does_not_exist_is_an_error_with_near_names(
    check: Check, state: Path, arguments: tuple[str, ...], message: str
) -> None:
    with pytest.raises(CommandError, match=message):
        check("--state", state, *arguments)


def test_rules_on_manifests_are_those_of_kubernetes(check: Check, tmp_path: Path) -> None:
    (tmp_path / "pod.yaml").write_text(_POD)
    _, out, _ = check("--manifests", tmp_path, "--rule", "K8S-02", "--resource", "bad", "--format", "json")
    assert _rules(out) == ["K8S-02"]
    with pytest.raises(CommandError, match="there is no such rule here"):
        check("--manifests", tmp_path, "--rule", "S3-01")


def test_waivers_that_cannot_match_fail_no_narrowed_check(
    check: Check, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = waivers.Waivers(malformed=(Fault("entry 1: reason is missing", "Write it."),))
    monkeypatch.setattr(waivers, "load", lambda: stale)
    assert "WAIVERS" in check("--state", state, "--format", "json")[1]
    for narrowed in (("--rule", "S3-01"), ("--resource", "logs")):
        assert "WAIVERS" not in check("--state", state, "--format", "json", *narrowed)[1]


def test_nothing_is_loaded_for_forms_that_are_not_asked_for(state: Path) -> None:
    program = (
        "import sys\nfrom platformctl.main import app\n"
        "try:\n    app(sys.argv[1:], standalone_mode=False)\nfinally:\n"
        "    forms = [name for name in sys.modules if name.endswith('_form')]\n"
        "    print(forms, 'xml.etree.ElementTree' in sys.modules, file=sys.stderr)"
    )
    line = [sys.executable, "-c", program, "check", "--state", str(state), "--format", "json"]
    done = subprocess.run(line, capture_output=True, text=True, check=False, env=os.environ | {"LC_ALL": "C"})
    assert "['platformctl.formats.text_form', 'platformctl.formats.json_form'] False" in done.stderr
