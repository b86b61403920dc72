"""The archive: what locks it, who may write, what nobody may do, and what is copied where."""

import json
from typing import Any

import pytest

from components.audit_log import AuditLog, AuditLogArgs
from components.evidence.streams import STREAMS, lifetimes, prefix
from components.key_permissions import NamedKey
from components.private_bucket import PrivateBucket, PrivateBucketArgs
from tests.components.conftest import Built, build

ACCOUNT = "123456789012"
ARCHIVE, RECOVERY = f"kestrel-prod-archive-{ACCOUNT}", f"kestrel-prod-archive-recovery-{ACCOUNT}"
LANDING, ACCESS = f"kestrel-prod-landing-{ACCOUNT}", f"kestrel-prod-access-logs-{ACCOUNT}"
ROLE = f"arn:aws:iam::{ACCOUNT}:role"


def _args(access_logs: PrivateBucket, **changes: Any) -> AuditLogArgs:
    values: dict[str, Any] = {
        "organisation": "kestrel",
        "environment": "prod",
        "account_id": ACCOUNT,
        "region": "eu-central-1",
        "recovery_region": "eu-west-1",
        "key": NamedKey("prod-audit", "arn:audit"),
        "recovery_key": NamedKey("prod-audit-recovery", "arn:recovery"),
        "landing_key": NamedKey("prod-internal", "arn:internal"),
        "access_logs": access_logs,
        "topic_arn": "arn:page",
        "replication_role": "prod-archive-replication",
        "retention_days": {"activity": 1100, "financial": 4018},
        "archive_days": 95,
        "lock_mode": "COMPLIANCE",
        "lock_days": 400,
        "landing_days": 30,
    }
    return AuditLogArgs(**{**values, **changes})


def _build(**changes: Any) -> Built:
    def program() -> None:
        access = PrivateBucketArgs(
            bucket=ACCESS, account_id=ACCOUNT, key_arn=None, access_log_bucket=None, expire_days=30
        )
        AuditLog("archive", _args(PrivateBucket("access-logs", access), **changes))

    return build(program)


def _statements(built: Built, name: str) -> dict[str, Any]:
    policy = json.loads(built.one("BucketPolicy", name).inputs["policy"])
    return {statement["Sid"]: statement for statement in policy["Statement"]}


def test_rejects_a_copy_in_the_same_region() -> None:
    with pytest.raises(ValueError, match=r"recovery_region must be another than region \(eu-central-1\)"):
        _build(recovery_region="eu-central-1")


def test_makes_two_locked_archives_where_evidence_lands_and_the_copying_between_them() -> None:
    kind = "platform:audit:AuditLog"
    components = {one for one in _build().identities() if not one.rpartition("$")[2].startswith("aws:")}
    role = f"{kind}$platform:audit:Replication$platform:identity:ServiceRole::archive-replication"
    assert components == {
        f"{kind}::archive",
        *(f"{kind}$platform:audit:PrivateBucket::archive{part}" for part in ("", "-recovery", "-landing")),
        f"{kind}$platform:audit:PrivateBucket::archive-recovery-access",
        f"{kind}$platform:audit:Replication::archive-replication",
        role,
        "platform:audit:PrivateBucket::access-logs",
    }


@pytest.mark.parametrize(
    ("name", "bucket", "region", "key", "target"),
    [
        ("archive", ARCHIVE, None, "arn:audit", ACCESS),
        (
            "archive-recovery",
            RECOVERY,
            "eu-west-1",
            "arn:recovery",
            f"kestrel-prod-recovery-access-{ACCOUNT}",
        ),
    ],
)
def test_both_archives_are_locked_logged_and_have_the_key_of_their_region(
    name: str, bucket: str, region: str | None, key: str, target: str
) -> None:
    built = _build()
    made = built.one("Bucket", name)
    assert (made.inputs["bucket"], made.inputs.get("region"), made.protect) == (bucket, region, True)
    assert made.inputs["objectLockEnabled"] is True
    assert made.inputs["tags"]["data-class"] == "audit"
    lock = built.one("BucketObjectLockConfiguration", name).inputs["rule"]["defaultRetention"]
    assert lock == {"mode": "COMPLIANCE", "days": 400}
    (rule,) = built.one("BucketServerSideEncryptionConfiguration", name).inputs["rules"]
    assert rule["applyServerSideEncryptionByDefault"]["kmsMasterKeyId"] == key
    assert built.one("BucketLogging", name).inputs["targetBucket"] == target
    kept = {one["id"]: one["expiration"]["days"] for one in _rules(built, name)}
    assert kept == {name: 4018 if name in ("postgres", "deployments") else 1100 for name in (*STREAMS,)}


