"""The command: what it prints, and with which exit code it ends."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from platformctl.commands import audit_live
from platformctl.errors import CommandError, Exit
from platformctl.live import connection
from platformctl.live.listings import LISTINGS
from platformctl.main import app
from policies.adapters import from_state
from policies.rules import BY_ID
from policies.waivers import Waivers
from policies.waivers.content import content
from policies.waivers.entries import Waiver
from tests.platformctl.live.conftest import TODAY, Cloud, verdicts

PROD = "730218645519"
KEY = "urn:pulumi:prod::billing-platform::aws:kms/key:Key::data"


@pytest.fixture
def prod(cloud: Cloud, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[Cloud, Path]:
    """The account of these tests in the place of prod's, its keys alone, and an empty state in a file."""
    account = cloud.account
    monkeypatch.setattr(connection, "connect", lambda *_: account)
    from platformctl.live import audit

    kept = tuple(one for one in LISTINGS if one.token.startswith("aws:kms/"))
    monkeypatch.setattr(audit.collect, "__defaults__", (kept, lambda _: None))
    state = tmp_path / "state.json"
    state.write_text(json.dumps({"version": 3, "deployment": {"manifest": {}, "resources": []}}))
    return cloud, state


def _run(*arguments: str) -> tuple[int, Any]:
    result = CliRunner().invoke(app, ["audit", "live", "prod", *arguments])
    return result.exit_code, result


def test_ends_with_findings_and_says_where_each_is(prod: tuple[Cloud, Path]) -> None:
    cloud, state = prod
    key = cloud.client("kms").create_key()["KeyMetadata"]["Arn"]
    code, result = _run("--state", str(state))
    assert code == Exit.FINDINGS
    assert "not in code" in result.stdout
    assert f"{key}" in result.stdout
    code, result = _run("--state", str(state), "--format", "json")
    report = json.loads(result.stdout)
    assert [one["arn"] for one in report["live"]["unmanaged"]] == [key]
    assert report["live"]["account"] == PROD
    assert {"GEN-03", "K8S-01"} <= set(report["live"]["rules_not_looked_at"])


@pytest.mark.parametrize("form", ["sarif", "junit", "markdown", "csv"])
def test_has_the_forms_of_check(prod: tuple[Cloud, Path], form: str, tmp_path: Path) -> None:
    cloud, state = prod
    cloud.client("kms").create_key()
    file = tmp_path / f"report.{form}"
    code, _ = _run("--state", str(state), "--format", form, "--output", str(file))
    assert code == Exit.FINDINGS
    assert "KMS-01" in file.read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--region", "mars"), "--region mars"),
        (("--state", "/nowhere.json"), "--state /nowhere.json"),
    ],
)
def test_refuses_what_it_cannot_use(prod: tuple[Cloud, Path], arguments: tuple[str, ...], said: str) -> None:
    _, result = _run(*arguments)
    assert isinstance(result.exception, CommandError)
    assert said in str(result.exception)
    assert result.exception.code is Exit.USAGE


def test_audits_environments_and_not_the_foundation_alone() -> None:
    with pytest.raises(CommandError, match="the account is audited as a whole"):
        audit_live.live("foundation/prod")


def test_a_waiver_of_the_code_covers_the_same_finding_and_nothing_that_changed(cloud: Cloud) -> None:
    key = cloud.deploy("aws:kms/key:Key", "data", {"enableKeyRotation": False, "deletionWindowInDays": 30})["id"]
    code = from_state(cloud.exported)
    rule = BY_ID["KMS-01"]
    cloud.waivers = Waivers(
        (
            Waiver(
                rule="KMS-01", urn=KEY, reason="an import that cannot rotate", owner="team", approver="@security",
                ticket="PAY-1", expires=TODAY + timedelta(days=9), content=content(rule, code, code.by_urn[KEY]),
            ),
        )
    )  # fmt: skip
    assert verdicts(cloud.audit(only=("kms",)), "KMS-01") == {"data": "waived"}
    cloud.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(_OPEN))
    report = cloud.audit(only=("kms",))
    assert verdicts(report, "KMS-01") == {"data": "waived"}
    assert verdicts(report, "KMS-02") == {"data": "fail"}


_OPEN = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}],
}
