"""The audit layer deployed for real into the sandbox's cloud, and read back from it with boto3."""

import json
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from tests.engine.conftest import Checkout


def _bucket(staging: Checkout, purpose: str) -> str:
    account = staging.settings("staging").account
    return f"{account.organisation}-staging-{purpose}-{account.id}"


def test_both_archives_lock_every_object_by_default(staging: Checkout) -> None:
    s3 = staging.aws("s3", "staging")
    for purpose in ("archive", "archive-recovery"):
        lock = s3.get_object_lock_configuration(Bucket=_bucket(staging, purpose))["ObjectLockConfiguration"]
        assert lock["ObjectLockEnabled"] == "Enabled"
        retention = lock["Rule"]["DefaultRetention"]
        assert (retention["Mode"], retention["Days"]) == ("GOVERNANCE", 1)
    region = s3.get_bucket_location(Bucket=_bucket(staging, "archive-recovery"))["LocationConstraint"]
    assert region == staging.settings("staging").account.recovery_region


@pytest.fixture
def without_policy(staging: Checkout) -> Iterator[str]:
    """The archive without its bucket policy, which refuses plain HTTP: what is left is the lock alone."""
    s3, bucket = staging.aws("s3", "staging"), _bucket(staging, "archive")
    policy = s3.get_bucket_policy(Bucket=bucket)["Policy"]
    s3.delete_bucket_policy(Bucket=bucket)
    yield bucket
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)


def test_a_locked_version_cannot_be_deleted_even_where_no_policy_forbids_it(
    staging: Checkout, without_policy: str
) -> None:
    s3 = staging.aws("s3", "staging")
    written = s3.put_object(Bucket=without_policy, Key="trail/locked.json", Body=b"{}")
    version = {"Bucket": without_policy, "Key": "trail/locked.json", "VersionId": written["VersionId"]}
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.delete_object(**version)
    assert s3.get_object(**version)["Body"].read() == b"{}"
    assert s3.head_object(**version)["ObjectLockMode"] == "GOVERNANCE"


def test_everything_is_copied_to_both_archives_as_asked(staging: Checkout) -> None:
    s3 = staging.aws("s3", "staging")
    archive, recovery = (f"arn:aws:s3:::{_bucket(staging, one)}" for one in ("archive", "archive-recovery"))
    for purpose, targets in (("archive", [recovery]), ("landing", [archive, recovery])):
        configured = s3.get_bucket_replication(Bucket=_bucket(staging, purpose))["ReplicationConfiguration"]
        assert configured["Role"].endswith(":role/platform/staging-archive-replication")
        assert [rule["Destination"]["Bucket"] for rule in configured["Rules"]] == targets
        assert {rule["Status"] for rule in configured["Rules"]} == {"Enabled"}
        assert {rule["DeleteMarkerReplication"]["Status"] for rule in configured["Rules"]} == {"Disabled"}


def test_streams_end_when_the_settings_say(staging: Checkout) -> None:
    rules = staging.aws("s3", "staging").get_bucket_lifecycle_configuration(Bucket=_bucket(staging, "archive"))
    kept = {rule["ID"]: rule["Expiration"]["Days"] for rule in rules["Rules"]}
    retention = staging.settings("staging").audit.retention_days
    assert kept["trail"] == retention.activity
    assert kept["postgres"] == kept["deployments"] == retention.financial


def test_the_trail_runs_and_records_what_it_must(staging: Checkout) -> None:
    cloudtrail = staging.aws("cloudtrail", "staging")
    (trail,) = cloudtrail.describe_trails()["trailList"]
    assert (trail["IsMultiRegionTrail"], trail["LogFileValidationEnabled"]) == (True, True)
    assert (trail["S3BucketName"], trail["S3KeyPrefix"]) == (_bucket(staging, "archive"), "trail")
    assert trail["KmsKeyId"] == staging.outputs("staging")["key_arns"]["audit"]
    assert cloudtrail.get_trail_status(Name=trail["Name"])["IsLogging"] is True
    selectors = cloudtrail.get_event_selectors(TrailName=trail["Name"])["AdvancedEventSelectors"]
    fields = {field["Field"]: field for selector in selectors for field in selector["FieldSelectors"]}
    recorded = fields["resources.ARN"]["StartsWith"]
    for purpose in ("archive", "state", "landing"):
        assert f"arn:aws:s3:::{_bucket(staging, purpose)}/" in recorded
    insights = cloudtrail.get_insight_selectors(TrailName=trail["Name"])["InsightSelectors"]
    assert {one["InsightType"] for one in insights} == {"ApiCallRateInsight", "ApiErrorRateInsight"}


