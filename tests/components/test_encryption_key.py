"""Keys: who manages them cannot use them, and the other way round."""

import json
from typing import Any

import pytest

from components.encryption_key import EncryptionKey, EncryptionKeyArgs, ServiceUse, key_policy
from tests.components.conftest import build

ACCOUNT = "123456789012"
ADMIN = f"arn:aws:iam::{ACCOUNT}:role/admin"
READER = f"arn:aws:iam::{ACCOUNT}:role/reader"
LOGS = ServiceUse("delivery.logs.amazonaws.com", f"arn:aws:logs:eu-central-1:{ACCOUNT}:*")
USE = {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"}


def _args(**changes: Any) -> EncryptionKeyArgs:
    values = {"alias": "prod-audit", "description": "logs", "account_id": ACCOUNT, "administrators": (ADMIN,)}
    return EncryptionKeyArgs(**{**values, "region": "eu-central-1", "users": (READER,), "services": (LOGS,), **changes})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"administrators": ()}, "administrators of prod-audit must name at least one role"),
        ({"users": (ADMIN,)}, f"administrators and users of prod-audit must differ, both have {ADMIN}"),
        ({"users": ("*",)}, r"must be roles of account 123456789012, got '\*'"),
        ({"users": ("arn:aws:iam::999999999999:role/x",)}, "must be roles of account 123456789012"),
        ({"administrators": (f"arn:aws:iam::{ACCOUNT}:root",)}, "must be roles of account"),
        ({"alias": "aws/s3"}, "not start with aws/, got 'aws/s3'"),
        ({"alias": "a b"}, "alias must be 1 to 250 of"),
    ],
)
def test_rejects_what_would_mix_roles_or_name_nobody(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _args(**changes)


def test_makes_a_rotating_protected_key_and_its_alias() -> None:
    built = build(lambda: EncryptionKey("key-audit", _args(tags={"data-class": "audit"})))
    assert built.identities() == {
        "platform:keys:EncryptionKey::key-audit",
        "platform:keys:EncryptionKey$aws:kms/key:Key::key-audit",
        "platform:keys:EncryptionKey$aws:kms/alias:Alias::key-audit",
    }
    key, alias = built.one("Key", "key-audit"), built.one("Alias", "key-audit")
    assert key.protect
    assert {name: value for name, value in key.inputs.items() if name != "policy"} == {
        "description": "logs",
        "enableKeyRotation": True,
        "deletionWindowInDays": 30,
        "multiRegion": False,
        "region": "eu-central-1",
        "tags": {"Name": "key-audit", "data-class": "audit"},
    }
    assert alias.inputs == {"name": "alias/prod-audit", "targetKeyId": "key-key-audit", "region": "eu-central-1"}


def test_a_replica_has_the_same_alias_and_is_used_through_the_services_of_its_own_region() -> None:
    built = build(lambda: EncryptionKey("key", _args(replica_region="eu-west-1", via=("s3",))))
    assert built.one("Key", "key").inputs["multiRegion"] is True
    replica, alias = built.one("ReplicaKey", "key-replica"), built.one("Alias", "key-replica")
    assert replica.protect
    assert (replica.inputs["primaryKeyArn"], replica.inputs["region"]) == ("arn:key", "eu-west-1")
    assert (alias.inputs["name"], alias.inputs["region"]) == ("alias/prod-audit", "eu-west-1")
    statements = {one["Sid"]: one for one in json.loads(replica.inputs["policy"])["Statement"]}
    allowed = statements["AccountUsesViaServices"]["Condition"]["StringEquals"]
    assert allowed["kms:ViaService"] == ["s3.eu-west-1.amazonaws.com"]


def test_administrators_and_root_never_use_and_users_never_manage() -> None:
    built = build(lambda: EncryptionKey("key", _args()))
    statements = json.loads(built.one("Key", "key").inputs["policy"])["Statement"]
    by_principal: dict[str, set[str]] = {}
    for statement in statements:
        assert statement["Effect"] == "Allow"
        (principals,) = statement["Principal"].values()
        for principal in [principals] if isinstance(principals, str) else principals:
            by_principal.setdefault(principal, set()).update(statement["Action"])
    root = f"arn:aws:iam::{ACCOUNT}:root"
    assert set(by_principal) == {root, ADMIN, READER, "delivery.logs.amazonaws.com"}
    assert by_principal[ADMIN] == by_principal[root] >= {"kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"}
    assert not by_principal[ADMIN] & USE
    assert not any("*" in action or action == "kms:CreateGrant" for action in by_principal[ADMIN])
    assert by_principal[READER] == USE | {"kms:DescribeKey"}
    (service,) = [statement for statement in statements if "Service" in statement["Principal"]]
    assert service["Condition"] == {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {"aws:SourceArn": f"arn:aws:logs:eu-central-1:{ACCOUNT}:*"},
    }


def test_a_key_without_users_names_none() -> None:
    built = build(lambda: EncryptionKey("key", _args(users=(), services=(), protect=False)))
    key = built.one("Key", "key")
    assert not key.protect
    sids = [statement["Sid"] for statement in json.loads(key.inputs["policy"])["Statement"]]
    assert sids == ["RootManages", "AdministratorsManage"]


def test_the_account_uses_it_through_named_services_alone_and_managers_do_not() -> None:
    policy = key_policy(_args(via=("s3", "rds"), region="eu-west-1"))
    uses, grants = policy["Statement"][-2:]
    assert uses["Principal"] == grants["Principal"] == "*"
    assert uses["Condition"] == {
        "StringEquals": {
            "kms:CallerAccount": ACCOUNT,
            "kms:ViaService": ["rds.eu-west-1.amazonaws.com", "s3.eu-west-1.amazonaws.com"],
        },
        "ArnNotEquals": {"aws:PrincipalArn": [f"arn:aws:iam::{ACCOUNT}:root", ADMIN]},
    }
    assert {*uses["Action"]} == USE | {"kms:DescribeKey"}
    assert grants["Action"] == ["kms:CreateGrant"]
    assert grants["Condition"] == {**uses["Condition"], "Bool": {"kms:GrantIsForAWSResource": "true"}}


def test_a_service_that_tells_its_source_in_the_encryption_context_is_bound_by_it() -> None:
    groups = f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:*"
    use = ServiceUse("logs.eu-central-1.amazonaws.com", groups, "kms:EncryptionContext:aws:logs:arn")
    statement = key_policy(_args(services=(use,)))["Statement"][-1]
    assert statement["Condition"] == {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}}
    assert {*statement["Action"]} == USE  # requests to describe the key have no context


