"""Buckets: closed, encrypted, versioned, ended on time; and the one exception that S3 itself makes."""

from typing import Any

import pytest
from pulumi_aws import ec2

from components.bucket_policy import access_log_delivery, bucket_policy, log_delivery
from components.private_bucket import PrivateBucket, PrivateBucketArgs
from tests.components.conftest import Built, build

ACCOUNT = "123456789012"
ARN = "arn:aws:s3:::kestrel-test-logs"


def _args(**changes: Any) -> PrivateBucketArgs:
    values = {"bucket": "kestrel-test-logs", "account_id": ACCOUNT, "key_arn": "arn:key", "expire_days": 400}
    values |= {"access_log_bucket": "kestrel-test-access", "archive_days": 95, "lock_days": 365}
    return PrivateBucketArgs(**{**values, "writers": (log_delivery(ACCOUNT, "eu-central-1"),), **changes})


def _access_args(**changes: Any) -> PrivateBucketArgs:
    return _args(**{"key_arn": None, "access_log_bucket": None, "lock_days": None, "writers": ()} | changes)


def _build(args: PrivateBucketArgs) -> Built:
    return build(lambda: PrivateBucket("logs", args))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"bucket": "Kestrel"}, "bucket must be 3 to 63 of a-z 0-9 -.*got 'Kestrel'"),
        ({"bucket": "a" * 64}, "bucket must be 3 to 63"),
        ({"key_arn": None}, "must have both key_arn and access_log_bucket, or neither"),
        ({"access_log_bucket": None}, "must have both key_arn and access_log_bucket, or neither"),
        ({"key_arn": None, "access_log_bucket": None}, "which S3 does not deliver to a locked bucket"),
        ({"lock_days": 401}, r"lock_days of kestrel-test-logs must be 1 to expire_days \(400\), got 401"),
        ({"lock_days": 0}, "got 0"),
        (
            {"archive_days": 400},
            r"archive_days of kestrel-test-logs must be 1 to less than expire_days \(400\)",
        ),
    ],
)
def test_rejects_what_s3_would_refuse_or_never_do(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _args(**changes)


def test_makes_exactly_what_closes_and_keeps_a_bucket() -> None:
    kinds = [
        "Bucket",
        "BucketPublicAccessBlock",
        "BucketOwnershipControls",
        "BucketVersioning",
        "BucketPolicy",
    ]
    kinds += ["BucketServerSideEncryptionConfiguration", "BucketLifecycleConfiguration", "BucketLogging"]
    kinds += ["BucketObjectLockConfiguration"]
    assert _build(_args()).identities() == {
        "platform:audit:PrivateBucket::logs",
        *(f"platform:audit:PrivateBucket$aws:s3/{kind[0].lower()}{kind[1:]}:{kind}::logs" for kind in kinds),
    }


def test_every_part_has_the_values_that_matter() -> None:
    built = _build(_args(tags={"data-class": "audit"}))
    bucket = built.one("Bucket", "logs")
    assert bucket.protect
    assert bucket.inputs == {
        "bucket": "kestrel-test-logs",
        "forceDestroy": False,
        "objectLockEnabled": True,
        "tags": {"Name": "logs", "data-class": "audit"},
    }
    parts = {made.type.rpartition(":")[2]: dict(made.inputs) for made in built.resources if made is not bucket}
    del parts["PrivateBucket"], parts["BucketPolicy"]
    assert {part.pop("bucket") for part in parts.values()} == {"kestrel-test-logs"}
    assert parts == {
        "BucketPublicAccessBlock": {
            "blockPublicAcls": True,
            "blockPublicPolicy": True,
            "ignorePublicAcls": True,
            "restrictPublicBuckets": True,
        },
        "BucketOwnershipControls": {"rule": {"objectOwnership": "BucketOwnerEnforced"}},
        "BucketVersioning": {"versioningConfiguration": {"status": "Enabled"}},
        "BucketServerSideEncryptionConfiguration": {
            "rules": [
                {
                    "applyServerSideEncryptionByDefault": {
                        "sseAlgorithm": "aws:kms",
                        "kmsMasterKeyId": "arn:key",
                    },
                    "bucketKeyEnabled": True,
                }
            ]
        },
        "BucketLifecycleConfiguration": {
            "rules": [
                {
                    "id": "retention",
                    "status": "Enabled",
                    "filter": {},
                    "transitions": [{"days": 95, "storageClass": "GLACIER_IR"}],
                    "expiration": {"days": 400},
                    "noncurrentVersionExpiration": {"noncurrentDays": 90},
                    "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
                }
            ]
        },
        "BucketLogging": {"targetBucket": "kestrel-test-access", "targetPrefix": "kestrel-test-logs/"},
        "BucketObjectLockConfiguration": {"rule": {"defaultRetention": {"mode": "COMPLIANCE", "days": 365}}},
    }


def test_the_bucket_for_access_logs_has_neither_customer_key_nor_lock_nor_logs_of_itself() -> None:
    built = _build(_access_args())
    (rule,) = built.one("BucketServerSideEncryptionConfiguration", "logs").inputs["rules"]
    assert rule == {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}
    assert built.one("Bucket", "logs").inputs["objectLockEnabled"] is False
    assert not built.all("BucketLogging")
    assert not built.all("BucketObjectLockConfiguration")


def test_an_unprotected_bucket_may_be_destroyed_with_what_it_holds() -> None:
    bucket = _build(_args(protect=False)).one("Bucket", "logs")
    assert not bucket.protect
    assert bucket.inputs["forceDestroy"] is True


def test_s3_gets_no_two_changes_of_access_or_of_versions_at_once() -> None:
    built = _build(_args())
    after = {"BucketPolicy": "BucketPublicAccessBlock", "BucketLifecycleConfiguration": "BucketVersioning"}
    after["BucketObjectLockConfiguration"] = "BucketVersioning"
    for later, earlier in after.items():
        assert built.one(earlier, "logs").urn in built.one(later, "logs").dependencies


def test_whoever_uses_the_bucket_waits_for_its_policy() -> None:
    def program() -> None:
        bucket = PrivateBucket("logs", _args())
        ec2.FlowLog("flow", log_destination=bucket.arn)

    built = build(program)
    flow_log = built.one("FlowLog", "flow")
    assert flow_log.inputs == {"logDestination": ARN}
    assert {*flow_log.dependencies} == {built.one(kind, "logs").urn for kind in ("Bucket", "BucketPolicy")}


def _by_sid(policy: dict[str, Any]) -> dict[str, Any]:
    return {statement.pop("Sid"): statement for statement in policy["Statement"]}


def test_nobody_gets_in_without_tls() -> None:
    everything = {"Effect": "Deny", "Principal": "*", "Action": ["s3:*"], "Resource": [ARN, f"{ARN}/*"]}
    assert _by_sid(bucket_policy("kestrel-test-logs", ACCOUNT)) == {
        "DenyPlainHttp": {**everything, "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        "DenyOldTls": {**everything, "Condition": {"NumericLessThan": {"s3:TlsVersion": "1.2"}}},
    }


def test_log_services_write_for_our_account_alone_and_only_where_they_must() -> None:
    writers = (log_delivery(ACCOUNT, "eu-central-1"), access_log_delivery("kestrel-test-*"))
    statements = _by_sid(bucket_policy("kestrel-test-logs", ACCOUNT, writers))
    delivery = {"ArnLike": {"aws:SourceArn": f"arn:aws:logs:eu-central-1:{ACCOUNT}:*"}}
    ours = {"aws:SourceAccount": ACCOUNT}
    assert statements["LogDeliveryWrite"] == {
        "Effect": "Allow",
        "Principal": {"Service": "delivery.logs.amazonaws.com"},
        "Action": ["s3:PutObject"],
        "Resource": [f"{ARN}/AWSLogs/{ACCOUNT}/*", f"{ARN}/AWSLogs/aws-account-id={ACCOUNT}/*"],
        "Condition": {**delivery, "StringEquals": {**ours, "s3:x-amz-acl": "bucket-owner-full-control"}},
    }
    assert statements["LogDeliveryCheck"]["Resource"] == [ARN]
    assert statements["LogDeliveryCheck"]["Condition"] == {**delivery, "StringEquals": ours}
    assert statements["AccessLogsWrite"] == {
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": ["s3:PutObject"],
        "Resource": [f"{ARN}/*"],
        "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::kestrel-test-*"}, "StringEquals": ours},
    }
    assert set(statements) == {
        "DenyPlainHttp",
        "DenyOldTls",
        "LogDeliveryWrite",
        "LogDeliveryCheck",
        "AccessLogsWrite",
    }
