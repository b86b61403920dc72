"""Engine packs and in-process check reach the same verdicts on a program full of mistakes, and both block."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox import process
from tests.engine.conftest import ROOT, Checkout

SETTINGS = """
from types import SimpleNamespace as Space
class SettingsError(Exception):
    pass
def load_file(file):
    account = Space(id="111122223333", region="eu-central-1")
    return Space(account=account, policy=Space(undecided="report", protect_stateful=True))
"""
PROGRAM = """
import pulumi
import pulumi_aws as aws
from pulumi_aws import ec2, kms, s3, vpc as rules
tags = {"owner": "a", "environment": "staging", "cost-centre": "c", "data-class": "internal", "pci-scope": "out"}
provider = aws.Provider("aws", region="eu-central-1", allowed_account_ids=["111122223333"], default_tags={"tags": tags})
given = pulumi.ResourceOptions(provider=provider)
main = ec2.Vpc("main", cidr_block="10.0.0.0/16", opts=given)
open_to_all = ec2.SecurityGroup("open", vpc_id=main.id, description="d", opts=given)
rules.SecurityGroupIngressRule("ssh", security_group_id=open_to_all.id, ip_protocol="tcp", from_port=22, to_port=22,
    cidr_ipv4="0.0.0.0/0", opts=given)
rules.SecurityGroupIngressRule("later", security_group_id=open_to_all.id, ip_protocol="tcp", from_port=443, to_port=443,
    description="unknown until the update", cidr_ipv4=main.arn.apply(lambda arn: "10.0.0.0/8"), opts=given)
kms.Key("still", enable_key_rotation=False, deletion_window_in_days=7, opts=given)
logs = s3.Bucket("logs", bucket="mistakes-staging-logs", tags={"data-class": "audit"}, opts=given)
s3.BucketPublicAccessBlock("logs", bucket=logs.id, block_public_acls=True, opts=given)
s3.BucketPolicy("logs", bucket=logs.id, opts=given,
    policy=main.id.apply(lambda id: '{"Version": "2012-10-17", "Statement": []}'))
"""


def write_mistakes(root: Path) -> None:
    """The program full of mistakes, as a project with the stack staging."""
    (root / "stacks").mkdir()
    (root / "stacks" / "settings.py").write_text(SETTINGS)
    (root / "stacks" / "__main__.py").write_text(PROGRAM)
    (root / "Pulumi.yaml").write_text((ROOT / "Pulumi.yaml").read_text())
    salt = next(line for line in (ROOT / "Pulumi.staging.yaml").read_text().splitlines() if "encryptionsalt" in line)
    (root / "Pulumi.staging.yaml").write_text(f"{salt}\nconfig:\n  billing-platform:any: thing\n")


@pytest.fixture(scope="module")
def mistakes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    root: Path = tmp_path_factory.mktemp("mistakes")
    write_mistakes(root)
    for folder in ("policies", ".venv"):
        (root / folder).symlink_to(ROOT / folder)
    running = process.start(root)
    try:
        yield Checkout(root, running)
    finally:
        process.stop(root)


def _comparable(report: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [(f["rule"], f["verdict"], f["severity"], f["urn"], f["property"], f["message"]) for f in report["findings"]]


def test_engine_and_in_process_verdicts_are_the_same(mistakes: Checkout) -> None:
    by_engine = mistakes.json("preview", "staging", code=1)["policies"]
    in_process = json.loads(mistakes.ctl("check", "staging", "--format", "json", code=1).stdout)
    assert by_engine["rules"] == in_process["rules"]
    assert _comparable(by_engine) == _comparable(in_process)
    found = {(f["rule"], f["verdict"]) for f in in_process["findings"]}
    expected = {("NET-01", "fail"), ("NET-02", "fail"), ("NET-05", "fail"), ("KMS-01", "fail"), ("S3-01", "fail")}
    assert found >= expected | {("NET-01", "undecided"), ("S3-03", "undecided")}


def test_findings_name_the_line_of_the_program(mistakes: Checkout) -> None:
    report = json.loads(mistakes.ctl("check", "staging", "--format", "json", code=1).stdout)
    assert {f["source"].partition(":")[0] for f in report["findings"]} == {"stacks/__main__.py"}


def test_an_update_is_refused_and_makes_nothing(mistakes: Checkout) -> None:
    document = mistakes.json("up", "staging", "--yes", code=1)
    assert document["operations"] == "planned"
    assert document["policies"]["summary"]["fail"] > 0
    assert "--json needs --yes" in mistakes.ctl("up", "staging", "--json", code=2).stderr
    assert [v for v in mistakes.aws("ec2", "staging").describe_vpcs()["Vpcs"] if not v["IsDefault"]] == []


def test_the_ordinary_cli_is_refused_too_and_names_rule_and_remedy(mistakes: Checkout) -> None:
    mistakes.pulumi("staging", "stack", "select", "--create", "staging")
    packs = [f"--policy-pack=policies/{pack}" for pack in ("access_control", "compliance")]
    result = mistakes.pulumi("staging", "up", "--yes", "--skip-preview", "--non-interactive", *packs, code=None)
    assert result.returncode != 0
    assert "KMS-01" in result.stdout
    assert "Use components.EncryptionKey" in result.stdout
    # A rule about one resource stops that resource before it is created.
    assert mistakes.aws("kms", "staging").list_keys()["Keys"] == []
