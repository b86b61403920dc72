"""Forms that many tables share: ties of a call each, structures in structures, errors that mean gone."""

from __future__ import annotations

from typing import Any

import grpc
import pytest

from sandbox.model import Property, block, blocks
from tests.sandbox.conftest import Engine

GATEWAY = "aws:ec2/internetGateway:InternetGateway"
PROFILE = "aws:iam/instanceProfile:InstanceProfile"
TRUST = '{"Version":"2012-10-17","Statement":[]}'


def test_a_tie_follows_its_input_and_ends_with_the_resource(engine: Engine) -> None:
    iam = engine.client("iam")
    for name in ("one", "two"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    old, new = ({"name": "p", "role": role} for role in ("one", "two"))
    id, state = engine.create(PROFILE, old)  # noqa: A001
    assert state["role"] == "one"
    assert engine.update(PROFILE, id, old, new)["role"] == "two"
    assert "role" not in engine.update(PROFILE, id, new, {"name": "p"})
    engine.update(PROFILE, id, {"name": "p"}, new)
    engine.delete(PROFILE, id, new)
    iam.delete_role(RoleName="two")  # IAM refuses roles that are in a profile


def test_a_tie_that_was_changed_by_hand_is_ended_as_it_is(engine: Engine, vpc_id: str) -> None:
    second, third = (engine.create("aws:ec2/vpc:Vpc", {"cidrBlock": "10.1.0.0/16"})[0] for _ in range(2))
    id, _ = engine.create(GATEWAY, {"vpcId": vpc_id})  # noqa: A001
    ec2 = engine.client("ec2")
    ec2.detach_internet_gateway(InternetGatewayId=id, VpcId=vpc_id)
    ec2.attach_internet_gateway(InternetGatewayId=id, VpcId=second)
    assert engine.update(GATEWAY, id, {"vpcId": vpc_id}, {"vpcId": third})["vpcId"] == third
    engine.delete(GATEWAY, id, {"vpcId": vpc_id})  # whatever the state says
    assert engine.read(GATEWAY, id, {"vpcId": third}).id == ""


def test_a_structure_takes_words_properties_and_options_of_its_own() -> None:
    inner = blocks("key!", limits=block("days:int"), ordered=True)
    assert (inner.kind, inner.ordered, list(inner.fields)) == ("objects", True, ["key", "limits"])
    assert inner.fields["limits"] == Property(kind="object", fields={"days": Property(kind="integer")})


@pytest.mark.parametrize(
    ("token", "inputs", "other"),
    [
        ("aws:guardduty/detector:Detector", {}, {"enable": False}),
        ("aws:securityhub/account:Account", {}, {"autoEnableControls": False}),
    ],
)
def test_an_error_means_gone_in_the_service_s_own_words_and_no_other_does(
    engine: Engine, token: str, inputs: dict[str, Any], other: dict[str, Any]
) -> None:
    id, _ = engine.create(token, inputs)  # noqa: A001
    engine.delete(token, id, inputs)
    assert engine.read(token, id, inputs).id == ""
    with pytest.raises(grpc.RpcError):
        engine.update(token, id, inputs, other)