def test_the_trail_reaches_a_log_group_with_key_end_and_the_alarms_filters(staging: Checkout) -> None:
    logs, settings = staging.aws("logs", "staging"), staging.settings("staging")
    (group,) = logs.describe_log_groups(logGroupNamePrefix="/audit/staging/trail")["logGroups"]
    assert group["kmsKeyId"] == staging.outputs("staging")["key_arns"]["audit"]
    assert group["retentionInDays"] == settings.audit.log_group_days
    filters = logs.describe_metric_filters(logGroupName=group["logGroupName"])["metricFilters"]
    metrics = {one["metricTransformations"][0]["metricName"] for one in filters}
    assert len(metrics) == 18
    alarms = staging.aws("cloudwatch", "staging").describe_alarms()["MetricAlarms"]
    watched = {alarm["MetricName"]: alarm for alarm in alarms}
    topics = staging.outputs("staging")["topic_arns"].values()
    assert all(watched[metric]["AlarmActions"][0] in topics for metric in metrics)
    assert all(watched[metric]["ActionsEnabled"] for metric in metrics)


def test_attacks_on_the_record_reach_the_page_topic(staging: Checkout) -> None:
    events = staging.aws("events", "staging")
    rules = [rule for rule in events.list_rules()["Rules"] if rule["Name"].startswith("staging-audit-watch-")]
    assert len(rules) == 4
    page = staging.outputs("staging")["topic_arns"]["page"]
    for rule in rules:
        assert rule["State"] == "ENABLED"
        assert [one["Arn"] for one in events.list_targets_by_rule(Rule=rule["Name"])["Targets"]] == [page]


def test_every_role_that_was_made_is_inside_the_boundary(staging: Checkout) -> None:
    iam = staging.aws("iam", "staging")
    roles = [role["RoleName"] for role in iam.list_roles(PathPrefix="/platform/")["Roles"]]
    assert {"staging-archive-replication", "staging-trail-logs"} <= {*roles}
    for role in roles:
        boundary = iam.get_role(RoleName=role)["Role"]["PermissionsBoundary"]["PermissionsBoundaryArn"]
        assert boundary.endswith(":policy/foundation/permission-boundary")


def test_readers_have_a_workgroup_tables_and_the_saved_query(staging: Checkout) -> None:
    athena, glue = staging.aws("athena", "staging"), staging.aws("glue", "staging")
    configuration = athena.get_work_group(WorkGroup="staging-audit")["WorkGroup"]["Configuration"]
    assert configuration["EnforceWorkGroupConfiguration"] is True
    place = configuration["ResultConfiguration"]
    assert place["OutputLocation"] == f"s3://{_bucket(staging, 'audit-results')}/"
    assert place["EncryptionConfiguration"]["EncryptionOption"] == "SSE_KMS"
    tables = {table["Name"]: table for table in glue.get_tables(DatabaseName="audit_staging")["TableList"]}
    assert {*tables} == {"trail", "flow", "dns", "kubernetes", "postgres"}
    assert tables["trail"]["StorageDescriptor"]["Location"].startswith(f"s3://{_bucket(staging, 'archive')}/trail/")
    queries = athena.list_named_queries(WorkGroup="staging-audit")["NamedQueryIds"]
    (saved,) = [athena.get_named_query(NamedQueryId=query)["NamedQuery"] for query in queries]
    assert "BETWEEN ? AND ?" in saved["QueryString"]


def test_nobody_may_take_evidence_away_says_the_policy_that_was_deployed(staging: Checkout) -> None:
    policy = staging.aws("s3", "staging").get_bucket_policy(Bucket=_bucket(staging, "archive"))["Policy"]
    (denied,) = [one for one in json.loads(policy)["Statement"] if one["Sid"] == "DenyTakingAway"]
    assert (denied["Effect"], denied["Principal"], "Condition" in denied) == ("Deny", "*", False)
    assert {"s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObjectRetention"} <= {*denied["Action"]}
