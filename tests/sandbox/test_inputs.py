"""What Check accepts, completes and refuses, for resources and for the provider itself."""

from __future__ import annotations

import json
import re
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from sandbox import wire
from sandbox.process import Running
from tests.sandbox.conftest import Engine

VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"


def failures(answer: Any) -> list[str]:
    return sorted(it.reason for it in answer.failures)


def test_unknown_property_is_refused_with_the_file_to_add_it_to(engine: Engine) -> None:
    answer = engine.check(VPC, {"cidrBlock": "10.0.0.0/16", "cidrBlocks": "x"})
    assert failures(answer) == [
        'the sandbox does not handle property "cidrBlocks" of aws:ec2/vpc:Vpc: '
        "add it to the type's inputs in sandbox/aws/ec2/networks.py"
    ]
    assert answer.failures[0].property == "cidrBlocks"


def test_unknown_nested_property_is_refused_with_its_path(engine: Engine) -> None:
    rule = {"id": "a", "status": "Enabled", "expiry": {"days": 1}}
    token = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
    answer = engine.check(token, {"bucket": "b", "rules": [rule]})
    assert [it.property for it in answer.failures] == ["rules[0].expiry"]


def test_inline_bucket_settings_point_to_the_separate_resource(engine: Engine) -> None:
    (reason,) = failures(engine.check("aws:s3/bucket:Bucket", {"versioning": {"enabled": True}}))
    assert reason.endswith("use the separate resource for it, such as aws.s3.BucketVersioning")


def test_missing_required_property_is_named(engine: Engine) -> None:
    assert failures(engine.check(SUBNET, {"cidrBlock": "10.0.0.0/24"})) == [
        'missing required property "vpcId" of aws:ec2/subnet:Subnet'
    ]


def test_wrong_type_is_named_with_what_was_given(engine: Engine) -> None:
    answer = engine.check(VPC, {"cidrBlock": 10, "enableDnsSupport": "perhaps"})
    assert failures(answer) == [
        '"cidrBlock" of aws:ec2/vpc:Vpc must be a string, got a number',
        '"enableDnsSupport" of aws:ec2/vpc:Vpc must be a boolean, got a string',
    ]


def test_unknown_values_are_accepted_everywhere(engine: Engine) -> None:
    inputs = engine.checked(SUBNET, {"vpcId": wire.UNKNOWN, "mapPublicIpOnLaunch": wire.UNKNOWN})
    assert inputs["vpcId"] == wire.UNKNOWN


def test_unknown_resource_type_is_refused_with_where_to_add_it(engine: Engine) -> None:
    with pytest.raises(grpc.RpcError) as error:
        engine.check("aws:ec2/instance:Instance", {})
    assert "does not serve resource type aws:ec2/instance:Instance" in str(error.value.details())
    assert "sandbox/aws/ec2/networks.py" in str(error.value.details())


def test_generated_names_have_seven_hex_digits_and_stay(engine: Engine) -> None:
    first = wire.decode(engine.check("aws:s3/bucket:Bucket", {}).inputs)
    assert re.fullmatch(r"it-[0-9a-f]{7}", first["bucket"])
    again = wire.decode(engine.check("aws:s3/bucket:Bucket", {}, old=first, seed=b"2").inputs)
    assert again["bucket"] == first["bucket"]
    other = wire.decode(engine.check("aws:s3/bucket:Bucket", {}, seed=b"2").inputs)
    assert other["bucket"] != first["bucket"]


def test_default_tags_are_merged_into_tags_all_only(tagged_engine: Engine) -> None:
    inputs = tagged_engine.checked(VPC, {"cidrBlock": "10.0.0.0/16", "tags": {"data-class": "audit", "Name": "v"}})
    assert inputs["tags"] == {"data-class": "audit", "Name": "v"}
    assert inputs["tagsAll"] == {"owner": "platform", "data-class": "audit", "Name": "v"}


def check_config(engine: Engine, **config: Any) -> list[str]:
    return failures(engine.stub.CheckConfig(provider_pb2.CheckRequest(news=wire.encode(config))))


def test_provider_configuration_names_unknown_keys(engine: Engine) -> None:
    config = {"region": "eu-central-1", "allowedAccountIds": '["123456789012"]', "regionn": "x"}
    assert check_config(engine, **config) == [
        'the sandbox does not know provider setting "regionn": add it to sandbox/config.py'
    ]


def test_provider_configuration_needs_one_account_and_loopback_endpoints(engine: Engine) -> None:
    endpoints = json.dumps([{"ec2": "https://ec2.eu-central-1.amazonaws.com"}])
    reasons = check_config(engine, region="eu-central-1", allowedAccountIds="[]", endpoints=endpoints)
    assert [reason.split(":")[0] for reason in reasons] == [
        "the sandbox gives each environment the account named by allowedAccountIds",
        "the sandbox talks to loopback only, not to https",
    ]


def test_provider_configuration_takes_the_flags_of_the_official_plugin(engine: Engine) -> None:
    flags = {"skipMetadataApiCheck": "true", "s3UsePathStyle": "true", "accessKey": "x", "secretKey": "y"}
    assert check_config(engine, region="eu-central-1", allowedAccountIds='["123456789012"]', **flags) == []


def test_an_instance_that_was_never_configured_says_so(sandbox: Running) -> None:
    options = [("grpc.use_local_subchannel_pool", 1)]  # a connection of its own
    with grpc.insecure_channel(f"127.0.0.1:{sandbox.provider_port}", options) as channel:
        request = provider_pb2.CheckRequest(urn=Engine.urn(VPC))
        with pytest.raises(grpc.RpcError, match="not configured on this connection"):
            provider_pb2_grpc.ResourceProviderStub(channel).Check(request)
