"""The packs as the engine starts and calls them, over gRPC."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

import policies
from policies import tokens
from policies.examples import TAGS, UNKNOWN, secret
from policies.rule import Pack
from policies.rules import ALL

_FOLDER = Path(policies.__file__).parent
_URN = "urn:pulumi:prod::billing-platform"
_PROVIDER = analyzer_pb2.AnalyzerProviderResource(
    type=tokens.AWS_PROVIDER, urn=f"{_URN}::{tokens.AWS_PROVIDER}::aws", name="aws"
)


def _struct(properties: dict[str, Any]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update(properties)
    return struct


def _before(type_: str, name: str, properties: dict[str, Any]) -> analyzer_pb2.AnalyzeRequest:
    return analyzer_pb2.AnalyzeRequest(
        type=type_, urn=f"{_URN}::{type_}::{name}", name=name, properties=_struct(properties), provider=_PROVIDER
    )


def _after(type_: str, name: str, properties: dict[str, Any], **uses: str) -> analyzer_pb2.AnalyzerResource:
    resource = analyzer_pb2.AnalyzerResource(
        type=type_, urn=f"{_URN}::{type_}::{name}", name=name, properties=_struct(properties), provider=_PROVIDER
    )
    for key, urn in uses.items():
        resource.propertyDependencies[key].urns.append(urn)
    return resource


@contextmanager
def _running(pack: Pack, findings: Path, *, preview: bool = True) -> Iterator[analyzer_pb2_grpc.AnalyzerStub]:
    environment = os.environ | {
        "PULUMI_PROJECT": "billing-platform",
        "PULUMI_STACK": "prod",
        "PULUMI_DRY_RUN": "true" if preview else "false",
        "PLATFORM_FINDINGS": str(findings),
    }
    command = [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", "."]
    with subprocess.Popen(command, cwd=_FOLDER / pack, env=environment, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout
            port = int(process.stdout.readline())
            with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                yield analyzer_pb2_grpc.AnalyzerStub(channel)
        finally:
            process.terminate()


def _lines(findings: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in findings.read_text().splitlines()] if findings.exists() else []


def _found(response: analyzer_pb2.AnalyzeResponse, level: int = analyzer_pb2.MANDATORY) -> list[str]:
    return [d.message.splitlines()[1].split(":")[0] for d in response.diagnostics if d.enforcementLevel == level]


@pytest.mark.parametrize("pack", list(Pack))
def test_every_pack_starts_and_judges_an_empty_stack_by_its_own_rules(pack: Pack, tmp_path: Path) -> None:
    with _running(pack, tmp_path / "findings") as analyzer:
        info = analyzer.GetAnalyzerInfo(empty_pb2.Empty())
        response = analyzer.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest())
    assert info.name == f"billing-platform-{pack.replace('_', '-')}"
    assert [policy.enforcementLevel for policy in info.policies] == [
        analyzer_pb2.MANDATORY,
        analyzer_pb2.MANDATORY,
        analyzer_pb2.ADVISORY,
    ]
    assert not response.diagnostics
    (line,) = _lines(tmp_path / "findings")
    assert (line["pack"], line["phase"]) == (pack, "preview")
    assert {rule["id"] for rule in line["report"]["rules"]} == {rule.id for rule in ALL if rule.pack == pack}


def test_every_rule_belongs_to_a_pack_that_exists() -> None:
    assert {rule.pack for rule in ALL} == set(Pack) == {p.parent.name for p in _FOLDER.glob("*/PulumiPolicy.yaml")}


def test_the_sdk_is_the_one_whose_decoding_is_replaced() -> None:
    assert version("pulumi_policy") == "1.21.0"


def test_failures_are_told_once_and_undecided_ones_as_advice(tmp_path: Path) -> None:
    key = {"deletionWindowInDays": 7, "bypassPolicyLockoutSafetyCheck": UNKNOWN}
    with _running(Pack.OPERATIONS, tmp_path / "findings") as analyzer:
        before = analyzer.Analyze(_before(tokens.KEY, "key", key))
        bucket = _after(tokens.BUCKET, "b", {"bucket": "b", "arn": UNKNOWN})
        request = analyzer_pb2.AnalyzeStackRequest(resources=[_after(tokens.KEY, "key", key), bucket])
        after = analyzer.AnalyzeStack(request)
    assert _found(before) == ["GEN-03 high", "KMS-04 high"]
    assert sorted(_found(after)) == ["GEN-03 high", "S3-05 medium", "S3-08 low"]
    assert _found(after, analyzer_pb2.ADVISORY) == ["KMS-04 high"]
    (advice,) = [d for d in after.diagnostics if d.enforcementLevel == analyzer_pb2.ADVISORY]
    assert advice.urn == f"{_URN}::{tokens.KEY}::key"
    assert "bypassPolicyLockoutSafetyCheck is not known" in advice.message
    (line,) = _lines(tmp_path / "findings")
    assert line["report"]["summary"] == {"fail": 5, "undecided": 1, "waived": 0}


def test_an_update_judges_real_values_before_creation_and_reports_what_stops_it(tmp_path: Path) -> None:
    with _running(Pack.COMPLIANCE, tmp_path / "findings", preview=False) as analyzer:
        good = analyzer.Analyze(_before(tokens.KEY, "good", {"enableKeyRotation": True}))
        bad = analyzer.Analyze(_before(tokens.KEY, "bad", {"enableKeyRotation": False}))
    assert (_found(good), _found(bad)) == ([], ["KMS-01 high"])
    (line,) = _lines(tmp_path / "findings")
    assert (line["phase"], line["report"]["summary"]["fail"]) == ("up", 1)


def test_secrets_are_judged_and_never_sent_or_written(tmp_path: Path) -> None:
    tags = {"tags": TAGS | {"owner": secret("-hunter2-")}}
    with _running(Pack.COMPLIANCE, tmp_path / "findings") as analyzer:
        analyzer.Analyze(_before(tokens.VPC, "main", tags))
        request = analyzer_pb2.AnalyzeStackRequest(resources=[_after(tokens.VPC, "main", tags)])
        response = analyzer.AnalyzeStack(request)
    assert "GEN-02 medium" in _found(response)
    assert "hunter2" not in str(response)
    assert "hunter2" not in (tmp_path / "findings").read_text()


def test_property_dependencies_decide_references_that_are_unknown(tmp_path: Path) -> None:
    flags = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    block = {"bucket": UNKNOWN, **dict.fromkeys(flags, True)}
    bucket = _after(tokens.BUCKET, "b", {"id": UNKNOWN})
    with _running(Pack.ACCESS_CONTROL, tmp_path / "findings") as analyzer:
        access = _after(tokens.BUCKET_PUBLIC_ACCESS, "b", block, bucket=bucket.urn)
        response = analyzer.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest(resources=[bucket, access]))
    assert "S3-01 critical" not in _found(response)
    assert "S3-09 medium" in _found(response)
