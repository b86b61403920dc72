"""How the account's resources are told to be the code's: by id, ARN, name, tag, or as the only one of their kind."""

from typing import Any

import pytest

from platformctl.live.discovery import Found
from platformctl.live.owners import Owners
from policies import tokens
from policies.adapters import from_registrations, from_state

REGION, AWAY = "eu-central-1", "eu-west-1"
_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def _program(token: str, name: str, /, **inputs: Any) -> dict[str, Any]:
    urn = f"urn:pulumi:prod::billing-platform::{token}::{name}"
    return {"urn": urn, "type": token, "name": name, "custom": True, "inputs": inputs}


def _owners(*registered: dict[str, Any]) -> Owners:
    return Owners(from_registrations(registered).resources, REGION)


@pytest.mark.parametrize(
    ("token", "inputs", "id_"),
    [
        (tokens.BUCKET, {"bucket": "bills"}, "bills"),
        (tokens.BUCKET_POLICY, {"bucket": "bills", "policy": _UNKNOWN}, "bills"),
        (tokens.ROLE, {"name": "app", "path": "/platform/"}, "app"),
        (tokens.ROLE_POLICY, {"role": "app", "name": "read"}, "app:read"),
        (tokens.ROLE_POLICY_ATTACHMENT, {"role": "app", "policyArn": "arn:x"}, "app/arn:x"),
        (tokens.LOG_METRIC_FILTER, {"logGroupName": "trail", "name": "root"}, "trail:root"),
        (tokens.ROUTE, {"routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0"}, "rtb-1_0.0.0.0/0"),
        (tokens.NETWORK_ACL_RULE, {"networkAclId": "acl-1", "ruleNumber": 100, "protocol": "tcp"}, "acl-1:100:6:false"),
        (tokens.KEY_ALIAS, {"name": "alias/data", "targetKeyId": _UNKNOWN}, "alias/data"),
        (tokens.PASSWORD_POLICY, {}, "iam-account-password-policy"),
        (tokens.EKS_NODE_GROUP, {"clusterName": "prod", "nodeGroupName": "system"}, "prod:system"),
    ],
)  # fmt: skip
def test_a_program_is_known_by_what_it_calls_things(token: str, inputs: dict[str, Any], id_: str) -> None:
    owners = _owners(_program(token, "it", **inputs))
    owner = owners.of(Found(token, REGION, id_))
    assert owner is not None
    assert owner.name == "it"
    if token != tokens.PASSWORD_POLICY:
        assert owners.of(Found(token, REGION, f"{id_}x")) is None


def test_what_has_no_name_is_known_by_its_name_tag() -> None:
    owners = _owners(_program(tokens.VPC, "main", cidrBlock="10.0.0.0/16", tags={"Name": "prod-main"}))
    assert owners.of(Found(tokens.VPC, REGION, "vpc-1")) is None
    owner = owners.named(Found(tokens.VPC, REGION, "vpc-1"), {"tags": {"Name": "prod-main"}})
    assert owner is not None
    assert owners.named(Found(tokens.VPC, REGION, "vpc-2"), {"tags": {"Name": "other"}}) is None


def test_one_name_of_two_resources_tells_nothing() -> None:
    twice = [_program(tokens.VPC, name, tags={"Name": "main"}) for name in ("one", "two")]
    assert _owners(*twice).named(Found(tokens.VPC, REGION, "vpc-1"), {"tags": {"Name": "main"}}) is None


def test_the_same_name_in_another_region_is_another_resource() -> None:
    owners = _owners(_program(tokens.LOG_GROUP, "copy", name="trail", region=AWAY))
    assert owners.of(Found(tokens.LOG_GROUP, REGION, "trail")) is None
    assert owners.of(Found(tokens.LOG_GROUP, AWAY, "trail")) is not None


@pytest.mark.parametrize(
    ("token", "state_id", "found"),
    [
        (tokens.VPC, "vpc-1", "vpc-1"),
        (tokens.BACKUP_SELECTION, "s-1", "p-1|s-1"),
        (tokens.POD_IDENTITY, "a-1", "prod,a-1"),
        (tokens.DATABASE_INSTANCE, "db-ABC", "db-ABC"),
        (tokens.DISK_ENCRYPTION, "terraform-2026", REGION),
    ],
)
def test_a_state_knows_by_the_ids_that_the_provider_gives(token: str, state_id: str, found: str) -> None:
    entry = {"urn": f"urn:pulumi:prod::billing-platform::{token}::it", "type": token, "custom": True, "id": state_id}
    owners = Owners(from_state({"version": 3, "deployment": {"resources": [entry]}}).resources, REGION)
    assert owners.of(Found(token, REGION, found)) is not None
