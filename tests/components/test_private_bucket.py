"""Buckets: closed, encrypted, versioned, ended on time; and the one exception that S3 itself makes."""

from typing import Any

import pytest
from pulumi_aws import ec2

from components.bucket_policy import (
    access_log_delivery,
    bucket_policy,
    config_delivery,
    log_delivery,
    trail_delivery,
)
from components.policy_document import Statement
from components.private_bucket import PrivateBucket, PrivateBucketArgs
from components.retention import Lifetime
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
        ({"lock_days": 401}, r"lock_days of kestrel-test-logs must be 1 to the shortest expire_days \(400\), got 401"),
        ({"lock_days": 0}, "got 0"),
        (
            {"archive_days": 400},
            r"archive_days of retention must be 1 to less than expire_days \(400\), got 400",
        ),
    ],
)
def test_rejects_what_s3_would_refuse_or_never_do(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _args(**changes)


_TRAIL = Lifetime(id="trail", prefix="trail/", expire_days=400, archive_days=95)
_LEDGER = Lifetime(id="ledger", prefix="ledger/", expire_days=4018)
_BY_PREFIX = {"expire_days": None, "archive_days": None, "lifetimes": (_TRAIL, _LEDGER)}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"expire_days": 400}, "must have either lifetimes, or expire_days and archive_days"),
        ({"archive_days": 95}, "must have either lifetimes, or expire_days and archive_days"),
        ({"lock_days": 401}, r"1 to the shortest expire_days \(400\), got 401"),
        (
            {"lifetimes": (_TRAIL, Lifetime(id="x", prefix="trail/x/", expire_days=400))},
            "lifetimes of kestrel-test-logs must not contain one another, got 'trail/' and 'trail/x/'",
        ),
    ],
)
def test_rejects_lifetimes_that_s3_would_not_keep(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _args(**{**_BY_PREFIX, **changes})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"expire_days": 0}, "expire_days of trail must be at least 1, got 0"),
        ({"archive_days": 400}, r"archive_days of trail must be 1 to less than expire_days \(400\), got 400"),
    ],
)
def test_rejects_a_lifetime_that_ends_before_it_begins(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Lifetime(**{"id": "trail", "prefix": "trail/", "expire_days": 400, **changes})


def test_every_prefix_has_a_lifetime_of_its_own() -> None:
    built = _build(_args(**_BY_PREFIX))
    rules = built.one("BucketLifecycleConfiguration", "logs").inputs["rules"]
    assert [(rule["id"], rule["filter"], rule["expiration"], rule.get("transitions")) for rule in rules] == [
        ("trail", {"prefix": "trail/"}, {"days": 400}, [{"days": 95, "storageClass": "GLACIER_IR"}]),
        ("ledger", {"prefix": "ledger/"}, {"days": 4018}, None),
    ]


def test_lock_mode_region_and_further_statements_reach_every_part() -> None:
    more = Statement(sid="DenyMore", effect="Deny", principals="*", actions=("s3:*",), resources=(ARN,))
    built = _build(_args(lock_mode="GOVERNANCE", region="eu-west-1", statements=(more,)))
    lock = built.one("BucketObjectLockConfiguration", "logs").inputs["rule"]["defaultRetention"]
    assert lock == {"mode": "GOVERNANCE", "days": 365}
    parts = [made for made in built.resources if made.type.startswith("aws:")]
    assert {made.inputs.get("region") for made in parts} == {"eu-west-1"}
    assert "DenyMore" in built.one("BucketPolicy", "logs").inputs["policy"]


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
        "BucketLogging": {"targetBucket": "kestrel-test-access", "targetPrefix": "access/kestrel-test-logs/"},
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
        "Resource": [f"{ARN}/access/*"],
        "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::kestrel-test-*"}, "StringEquals": ours},
    }
    assert set(statements) == {
        "DenyPlainHttp",
        "DenyOldTls",
        "LogDeliveryWrite",
        "LogDeliveryCheck",
        "AccessLogsWrite",
    }


def test_trail_and_config_write_below_their_prefixes_for_our_account_alone() -> None:
    trail = "arn:aws:cloudtrail:eu-central-1:123456789012:trail/test"
    writers = (trail_delivery(trail, "trail/", ACCOUNT), config_delivery(ACCOUNT, "config/"))
    statements = _by_sid(bucket_policy("kestrel-test-logs", ACCOUNT, writers))
    allowed = {"aws:SourceAccount": ACCOUNT, "s3:x-amz-acl": "bucket-owner-full-control"}
    for sid, service, folder, source in (
        ("TrailWrite", "cloudtrail", f"trail/AWSLogs/{ACCOUNT}", trail),
        ("ConfigWrite", "config", f"config/AWSLogs/{ACCOUNT}/Config", f"arn:aws:config:*:{ACCOUNT}:*"),
    ):
        assert statements[sid] == {
            "Effect": "Allow",
            "Principal": {"Service": f"{service}.amazonaws.com"},
            "Action": ["s3:PutObject"],
            "Resource": [f"{ARN}/{folder}/*"],
            "Condition": {"ArnLike": {"aws:SourceArn": source}, "StringEquals": allowed},
        }
    assert statements["TrailCheck"]["Action"] == ["s3:GetBucketAcl", "s3:ListBucket"]
