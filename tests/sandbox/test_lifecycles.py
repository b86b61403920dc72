"""Every type against a real moto: create, read back, no difference, import, delete, gone."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import process, wire
from sandbox.registry import by_token
from sandbox.shapes import completed
from tests.sandbox.conftest import Engine
from tests.sandbox.examples import EXAMPLES, Made, filled

STAYS = {  # AWS has no way to take these away: read again, they are still there
    "aws:cfg/recorderStatus:RecorderStatus",
    "aws:ebs/encryptionByDefault:EncryptionByDefault",
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    "aws:guardduty/detectorFeature:DetectorFeature",
    "aws:secretsmanager/secretVersion:SecretVersion",
    "aws:sns/topicPolicy:TopicPolicy",
    "aws:s3/bucketVersioning:BucketVersioning",
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
}


def example(token: str, engine: Engine) -> dict[str, Any]:
    tags = {"tags": {"Name": "it"}} if by_token()[token].tags else {}
    return {**filled(EXAMPLES[token], Made(engine)), **tags}


def test_every_served_type_has_an_example() -> None:
    assert set(EXAMPLES) == set(by_token())


@pytest.mark.parametrize("token", EXAMPLES)
def test_lifecycle(token: str, tagged_engine: Engine) -> None:
    engine = tagged_engine
    inputs = example(token, engine)
    checked = engine.checked(token, inputs)
    planned = engine.create(token, inputs, preview=True)[1]
    id, state = engine.create(token, inputs)  # noqa: A001
    props = by_token()[token].all_inputs()  # inside a structure AWS may choose what nobody asks for
    assert {key: state[key] for key in checked} == {
        key: completed(props[key], value, state[key]) for key, value in checked.items()
    }
    assert {key for key, value in planned.items() if value == wire.UNKNOWN} & set(checked) == set()
    assert set(state) >= set(planned) - {key for key, value in planned.items() if value == wire.UNKNOWN}

    again = engine.read(token, id, inputs)
    assert (again.id, wire.decode(again.inputs), wire.decode(again.properties)) == (id, checked, state)
    assert engine.diff(token, wire.decode(again.inputs), checked).changes == 1  # none

    engine.delete(token, id, inputs)
    engine.delete(token, id, inputs)  # already gone is fine
    assert (engine.read(token, id, inputs).id == "") is (token not in STAYS)


@pytest.mark.parametrize("token", EXAMPLES)
def test_import_by_id_gives_inputs_that_the_program_would_give(token: str, tagged_engine: Engine) -> None:
    engine = tagged_engine
    inputs = example(token, engine)
    id = engine.create(token, inputs)[0]  # noqa: A001
    ids = {
        "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation": "{vpcEndpointId}/{subnetId}",
        "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation": "{vpcEndpointId}/{routeTableId}",
        "aws:ec2/routeTableAssociation:RouteTableAssociation": "{subnetId}/{routeTableId}",
    }
    known = ids[token].format(**inputs) if token in ids else id
    found = engine.read(token, f"{known}@{inputs['region']}" if "region" in inputs else known)
    assert found.id
    wanted = engine.checked(token, inputs)
    unverified = {path.split(".")[0] for path in by_token()[token].unverified}
    held = {name for name, prop in by_token()[token].inputs.items() if prop.local} | unverified
    imported = {**wire.decode(found.inputs), **{key: value for key, value in wanted.items() if key in held}}
    answer = engine.diff(token, imported, wanted)
    assert answer.changes == 1, dict(answer.detailedDiff)


def test_deleting_everything_leaves_the_cloud_empty(engine: Engine) -> None:
    vpc = {"cidrBlock": "10.0.0.0/16"}
    id = engine.create("aws:ec2/vpc:Vpc", vpc)[0]  # noqa: A001
    assert process.status(engine.running)["resources"][engine.account] == {"ec2:vpc": 1}
    engine.delete("aws:ec2/vpc:Vpc", id, vpc)
    assert engine.account not in process.status(engine.running)["resources"]


@pytest.mark.parametrize(
    ("token", "asked"),
    [("aws:kms/key:Key", {"multiRegion": False}), ("aws:s3/bucket:Bucket", {"objectLockEnabled": False})],
)
def test_an_import_is_not_replaced_by_a_program_that_asks_for_what_aws_chose(
    token: str, asked: dict[str, Any], tagged_engine: Engine
) -> None:
    inputs = {**example(token, tagged_engine), **asked}
    id = tagged_engine.create(token, inputs)[0]  # noqa: A001
    imported = wire.decode(tagged_engine.read(token, id).inputs)
    assert {key: imported[key] for key in asked} == asked
    assert not tagged_engine.diff(token, imported, tagged_engine.checked(token, inputs)).replaces