def test_later_readers_decrypt_what_s3_keeps_and_nothing_else() -> None:
    later = f"arn:aws:iam::{ACCOUNT}:role/platform/prod-reader"
    (reads,) = [one for one in key_policy(_args(later_readers=(later,)))["Statement"] if "Later" in one["Sid"]]
    assert (reads["Action"], reads["Principal"]) == (["kms:Decrypt"], "*")
    assert reads["Condition"] == {
        "StringEquals": {"kms:CallerAccount": ACCOUNT, "kms:ViaService": "s3.eu-central-1.amazonaws.com"},
        "ArnEquals": {"aws:PrincipalArn": [later]},
    }


def test_writers_encrypt_alone_and_later_users_are_named_by_a_condition() -> None:
    later = f"arn:aws:iam::{ACCOUNT}:role/platform/replication"
    uses, writes = key_policy(_args(later_users=(later,), write_via=("s3",)))["Statement"][-2:]
    assert uses["Condition"] == {
        "StringEquals": {"kms:CallerAccount": ACCOUNT},
        "ArnEquals": {"aws:PrincipalArn": [later]},
    }
    assert {*uses["Action"]} == USE | {"kms:DescribeKey"}
    assert {*writes["Action"]} == {"kms:GenerateDataKey*", "kms:DescribeKey"}
    assert writes["Condition"]["StringEquals"]["kms:ViaService"] == ["s3.eu-central-1.amazonaws.com"]


def test_roles_that_start_machines_use_the_key_and_grant_it_to_services_and_granters_only_grant() -> None:
    scaling = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
    deploy = f"arn:aws:iam::{ACCOUNT}:role/foundation/deploy"
    uses, grants = key_policy(_args(disk_roles=(scaling,), granters=(deploy,)))["Statement"][-2:]
    assert {*uses["Action"]} == USE | {"kms:DescribeKey"}
    assert uses["Condition"]["ArnEquals"] == {"aws:PrincipalArn": [scaling]}
    assert grants["Action"] == ["kms:CreateGrant"]
    assert grants["Condition"] == {
        "StringEquals": {"kms:CallerAccount": ACCOUNT},
        "ArnEquals": {"aws:PrincipalArn": [scaling, deploy]},
        "Bool": {"kms:GrantIsForAWSResource": "true"},
    }


@pytest.mark.parametrize("field", ["disk_roles", "granters"])
def test_who_manages_the_key_is_none_of_those_who_grant_it(field: str) -> None:
    with pytest.raises(ValueError, match="administrators and users of prod-audit must differ"):
        _args(**{field: (ADMIN,)})
