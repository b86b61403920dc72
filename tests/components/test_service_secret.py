"""Credentials of others: encrypted, read by named roles alone, rotated, and without any value in the program."""

import json
from typing import Any

import pytest

from components.service_secret import RotationByFunction, ServiceSecret, ServiceSecretArgs
from tests.components.conftest import Built, build

ACCOUNT = "123456789012"
READER = f"arn:aws:iam::{ACCOUNT}:role/platform/prod-api"
_KIND = "platform:secrets:ServiceSecret"


def _args(**changes: Any) -> ServiceSecretArgs:
    values: dict[str, Any] = {"secret_name": "prod/api/processor", "description": "key", "account_id": ACCOUNT}
    values |= {"data_class": "financial", "key_arn": "arn:key", "readers": (READER,), "rotation_days": 90}
    return ServiceSecretArgs(**{**values, **changes})


def _build(**changes: Any) -> Built:
    return build(lambda: ServiceSecret("secret", _args(**changes)))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"secret_name": "processor"}, "secret_name must be environment/service/name, got 'processor'"),
        ({"readers": ()}, "readers of prod/api/processor must name at least one role"),
        ({"readers": ("*",)}, r"must be roles of 123456789012, got '\*'"),
        ({"readers": ("arn:aws:iam::999999999999:role/x",)}, "must be roles of 123456789012"),
        ({"rotation_days": 0}, "rotation_days of prod/api/processor must be 1 to 1000, got 0"),
    ],
)
def test_rejects_a_secret_for_nobody_or_for_others(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _args(**changes)


def test_makes_the_place_and_its_policy_and_never_a_value() -> None:
    built = _build(replica=("eu-west-1", "arn:other-key"))
    assert built.identities() == {
        f"{_KIND}::secret",
        f"{_KIND}$aws:secretsmanager/secret:Secret::secret",
        f"{_KIND}$aws:secretsmanager/secretPolicy:SecretPolicy::secret",
    }
    secret = built.one("Secret", "secret")
    assert secret.protect
    assert secret.inputs == {
        "name": "prod/api/processor",
        "description": "key",
        "kmsKeyId": "arn:key",
        "recoveryWindowInDays": 30,
        "replicas": [{"region": "eu-west-1", "kmsKeyId": "arn:other-key"}],
        "tags": {"Name": "secret", "rotation": "manual", "rotation-days": "90", "data-class": "financial"},
    }


def test_named_roles_read_it_and_other_accounts_do_nothing() -> None:
    readers, ours = json.loads(_build().one("SecretPolicy", "secret").inputs["policy"])["Statement"]
    assert readers["Action"] == ["secretsmanager:GetSecretValue"]
    assert readers["Condition"]["ArnNotEquals"] == {"aws:PrincipalArn": [READER]}
    assert ours["Condition"]["StringNotEquals"] == {"aws:PrincipalAccount": ACCOUNT}
    assert {readers["Effect"], ours["Effect"]} == {"Deny"}


def test_a_function_rotates_it_where_there_is_one() -> None:
    rotator = f"arn:aws:iam::{ACCOUNT}:role/platform/prod-rotator"
    function = "arn:aws:lambda:eu-central-1:123456789012:function:rotate"
    built = _build(rotation=RotationByFunction(function_arn=function, role_arn=rotator))
    rotation = built.one("SecretRotation", "secret").inputs
    assert rotation["rotationLambdaArn"] == function
    assert rotation["rotationRules"] == {"automaticallyAfterDays": 90}
    assert built.one("Secret", "secret").inputs["tags"]["rotation"] == "function"
    readers = json.loads(built.one("SecretPolicy", "secret").inputs["policy"])["Statement"][0]
    assert readers["Condition"]["ArnNotEquals"] == {"aws:PrincipalArn": [READER, rotator]}
