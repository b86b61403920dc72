"""Changes in place, drift, secrets, previews, and what the sandbox cannot vouch for."""

from __future__ import annotations

import json
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2, status_pb2

from sandbox import driver, process, wire
from sandbox.registry import by_token
from sandbox.resource import Resource
from tests.sandbox.conftest import Engine

VPC, SUBNET = "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet"
GROUP, KEY, BUCKET = "aws:ec2/securityGroup:SecurityGroup", "aws:kms/key:Key", "aws:s3/bucket:Bucket"


def test_attributes_and_tags_change_in_place(engine: Engine) -> None:
    old = {"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": False, "tags": {"a": "1", "b": "2"}}
    new = {**old, "enableDnsHostnames": True, "tags": {"a": "3"}}
    id, _ = engine.create(VPC, old)  # noqa: A001
    state = engine.update(VPC, id, old, new)
    ec2 = engine.client("ec2")
    assert ec2.describe_vpc_attribute(VpcId=id, Attribute="enableDnsHostnames")["EnableDnsHostnames"]["Value"]
    assert ec2.describe_vpcs(VpcIds=[id])["Vpcs"][0]["Tags"] == [{"Key": "a", "Value": "3"}]
    assert (state["enableDnsHostnames"], state["tags"]) == (True, {"a": "3"})


def test_dual_stack_comes_and_goes_in_place(engine: Engine) -> None:
    without, with_v6 = ({"cidrBlock": "10.0.0.0/16", "assignGeneratedIpv6CidrBlock": on} for on in (False, True))
    id, _ = engine.create(VPC, without)  # noqa: A001
    state = engine.update(VPC, id, without, with_v6)
    subnet = {"vpcId": id, "cidrBlock": "10.0.0.0/24"}
    dual = {**subnet, "ipv6CidrBlock": state["ipv6CidrBlock"].replace("::/56", "::/64")}
    subnet_id, _ = engine.create(SUBNET, subnet)
    assert engine.update(SUBNET, subnet_id, subnet, dual)["ipv6CidrBlock"] == dual["ipv6CidrBlock"]
    assert engine.diff(SUBNET, engine.checked(SUBNET, subnet), engine.checked(SUBNET, dual)).replaces == []
    assert "ipv6CidrBlock" not in engine.update(SUBNET, subnet_id, dual, subnet)
    assert "ipv6CidrBlock" not in engine.update(VPC, id, with_v6, without)


def test_key_rotation_and_state_change_in_place(engine: Engine) -> None:
    old = {"enableKeyRotation": True, "isEnabled": True, "description": "a"}
    id, _ = engine.create(KEY, old)  # noqa: A001
    state = engine.update(KEY, id, old, {"enableKeyRotation": False, "isEnabled": False, "description": "b"})
    assert engine.client("kms").get_key_rotation_status(KeyId=id)["KeyRotationEnabled"] is False
    assert engine.client("kms").describe_key(KeyId=id)["KeyMetadata"]["KeyState"] == "Disabled"
    assert (state["enableKeyRotation"], state["isEnabled"], state["description"]) == (False, False, "b")


def test_a_route_moves_to_another_target(engine: Engine, vpc_id: str) -> None:
    table = engine.create("aws:ec2/routeTable:RouteTable", {"vpcId": vpc_id})[0]
    one, two = (engine.create("aws:ec2/internetGateway:InternetGateway", {})[0] for _ in range(2))
    old = {"routeTableId": table, "destinationCidrBlock": "0.0.0.0/0", "gatewayId": one}
    id, _ = engine.create("aws:ec2/route:Route", old)  # noqa: A001
    assert engine.update("aws:ec2/route:Route", id, old, {**old, "gatewayId": two})["gatewayId"] == two


def test_an_association_survives_a_change_of_its_table(engine: Engine, vpc_id: str, subnet_id: str) -> None:
    one, two = (engine.create("aws:ec2/routeTable:RouteTable", {"vpcId": vpc_id})[0] for _ in range(2))
    token, old = "aws:ec2/routeTableAssociation:RouteTableAssociation", {"subnetId": subnet_id, "routeTableId": one}
    id, _ = engine.create(token, old)  # noqa: A001
    new = {**old, "routeTableId": two}
    assert engine.update(token, id, old, new)["routeTableId"] == two
    engine.delete(token, id, new)
    assert engine.read(token, id, new).id == ""