def _rules(built: Built, name: str) -> Any:
    return built.one("BucketLifecycleConfiguration", name).inputs["rules"]


def test_streams_are_not_below_one_another_and_only_what_outlives_it_is_archived() -> None:
    made = lifetimes(ACCOUNT, {"activity": 90, "financial": 400}, 95)
    prefixes = [one.prefix for one in made]
    assert not [(a, b) for a in prefixes for b in prefixes if a is not b and a.startswith(b)]
    assert {one.id for one in made if one.archive_days} == {"postgres", "deployments"}


@pytest.mark.parametrize(("name", "bucket"), [("archive", ARCHIVE), ("archive-recovery", RECOVERY)])
def test_nobody_at_all_takes_evidence_away(name: str, bucket: str) -> None:
    statement = _statements(_build(), name)["DenyTakingAway"]
    assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
    assert "Condition" not in statement
    assert statement["Resource"] == [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    assert {*statement["Action"]} >= {
        "s3:BypassGovernanceRetention",
        "s3:DeleteBucket",
        "s3:DeleteBucketPolicy",
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
        "s3:PutObjectRetention",
    }


def test_nobody_who_works_in_the_account_changes_how_evidence_is_kept() -> None:
    statement = _statements(_build(), "archive")["DenyConfiguring"]
    workers = [f"{ROLE}/foundation/*", f"{ROLE}/platform/*"]
    assert statement["Condition"] == {"ArnLike": {"aws:PrincipalArn": workers}}
    assert {*statement["Action"]} >= {
        "s3:PutBucketObjectLockConfiguration",
        "s3:PutBucketPolicy",
        "s3:PutBucketVersioning",
        "s3:PutLifecycleConfiguration",
        "s3:PutReplicationConfiguration",
    }


def test_only_services_deliver_evidence_and_the_pipeline_its_records_once() -> None:
    statements = _statements(_build(), "archive")
    deploy = f"{ROLE}/foundation/deploy"
    roles = [f"{ROLE}/platform/prod-archive-replication", f"{ROLE}/platform/prod-deliver-*", deploy]
    assert statements["DenyForging"]["Resource"] == [f"arn:aws:s3:::{ARCHIVE}/*"]
    assert statements["DenyForging"]["Condition"] == {
        "Bool": {"aws:PrincipalIsAWSService": "false"},
        "ArnNotLike": {"aws:PrincipalArn": roles},
    }
    elsewhere = statements["DenyForgingByPipeline"]
    assert elsewhere["Condition"] == {"ArnEquals": {"aws:PrincipalArn": deploy}}
    assert elsewhere["Resource"] == [
        f"arn:aws:s3:::{ARCHIVE}/{prefix(name, ACCOUNT)}*" for name in STREAMS if name != "deployments"
    ]
    assert statements["DenyChangingRecords"]["Resource"] == [f"arn:aws:s3:::{ARCHIVE}/deployments/*"]
    assert statements["DenyChangingRecords"]["Condition"] == {
        "Null": {"s3:if-none-match": "true"},
        "Bool": {"s3:ObjectCreationOperation": "true"},
    }


def test_services_write_into_the_archive_at_home_and_into_the_other_nobody_does() -> None:
    built = _build()
    home, recovery = ({*_statements(built, name)} for name in ("archive", "archive-recovery"))
    assert {"TrailWrite", "TrailCheck", "LogDeliveryWrite", "LogDeliveryCheck"} <= home
    assert home - recovery == {"TrailWrite", "TrailCheck", "LogDeliveryWrite", "LogDeliveryCheck"}
    assert {"ConfigWrite", "ConfigCheck"} <= {*_statements(built, "archive-landing")}


def test_what_may_be_thrown_away_can_be() -> None:
    built = _build(protect=False, lock_mode="GOVERNANCE", lock_days=1)
    for name in ("archive", "archive-recovery"):
        assert built.one("Bucket", name).inputs["forceDestroy"] is True
        assert {sid for sid in _statements(built, name) if sid.startswith("Deny")} == {"DenyPlainHttp", "DenyOldTls"}


def test_everything_is_copied_to_where_it_is_locked_within_15_minutes_and_no_removal_is() -> None:
    built = _build()
    copied = {
        (one.inputs["bucket"], rule["filter"]["prefix"], rule["destination"]["bucket"].rpartition(":")[2])
        for one in built.all("BucketReplicationConfig")
        for rule in one.inputs["rules"]
    }
    assert copied == {
        (ARCHIVE, "", RECOVERY),
        *((LANDING, "config/", target) for target in (ARCHIVE, RECOVERY)),
        *((ACCESS, "access/", target) for target in (ARCHIVE, RECOVERY)),
    }
    for one in built.all("BucketReplicationConfig"):
        assert len({rule["priority"] for rule in one.inputs["rules"]}) == len(one.inputs["rules"])
        for rule in one.inputs["rules"]:
            assert rule["deleteMarkerReplication"] == {"status": "Disabled"}
            assert rule["destination"]["replicationTime"] == {"status": "Enabled", "time": {"minutes": 15}}
            assert rule["destination"]["metrics"] == {"status": "Enabled", "eventThreshold": {"minutes": 15}}


def test_copies_are_encrypted_with_the_key_of_their_region_where_their_source_has_a_key() -> None:
    built = _build()
    landing = built.one("BucketReplicationConfig", "archive-replication-landing").inputs["rules"]
    keys = [rule["destination"]["encryptionConfiguration"]["replicaKmsKeyId"] for rule in landing]
    assert keys == ["arn:audit", "arn:recovery"]
    assert {rule["sourceSelectionCriteria"]["sseKmsEncryptedObjects"]["status"] for rule in landing} == {"Enabled"}
    for rule in built.one("BucketReplicationConfig", "archive-replication-access").inputs["rules"]:
        assert "sourceSelectionCriteria" not in rule
        assert "encryptionConfiguration" not in rule["destination"]


def test_copying_waits_for_versions_on_both_sides() -> None:
    built = _build()
    needs = built.one("BucketReplicationConfig", "archive-replication-archive").dependencies
    for name in ("archive", "archive-recovery"):
        assert built.one("BucketVersioning", name).urn in needs


def test_the_role_that_copies_reads_sources_writes_targets_and_removes_nothing() -> None:
    policy = json.loads(_build().one("RolePolicy", "archive-replication").inputs["policy"])
    by_sid = {statement["Sid"]: statement for statement in policy["Statement"]}
    sources = {f"arn:aws:s3:::{bucket}/*" for bucket in (ARCHIVE, LANDING, ACCESS)}
    assert {*by_sid["ReadEvidence"]["Resource"]} == sources
    assert by_sid["WriteCopies"]["Action"] == ["s3:ReplicateObject", "s3:ReplicateTags"]
    assert {*by_sid["WriteCopies"]["Resource"]} == {f"arn:aws:s3:::{bucket}/*" for bucket in (ARCHIVE, RECOVERY)}
    keys = {
        (sid, statement["Condition"]["ForAnyValue:StringEquals"]["kms:ResourceAliases"])
        for sid, statement in by_sid.items()
        if "kms:" in statement["Action"][0]
    }
    assert keys == {
        ("Decrypt0", "alias/prod-audit"),
        ("Decrypt1", "alias/prod-internal"),
        ("Encrypt0", "alias/prod-audit"),
        ("Encrypt1", "alias/prod-audit-recovery"),
    }


def test_a_lag_and_a_failure_of_every_rule_are_told() -> None:
    alarms = _build().all("MetricAlarm")
    rules = {(one.inputs["dimensions"]["SourceBucket"], one.inputs["dimensions"]["RuleId"]) for one in alarms}
    assert rules == {
        (ARCHIVE, "recovery"),
        *((LANDING, f"{target}-config") for target in ("archive", "recovery")),
        *((ACCESS, f"{target}-access") for target in ("archive", "recovery")),
    }
    assert {(one.inputs["metricName"], one.inputs["threshold"]) for one in alarms} == {
        ("ReplicationLatency", 900),
        ("OperationsFailedReplication", 0),
    }
    assert {tuple(one.inputs["alarmActions"]) for one in alarms} == {("arn:page",)}
