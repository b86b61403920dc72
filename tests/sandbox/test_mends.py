"""What moto refuses and AWS allows: objects under a policy with conditions, and keys that several regions have."""

import hashlib
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.conftest import REGION, Engine

AWAY = "eu-west-1"


@pytest.fixture
def bucket(engine: Engine) -> str:
    name = f"mends-{engine.account}"
    engine.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    return name


def _deny(bucket: str, **more: Any) -> str:
    resource = f"arn:aws:s3:::{bucket}/*"
    statement = {"Effect": "Deny", "Principal": "*", "Action": ["s3:*"], "Resource": resource, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_a_denial_of_plain_http_is_not_one_of_everything(engine: Engine, bucket: str) -> None:
    s3 = engine.client("s3")
    condition = {"Bool": {"aws:SecureTransport": "false"}}
    s3.put_bucket_policy(Bucket=bucket, Policy=_deny(bucket, Condition=condition))
    s3.put_object(Bucket=bucket, Key="a", Body=b"1")
    s3.put_bucket_policy(Bucket=bucket, Policy=_deny(bucket))
    with pytest.raises(ClientError, match="403"):
        s3.put_object(Bucket=bucket, Key="a", Body=b"2")


def test_the_retention_of_a_bucket_with_content_can_be_changed(engine: Engine, bucket: str) -> None:
    s3 = engine.client("s3")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=bucket, Key="a", Body=b"1")
    rule = {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 400}}
    s3.put_object_lock_configuration(
        Bucket=bucket, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
    )
    kept = s3.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    assert (kept["Mode"], kept["Days"]) == ("COMPLIANCE", 400)
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"1"


def test_a_replica_decrypts_what_its_primary_encrypted_and_has_aliases_of_its_own(engine: Engine) -> None:
    home, away = engine.client("kms"), engine.client("kms", AWAY)
    key = home.create_key(MultiRegion=True)["KeyMetadata"]["KeyId"]
    home.create_alias(AliasName="alias/secrets", TargetKeyId=key)
    home.replicate_key(KeyId=key, ReplicaRegion=AWAY)
    away.create_alias(AliasName="alias/secrets", TargetKeyId=key)
    home.delete_alias(AliasName="alias/secrets")
    sealed = home.encrypt(KeyId=key, Plaintext=b"value")["CiphertextBlob"]
    assert away.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"value"
    assert away.describe_key(KeyId="alias/secrets")["KeyMetadata"]["KeyId"] == key


@pytest.mark.parametrize(
    ("spec", "algorithm"), [("ECC_NIST_P256", "ECDSA_SHA_256"), ("RSA_2048", "RSASSA_PSS_SHA_256")]
)
def test_a_digest_is_signed_as_the_message_that_it_is_of(engine: Engine, spec: str, algorithm: str) -> None:
    kms = engine.client("kms")
    key = kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec=spec)["KeyMetadata"]["KeyId"]
    message, asked = b"a plan", {"KeyId": key, "SigningAlgorithm": algorithm}
    digest = hashlib.sha256(message).digest()
    by_digest = kms.sign(Message=digest, MessageType="DIGEST", **asked)["Signature"]
    assert kms.verify(Message=message, MessageType="RAW", Signature=by_digest, **asked)["SignatureValid"]
    by_message = kms.sign(Message=message, MessageType="RAW", **asked)["Signature"]
    assert kms.verify(Message=digest, MessageType="DIGEST", Signature=by_message, **asked)["SignatureValid"]
