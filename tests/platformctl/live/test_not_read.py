"""What may not be read is named, and no rule that looks at it passes."""

import threading
from typing import Any

import pytest

from platformctl.live.account import Account
from platformctl.live.audit import collect
from platformctl.live.owners import Owners
from sandbox.retry import AwsError, Cancelled
from tests.platformctl.live.conftest import REGION, Cloud, verdicts
from tests.platformctl.live.test_drift import good_bucket

DENIED = "AccessDenied"


def _denying(account: Account, *operations: str, code: str = DENIED) -> Account:
    """The account as it is for a role that may not make these calls."""
    ask = account._ask

    def refuse(service: str, operation: str, send: Any) -> Any:
        if operation in operations:
            raise AwsError(operation, code, "User is not authorized to perform this")
        return ask(service, operation, send)

    account._ask = refuse  # type: ignore[method-assign]
    return account


@pytest.mark.parametrize(
    ("operation", "type_", "rule"),
    [
        ("get_bucket_policy", "aws:s3/bucketPolicy:BucketPolicy", "S3-03"),
        ("get_public_access_block", "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "S3-01"),
        ("get_bucket_versioning", "aws:s3/bucketVersioning:BucketVersioning", "S3-05"),
        ("get_bucket_ownership_controls", "aws:s3/bucketOwnershipControls:BucketOwnershipControls", "S3-09"),
    ],
)
def test_a_part_that_is_refused_leaves_its_rule_undecided(cloud: Cloud, operation: str, type_: str, rule: str) -> None:
    good_bucket(cloud)
    report = cloud.audit(account=_denying(cloud.account, operation), only=("s3",))
    assert {
        "type": type_,
        "region": REGION,
        "service": "s3",
        "operation": operation,
        "reason": DENIED,
        "id": cloud.bucket,
    } in (report["live"]["not_read"])
    assert verdicts(report, rule) == {f"arn:aws:s3:::{cloud.bucket}": "undecided"}


def test_a_listing_that_is_refused_leaves_all_that_hangs_on_it_undecided(cloud: Cloud) -> None:
    report = cloud.audit(account=_denying(cloud.account, "list_buckets"), only=("s3",))
    unread = {one["type"] for one in report["live"]["not_read"]}
    assert {"aws:s3/bucket:Bucket", "aws:s3/bucketPolicy:BucketPolicy"} <= unread
    for rule in ("S3-01", "S3-03", "S3-04", "S3-05", "RES-01"):
        assert set(verdicts(report, rule).values()) == {"undecided"}, rule
    assert report["resources"] == 0


def test_findings_on_what_was_read_stay(cloud: Cloud) -> None:
    cloud.client("s3").create_bucket(Bucket=cloud.bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    cloud.client("kms").create_key()
    report = cloud.audit(account=_denying(cloud.account, "list_buckets"), only=("s3", "kms"))
    assert list(verdicts(report, "KMS-01").values()) == ["fail"]


def test_a_region_that_is_closed_to_the_account_is_named(cloud: Cloud) -> None:
    report = cloud.audit(account=_denying(cloud.account, "describe_vpcs", code="OptInRequired"), only=("ec2",))
    assert {(one["region"], one["reason"]) for one in report["live"]["not_read"]} == {(REGION, "OptInRequired")}


def test_an_answer_that_no_reader_understands_is_named_and_ends_nothing(cloud: Cloud) -> None:
    key = cloud.client("kms").create_key()["KeyMetadata"]["KeyId"]
    account = cloud.account
    ask = account._ask
    account._ask = lambda *args: {} if args[1] == "describe_key" else ask(*args)  # type: ignore[method-assign]
    report = cloud.audit(account=account, only=("kms",))
    found = {(one["id"], one["reason"]) for one in report["live"]["not_read"]}
    assert found == {(key, "not understood (KeyError)")}
    assert set(verdicts(report, "KMS-01").values()) == {"undecided"}


def test_an_interrupt_ends_the_calls_that_wait(cloud: Cloud) -> None:
    account = cloud.account
    ask, asked = account._ask, []

    def interrupt(service: str, operation: str, send: Any) -> Any:
        asked.append(operation)
        if len(asked) == 3:
            raise KeyboardInterrupt
        return ask(service, operation, send)

    account._ask = interrupt  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        collect(account, (REGION,), Owners([], REGION))
    assert account.cancelled.is_set()
    with pytest.raises(Cancelled):
        account.check()
    assert threading.active_count() < 40
