"""Keys that sign: who may, who may not, and what KMS is asked for."""

import json
from typing import Any

import pytest

from components.signing_key import SigningKey, SigningKeyArgs
from policies.access import Document, Documents, Outcome, Request, decide
from tests.components.conftest import Built, build

ACCOUNT = "123456789012"
ADMINISTRATOR, DEPLOY, OTHER = (f"arn:aws:iam::{ACCOUNT}:role/foundation/{name}" for name in ("keys", "deploy", "x"))
_KIND = "platform:keys:SigningKey"


def _args(**changes: Any) -> SigningKeyArgs:
    values: dict[str, Any] = {"alias": "prod-signing", "description": "signs", "account_id": ACCOUNT}
    values |= {"region": "eu-central-1", "administrators": (ADMINISTRATOR,), "signers": (DEPLOY,)}
    return SigningKeyArgs(**{**values, **changes})


def _build() -> Built:
    return build(lambda: SigningKey("signing", _args()))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"alias": "aws/mine"}, "alias must be 1 to 250"),
        ({"administrators": ()}, "administrators of prod-signing must name at least one role"),
        ({"signers": ()}, "signers of prod-signing must name at least one role"),
        ({"signers": (DEPLOY, ADMINISTRATOR)}, "administrators and signers of prod-signing must differ"),
        ({"signers": ("arn:aws:iam::999999999999:role/a",)}, "principals of prod-signing must be roles of account"),
    ],
)
def test_rejects_a_key_that_nobody_or_anybody_could_use(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _args(**changes)


def test_is_a_key_for_signatures_alone_with_its_alias() -> None:
    built = _build()
    assert built.identities() == {
        f"{_KIND}::signing",
        f"{_KIND}$aws:kms/key:Key::signing",
        f"{_KIND}$aws:kms/alias:Alias::signing",
    }
    key = built.one("Key", "signing")
    assert (key.inputs["keyUsage"], key.inputs["customerMasterKeySpec"]) == ("SIGN_VERIFY", "ECC_NIST_P256")
    assert (key.inputs["deletionWindowInDays"], key.protect) == (30, True)
    assert built.one("Alias", "signing").inputs["name"] == "alias/prod-signing"


@pytest.mark.parametrize(
    ("who", "action", "may"),
    [
        (DEPLOY, "kms:Sign", True),
        (DEPLOY, "kms:GetPublicKey", True),
        (DEPLOY, "kms:PutKeyPolicy", False),
        (DEPLOY, "kms:ScheduleKeyDeletion", False),
        (ADMINISTRATOR, "kms:PutKeyPolicy", True),
        (ADMINISTRATOR, "kms:Sign", False),
        (OTHER, "kms:Sign", False),
        (OTHER, "kms:DescribeKey", False),
    ],
)
def test_who_manages_it_cannot_sign_and_who_signs_cannot_manage_it(who: str, action: str, may: bool) -> None:
    policy = Document.of("key", json.loads(_build().one("Key", "signing").inputs["policy"]))
    resource = f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/k"
    request = Request(principal=who, action=action, resource=resource, context={}, complete=True)
    assert (decide(request, Documents(resource=policy)).outcome is Outcome.ALLOW) is may
