"""Trails, streams, catalogues, backups and detectors: changes in place, and what is kept apart."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import process, wire
from sandbox.registry import by_token
from tests.sandbox.conftest import Engine
from tests.sandbox.examples import EXAMPLES, Made, filled
from tests.sandbox.examples_data import DATA

TRAIL, STREAM = "aws:cloudtrail/trail:Trail", "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"
WORKGROUP, PLAN, VAULT = "aws:athena/workgroup:Workgroup", "aws:backup/plan:Plan", "aws:backup/vault:Vault"
FEATURE = "aws:guardduty/detectorFeature:DetectorFeature"


def example(token: str, engine: Engine) -> dict[str, Any]:
    found: dict[str, Any] = filled(EXAMPLES[token], Made(engine))
    return found


@pytest.mark.parametrize("token", [token for token in DATA if by_token()[token].tags])
def test_tags_come_change_and_go_in_place(token: str, engine: Engine) -> None:
    without = example(token, engine)
    first, second = ({**without, "tags": tags} for tags in ({"Name": "it", "gone": "1"}, {"Name": "other", "new": "2"}))
    id, _ = engine.create(token, without)  # noqa: A001
    assert wire.decode(engine.read(token, id, without).properties).get("tags", {}) == {}
    for old, new in ((without, first), (first, second)):
        engine.update(token, id, old, new)
        assert wire.decode(engine.read(token, id, new).properties)["tags"] == new["tags"]


def test_a_trail_replaces_its_selectors_and_goes_back_to_the_default(engine: Engine) -> None:
    old = example(TRAIL, engine)
    id, _ = engine.create(TRAIL, old)  # noqa: A001
    basic = {key: value for key, value in old.items() if key not in ("advancedEventSelectors", "kmsKeyId")}
    basic |= {
        "eventSelectors": [{"readWriteType": "WriteOnly", "includeManagementEvents": False}],
        "insightSelectors": [{"insightType": "ApiCallRateInsight"}],
        "enableLogging": False,
        "isMultiRegionTrail": False,
    }
    after = engine.update(TRAIL, id, old, basic)
    assert {name: after[name] for name in basic} == basic
    trails = engine.client("cloudtrail")
    assert trails.get_event_selectors(TrailName=id)["AdvancedEventSelectors"] == []
    assert not trails.get_trail(Name=id)["Trail"].get("KmsKeyId")
    bare = {key: value for key, value in basic.items() if key not in ("eventSelectors", "insightSelectors")}
    engine.update(TRAIL, id, basic, bare)
    default = {"ReadWriteType": "All", "IncludeManagementEvents": True}
    assert trails.get_event_selectors(TrailName=id)["EventSelectors"] == [default]
    assert wire.decode(engine.read(TRAIL, id, bare).inputs) == engine.checked(TRAIL, bare)


def test_a_trail_logs_from_the_start_unless_told_otherwise(engine: Engine) -> None:
    inputs = {"name": "quiet", "s3BucketName": example(TRAIL, engine)["s3BucketName"]}
    quiet, _ = engine.create(TRAIL, {**inputs, "enableLogging": False})
    loud, _ = engine.create(TRAIL, {**inputs, "name": "loud"})
    trails = engine.client("cloudtrail")
    assert [trails.get_trail_status(Name=name)["IsLogging"] for name in (quiet, loud)] == [False, True]


def test_a_stream_changes_in_place_and_loses_what_is_no_longer_given(engine: Engine) -> None:
    old = example(STREAM, engine)
    id, _ = engine.create(STREAM, old)  # noqa: A001
    kept = ("bucketArn", "roleArn", "dynamicPartitioningConfiguration", "processingConfiguration")
    destination = {name: old["extendedS3Configuration"][name] for name in kept}
    new = {**old, "extendedS3Configuration": {**destination, "bufferingSize": 128}}
    del new["serverSideEncryption"]
    after = engine.update(STREAM, id, old, new)
    assert after["versionId"] == "2"
    found = engine.client("firehose").describe_delivery_stream(DeliveryStreamName="audit")["DeliveryStreamDescription"]
    s3 = found["Destinations"][0]["ExtendedS3DestinationDescription"]
    assert (s3["BufferingHints"], s3["CompressionFormat"]) == (
        {"SizeInMBs": 128, "IntervalInSeconds": 300},
        "UNCOMPRESSED",
    )
    assert (s3["Prefix"], s3["EncryptionConfiguration"]) == ("", {"NoEncryptionConfig": "NoEncryption"})
    assert found["DeliveryStreamEncryptionConfiguration"]["Status"] == "DISABLED"


def test_a_workgroup_changes_in_place_and_loses_what_is_no_longer_given(engine: Engine) -> None:
    old = example(WORKGROUP, engine)
    id, _ = engine.create(WORKGROUP, old)  # noqa: A001
    new = {"name": old["name"], "configuration": {"resultConfiguration": {"outputLocation": "s3://data/others/"}}}
    engine.update(WORKGROUP, id, old, new)
    found = engine.client("athena").get_work_group(WorkGroup=id)["WorkGroup"]
    assert (found["State"], found["Description"]) == ("ENABLED", "")
    assert found["Configuration"]["ResultConfiguration"] == {"OutputLocation": "s3://data/others/"}
    assert found["Configuration"]["PublishCloudWatchMetricsEnabled"] is True
    assert "BytesScannedCutoffPerQuery" not in found["Configuration"]


def test_a_table_gets_a_column_in_place(engine: Engine) -> None:
    token = "aws:glue/catalogTable:CatalogTable"
    old = example(token, engine)
    id, _ = engine.create(token, old)  # noqa: A001
    columns = [{"name": "eventname", "type": "string"}, *old["storageDescriptor"]["columns"]]
    new = {**old, "storageDescriptor": {**old["storageDescriptor"], "columns": columns}}
    assert engine.update(token, id, old, new)["storageDescriptor"]["columns"] == columns
    assert engine.diff(token, engine.checked(token, old), engine.checked(token, new)).changes == 2  # some


def test_a_plan_keeps_its_id_when_it_changes_and_frees_its_name_when_it_goes(engine: Engine) -> None:
    old = example(PLAN, engine)
    id, before = engine.create(PLAN, old)  # noqa: A001
    new = {**old, "rules": [{**old["rules"][0], "lifecycle": {"deleteAfter": 90}}]}
    after = engine.update(PLAN, id, old, new)
    assert (after["arn"], after["rules"]) == (before["arn"], new["rules"])
    assert after["version"] != before["version"]
    engine.delete(PLAN, id, new)
    assert engine.create(PLAN, new)[0] != id


def test_a_vault_of_another_region_is_in_that_region_only(engine: Engine) -> None:
    inputs = {"name": "copies", "region": "eu-west-1"}
    id, state = engine.create(VAULT, inputs)  # noqa: A001
    assert state["arn"] == f"arn:aws:backup:eu-west-1:{engine.account}:backup-vault:copies"
    assert engine.client("backup").list_backup_vaults()["BackupVaultList"] == []
    assert engine.read(VAULT, id).id == ""
    assert wire.decode(engine.read(VAULT, f"{id}@eu-west-1").inputs)["region"] == "eu-west-1"


def test_records_of_another_region_stay_apart(engine: Engine) -> None:
    token = "aws:backup/regionSettings:RegionSettings"
    for region in ("eu-central-1", "eu-west-1"):
        id, _ = engine.create(token, {"region": region, "resourceTypeOptInPreference": {"RDS": True}})  # noqa: A001
        assert id == region


def test_a_locked_vault_is_unlocked_before_the_lock_is_final(engine: Engine) -> None:
    token = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
    inputs = example(token, engine)
    id, _ = engine.create(token, inputs)  # noqa: A001
    backup = engine.client("backup")
    assert backup.describe_backup_vault(BackupVaultName=id)["LockDate"]
    engine.delete(token, id, inputs)
    assert backup.describe_backup_vault(BackupVaultName=id)["Locked"] is False


def test_one_feature_of_a_detector_leaves_the_others_alone(engine: Engine) -> None:
    runtime = example(FEATURE, engine)
    engine.create(FEATURE, runtime)
    other = {"detectorId": runtime["detectorId"], "name": "RDS_LOGIN_EVENTS", "status": "ENABLED"}
    id, _ = engine.create(FEATURE, other)  # noqa: A001
    engine.update(FEATURE, id, other, {**other, "status": "DISABLED"})
    features = engine.client("guardduty").get_detector(DetectorId=runtime["detectorId"])["Features"]
    assert {one["Name"]: one["Status"] for one in features} == {
        "RUNTIME_MONITORING": "ENABLED",
        "RDS_LOGIN_EVENTS": "DISABLED",
    }


def test_a_hub_and_a_recorder_change_in_place(engine: Engine) -> None:
    hub = "aws:securityhub/account:Account"
    id, _ = engine.create(hub, {})  # noqa: A001
    new = {"autoEnableControls": False, "controlFindingGenerator": "STANDARD_CONTROL"}
    after = engine.update(hub, id, {}, new)
    assert {name: after[name] for name in new} == new
    recorder = "aws:cfg/recorder:Recorder"
    old = example(recorder, engine)
    id, _ = engine.create(recorder, old)  # noqa: A001
    everything = {**old, "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": True}}
    after = engine.update(recorder, id, old, everything)
    assert after["recordingGroup"] == everything["recordingGroup"]


def test_a_rule_keeps_its_tags_when_it_changes(engine: Engine) -> None:
    token = "aws:cfg/rule:Rule"
    old = {**example(token, engine), "tags": {"Name": "rule"}}
    id, _ = engine.create(token, old)  # noqa: A001
    after = engine.update(token, id, old, {**old, "description": "other"})
    assert (after["description"], after["tags"]) == ("other", {"Name": "rule"})


def test_what_is_there_is_counted_and_what_aws_keeps_of_its_own_is_not(engine: Engine) -> None:
    needed = Made(engine)
    for token in ("aws:rds/instance:Instance", WORKGROUP, PLAN, TRAIL, "aws:cfg/deliveryChannel:DeliveryChannel"):
        engine.create(token, filled(EXAMPLES[token], needed))
    counts = process.status(engine.running)["resources"][engine.account]
    assert {key: number for key, number in counts.items() if key.split(":")[0] not in ("ec2", "kms", "s3", "logs")} == {
        "athena:workgroup": 1,
        "backup:plan": 1,
        "backup:vault": 1,
        "cloudtrail:trail": 1,
        "config:delivery-channel": 1,
        "config:recorder": 1,
        "rds:instance": 1,
        "rds:subnet-group": 1,
    }