def test_a_rule_added_by_hand_shows_in_the_group_that_is_read(engine: Engine, vpc_id: str) -> None:
    inputs = {"vpcId": vpc_id, "name": "g"}
    id, state = engine.create(GROUP, inputs)  # noqa: A001
    assert (state["ingress"], state["egress"]) == ([], [])
    ranges = [{"CidrIp": "0.0.0.0/0"}, {"CidrIp": "10.0.0.0/8", "Description": "people"}]
    open_to_all = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": ranges}
    engine.client("ec2").authorize_security_group_ingress(GroupId=id, IpPermissions=[open_to_all])
    ingress = wire.decode(engine.read(GROUP, id, inputs).properties)["ingress"]
    same = {"protocol": "tcp", "fromPort": 22, "toPort": 22, "self": False}
    assert ingress == [
        {**same, "description": "", "cidrBlocks": ["0.0.0.0/0"]},
        {**same, "description": "people", "cidrBlocks": ["10.0.0.0/8"]},
    ]


def test_drifted_inputs_are_read_and_differ_from_the_program(tagged_engine: Engine) -> None:
    engine = tagged_engine
    inputs = {"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": True, "tags": {"Name": "v"}}
    id, _ = engine.create(VPC, inputs)  # noqa: A001
    ec2 = engine.client("ec2")
    ec2.modify_vpc_attribute(VpcId=id, EnableDnsHostnames={"Value": False})
    ec2.create_tags(Resources=[id], Tags=[{"Key": "Name", "Value": "other"}])
    found = wire.decode(engine.read(VPC, id, inputs).inputs)
    assert (found["enableDnsHostnames"], found["tags"]) == (False, {"Name": "other"})
    answer = engine.diff(VPC, found, engine.checked(VPC, inputs))
    assert set(answer.detailedDiff) == {"enableDnsHostnames", "tags.Name", "tagsAll.Name"}


def test_a_bucket_with_content_stays_unless_it_may_be_emptied(engine: Engine) -> None:
    inputs = {"bucket": f"full-{engine.account}"}
    id, _ = engine.create(BUCKET, inputs)  # noqa: A001
    s3 = engine.client("s3")
    s3.put_bucket_versioning(Bucket=id, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=id, Key="a", Body=b"1")
    s3.delete_object(Bucket=id, Key="a")
    with pytest.raises(grpc.RpcError, match="BucketNotEmpty"):
        engine.delete(BUCKET, id, inputs)
    engine.delete(BUCKET, id, {**inputs, "forceDestroy": True})
    assert engine.read(BUCKET, id, inputs).id == ""


def test_preview_of_an_update_keeps_what_is_known(engine: Engine) -> None:
    inputs = {"cidrBlock": "10.0.0.0/16"}
    id, state = engine.create(VPC, inputs)  # noqa: A001
    new = engine.checked(VPC, {**inputs, "enableDnsSupport": False})
    request = provider_pb2.UpdateRequest(
        urn=engine.urn(VPC),
        id=id,
        olds=wire.encode(state),
        old_inputs=wire.encode(inputs),
        news=wire.encode(new),
        preview=True,
    )
    planned = wire.decode(engine.stub.Update(request).properties)
    assert (planned["arn"], planned["enableDnsSupport"]) == (state["arn"], False)
    attribute = engine.client("ec2").describe_vpc_attribute(VpcId=id, Attribute="enableDnsSupport")
    assert attribute["EnableDnsSupport"]["Value"] is True


def test_preview_of_a_creation_knows_inputs_and_leaves_the_rest_unknown(engine: Engine) -> None:
    id, planned = engine.create(BUCKET, {"bucket": "known"}, preview=True)  # noqa: A001
    assert id == ""
    assert (planned["bucket"], planned["arn"], planned["region"]) == ("known", wire.UNKNOWN, "eu-central-1")
    assert engine.account not in process.status(engine.running)["resources"]


