"""The engine's state outlives its bucket and its region: what the foundation makes for that."""

import json
from functools import cache
from typing import Any

import pytest

from platformctl.project import Project
from platformctl.render import render
from policies.adapters import from_registrations
from policies.graph import Graph
from policies.resource import Resource
from tests.stacks.foundation.test_access import ACCOUNT, ROOT

STATE, COPY = (f"kestrel-billing-prod-{purpose}-{ACCOUNT}" for purpose in ("state", "state-copy"))
ROLE = f"arn:aws:iam::{ACCOUNT}:role/foundation/state-replication"


@cache
def _graph() -> Graph:
    return from_registrations(render(Project(ROOT, "foundation"), "prod"))


def _one(kind: str, name: str) -> Resource:
    return next(r for r in _graph().of_type(f"aws:{kind}") if r.name == name)


def _of_bucket(kind: str, name: str) -> dict[str, Any]:
    return dict(_one(f"s3/{kind}", name).properties)


@pytest.mark.parametrize(
    ("name", "bucket", "region", "access"),
    [("state", STATE, None, "state-access"), ("state-copy", COPY, "eu-west-1", "state-copy-logs")],
)
def test_state_and_copy_are_locked_versioned_logged_and_protected(
    name: str, bucket: str, region: str | None, access: str
) -> None:
    made = _one("s3/bucket:Bucket", name)
    assert (made.properties["bucket"], made.properties.get("region")) == (bucket, region)
    assert made.properties["objectLockEnabled"] is True
    assert not made.properties.get("forceDestroy")
    versioning = _of_bucket("bucketVersioning:BucketVersioning", name)
    assert versioning["versioningConfiguration"] == {"status": "Enabled"}
    lock = _of_bucket("bucketObjectLockConfiguration:BucketObjectLockConfiguration", name)
    assert lock["rule"] == {"defaultRetention": {"mode": "GOVERNANCE", "days": 400}}
    logging = _of_bucket("bucketLogging:BucketLogging", name)
    assert logging["targetBucket"] == f"kestrel-billing-prod-{access}-{ACCOUNT}"
    assert _one("s3/bucket:Bucket", f"{name}-access-logs").properties.get("region") == region


def test_every_object_of_the_state_is_copied_and_no_removal() -> None:
    copying = _of_bucket("bucketReplicationConfig:BucketReplicationConfig", "state-replication-state")
    assert (copying["bucket"], copying["role"]) == (STATE, ROLE)
    (rule,) = copying["rules"]
    assert (rule["status"], rule["filter"]) == ("Enabled", {"prefix": ""})
    assert rule["deleteMarkerReplication"] == {"status": "Disabled"}
    assert rule["sourceSelectionCriteria"] == {"sseKmsEncryptedObjects": {"status": "Enabled"}}
    assert rule["destination"]["bucket"] == f"arn:aws:s3:::{COPY}"


def test_nothing_raises_alarms_before_there_is_anybody_to_tell() -> None:
    assert not list(_graph().of_type("aws:cloudwatch/metricAlarm:MetricAlarm"))


def test_the_role_that_copies_is_the_foundations_and_reads_and_writes_no_other_bucket() -> None:
    role = _one("iam/role:Role", "state-replication").properties
    assert (role["path"], role["name"]) == ("/foundation/", "state-replication")
    assert role["permissionsBoundary"] == f"arn:aws:iam::{ACCOUNT}:policy/foundation/permission-boundary"
    policy = json.loads(_one("iam/rolePolicy:RolePolicy", "state-replication").properties["policy"])
    by_sid = {statement["Sid"]: statement for statement in policy["Statement"]}
    assert by_sid["ReadEvidence"]["Resource"] == [f"arn:aws:s3:::{STATE}/*"]
    assert by_sid["WriteCopies"]["Resource"] == [f"arn:aws:s3:::{COPY}/*"]
    aliases = {
        sid: statement["Condition"]["ForAnyValue:StringEquals"]["kms:ResourceAliases"]
        for sid, statement in by_sid.items()
        if sid.endswith("crypt0")
    }
    assert aliases == {"Decrypt0": "alias/prod-state", "Encrypt0": "alias/prod-state-copy"}


def test_secret_values_can_be_read_in_both_regions_by_the_same_roles() -> None:
    key = _one("kms/key:Key", "key-state-secrets").properties
    replica = _one("kms/replicaKey:ReplicaKey", "key-state-secrets-replica").properties
    assert (key["multiRegion"], replica["region"]) == (True, "eu-west-1")
    assert json.loads(key["policy"]) == json.loads(replica["policy"])
    alias = _one("kms/alias:Alias", "key-state-secrets-replica").properties
    assert (alias["name"], alias["region"]) == ("alias/prod-state-secrets", "eu-west-1")
    for name in ("key-state", "key-state-copy"):
        assert _one("kms/key:Key", name).properties["multiRegion"] is False