def test_secret_inputs_stay_secret_in_the_state(engine: Engine) -> None:
    inputs = {"description": wire.secret("tell nobody"), "tags": {"Name": wire.secret("hidden")}}
    id, state = engine.create(KEY, inputs)  # noqa: A001
    assert state["description"] == wire.secret("tell nobody")
    assert state["tags"] == wire.secret({"Name": "hidden"})
    assert wire.is_secret(state["tagsAll"])
    read = engine.read(KEY, id, inputs)
    assert wire.decode(read.properties)["description"] == wire.secret("tell nobody")
    assert engine.client("kms").describe_key(KeyId=id)["KeyMetadata"]["Description"] == "tell nobody"


def test_secret_values_appear_in_no_error_and_no_log(engine: Engine, sandbox: process.Running) -> None:
    secret = "10.0.0.0/99-very-secret"
    with pytest.raises(grpc.RpcError) as error:
        engine.create(VPC, {"cidrBlock": wire.secret(secret)})
    assert "[secret]" in str(error.value.details())
    assert secret not in str(error.value)
    assert secret not in (sandbox.directory / "sandbox.log").read_text()


def test_what_moto_does_not_keep_is_recorded_and_listed(engine: Engine, vpc_id: str) -> None:
    inputs = {"vpcId": vpc_id, "cidrBlock": "10.0.3.0/24", "enableDns64": True}
    id, state = engine.create(SUBNET, inputs)  # noqa: A001
    assert state["enableDns64"] is True
    listed = process.status(engine.running)["unverified"]
    reason = "moto takes the attribute and forgets it"
    assert {"type": SUBNET, "property": "enableDns64", "reason": reason, "resources": 1} in listed
    engine.delete(SUBNET, id, inputs)
    assert [it for it in process.status(engine.running)["unverified"] if it["property"] == "enableDns64"] == []


def test_a_property_that_does_not_come_back_is_an_error_naming_it(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted: dict[str, Any] = {"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": True}
    session: Any = None
    resource = Resource(by_token()[VPC], session, wanted, id="vpc-1")
    monkeypatch.setattr(driver, "read", lambda _: {"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": False})
    with pytest.raises(driver.Incomplete, match=r"enableDnsHostnames .wrote True, read False.; correct .*networks.py"):
        driver._confirmed(resource)


def test_a_half_made_resource_is_handed_to_the_engine_with_its_id(engine: Engine, vpc_id: str) -> None:
    inputs = engine.checked("aws:ec2/internetGateway:InternetGateway", {"vpcId": "vpc-missing"})
    request = provider_pb2.CreateRequest(
        urn=engine.urn("aws:ec2/internetGateway:InternetGateway"), properties=wire.encode(inputs)
    )
    with pytest.raises(grpc.RpcError) as error:
        engine.stub.Create(request)
    status = status_pb2.Status.FromString(_details(error.value))
    failed = provider_pb2.ErrorResourceInitFailed()
    assert status.details[0].Unpack(failed)
    assert failed.id.startswith("igw-")


def _details(error: Any) -> bytes:
    found: dict[str, bytes] = dict(error.trailing_metadata())
    return found["grpc-status-details-bin"]


def test_look_ups_are_refused_by_name(engine: Engine) -> None:
    with pytest.raises(grpc.RpcError, match="serves no look-ups, so not aws:ec2/getVpc:getVpc"):
        engine.stub.Invoke(provider_pb2.InvokeRequest(tok="aws:ec2/getVpc:getVpc"))


def test_policy_documents_are_compared_by_meaning_when_read(engine: Engine) -> None:
    bucket = engine.create(BUCKET, {"bucket": f"p-{engine.account}"})[0]
    deny = {"Effect": "Deny", "Principal": "*", "Action": ["s3:*"], "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [deny]}
    inputs = {"bucket": bucket, "policy": json.dumps(document, indent=2)}
    id, _ = engine.create("aws:s3/bucketPolicy:BucketPolicy", inputs)  # noqa: A001
    deny["Action"] = "s3:*"
    engine.client("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps(document))
    assert wire.decode(engine.read("aws:s3/bucketPolicy:BucketPolicy", id, inputs).inputs)["policy"] == inputs["policy"]
