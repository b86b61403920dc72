"""Databases: what is refused, what is left behind, and what changes in place."""

from __future__ import annotations

from typing import Any

import grpc
import pytest

from sandbox import wire
from tests.sandbox.conftest import Engine

CLUSTER, INSTANCE = "aws:rds/cluster:Cluster", "aws:rds/instance:Instance"
GROUP = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
AURORA: dict[str, Any] = {
    "clusterIdentifier": "billing",
    "engine": "aurora-postgresql",
    "engineVersion": "16.6",
    "masterUsername": "root",
    "manageMasterUserPassword": True,
}
POSTGRES: dict[str, Any] = {
    "identifier": "ledger",
    "engine": "postgres",
    "engineVersion": "16.6",
    "instanceClass": "db.m7g.large",
    "allocatedStorage": 100,
    "username": "root",
    "manageMasterUserPassword": True,
    "skipFinalSnapshot": True,
}


@pytest.mark.parametrize(("token", "inputs"), [(CLUSTER, AURORA), (INSTANCE, POSTGRES)])
def test_a_protected_database_is_not_deleted(engine: Engine, token: str, inputs: dict[str, Any]) -> None:
    open_ = {**inputs, "skipFinalSnapshot": True}
    locked = {**open_, "deletionProtection": True}
    id, _ = engine.create(token, locked)  # noqa: A001
    with pytest.raises(grpc.RpcError, match="Cannot delete protected"):
        engine.delete(token, id, locked)
    assert engine.read(token, id, locked).id == id
    engine.update(token, id, locked, {**open_, "deletionProtection": False})
    engine.delete(token, id, open_)
    assert engine.read(token, id, open_).id == ""


def test_a_deleted_cluster_leaves_the_snapshot_that_was_asked_for(engine: Engine) -> None:
    inputs = {**AURORA, "finalSnapshotIdentifier": "billing-final", "copyTagsToSnapshot": True, "tags": {"a": "b"}}
    id, _ = engine.create(CLUSTER, inputs)  # noqa: A001
    engine.delete(CLUSTER, id, inputs)
    (left,) = engine.client("rds").describe_db_cluster_snapshots()["DBClusterSnapshots"]
    assert (left["DBClusterSnapshotIdentifier"], left["SnapshotType"]) == ("billing-final", "manual")


def test_a_deleted_instance_leaves_the_snapshot_that_was_asked_for(engine: Engine) -> None:
    inputs = {**POSTGRES, "skipFinalSnapshot": False, "finalSnapshotIdentifier": "ledger-final"}
    id, _ = engine.create(INSTANCE, inputs)  # noqa: A001
    engine.delete(INSTANCE, id, inputs)
    (left,) = engine.client("rds").describe_db_snapshots()["DBSnapshots"]
    assert left["DBSnapshotIdentifier"] == "ledger-final"


def test_deleting_without_a_decision_on_the_final_snapshot_is_refused(engine: Engine) -> None:
    id, _ = engine.create(CLUSTER, AURORA)  # noqa: A001
    with pytest.raises(grpc.RpcError, match="finalSnapshotIdentifier is required when skipFinalSnapshot is false"):
        engine.delete(CLUSTER, id, AURORA)
    assert engine.read(CLUSTER, id, AURORA).id == id


def test_a_name_is_free_again_at_once(engine: Engine) -> None:
    inputs = {**AURORA, "skipFinalSnapshot": True}
    for _ in range(2):
        id, _ = engine.create(CLUSTER, inputs)  # noqa: A001
        assert engine.read(CLUSTER, id, inputs).id == id
        engine.delete(CLUSTER, id, inputs)
        assert engine.read(CLUSTER, id, inputs).id == ""


def test_exported_logs_use_the_group_of_the_fixed_name_or_make_it(engine: Engine) -> None:
    logs = engine.client("logs")
    logs.create_log_group(logGroupName="/aws/rds/cluster/billing/postgresql")
    logs.put_retention_policy(logGroupName="/aws/rds/cluster/billing/postgresql", retentionInDays=400)
    exported = {**AURORA, "enabledCloudwatchLogsExports": ["postgresql"]}
    id, _ = engine.create(CLUSTER, exported)  # noqa: A001
    more = {**exported, "enabledCloudwatchLogsExports": ["postgresql", "instance"]}
    state = engine.update(CLUSTER, id, exported, more)
    assert state["enabledCloudwatchLogsExports"] == ["postgresql", "instance"]
    found = logs.describe_log_groups(logGroupNamePrefix="/aws/rds/")["logGroups"]
    assert {group["logGroupName"].rpartition("/")[2]: group.get("retentionInDays") for group in found} == {
        "postgresql": 400,
        "instance": None,
    }
    engine.update(CLUSTER, id, more, AURORA)
    (cluster,) = engine.client("rds").describe_db_clusters()["DBClusters"]
    assert not cluster.get("EnabledCloudwatchLogsExports")


@pytest.mark.parametrize(("token", "inputs"), [(CLUSTER, AURORA), (INSTANCE, POSTGRES)])
def test_a_major_upgrade_must_be_allowed(engine: Engine, token: str, inputs: dict[str, Any]) -> None:
    id, _ = engine.create(token, inputs)  # noqa: A001
    newer = {**inputs, "engineVersion": "17.4"}
    with pytest.raises(grpc.RpcError, match="AllowMajorVersionUpgrade flag must be present"):
        engine.update(token, id, inputs, newer)
    state = engine.update(token, id, inputs, {**newer, "allowMajorVersionUpgrade": True})
    assert state["engineVersionActual"] == "17.4"
    engine.update(token, id, newer, {**inputs, "engineVersion": "17.5"})  # a minor one needs no permission


def test_a_cluster_changes_in_place(engine: Engine) -> None:
    id, before = engine.create(CLUSTER, AURORA)  # noqa: A001
    changes = {
        "backupRetentionPeriod": 14,
        "iamDatabaseAuthenticationEnabled": True,
        "performanceInsightsEnabled": True,
        "performanceInsightsRetentionPeriod": 465,
        "monitoringInterval": 30,
        "monitoringRoleArn": "arn:aws:iam::123456789012:role/monitoring",
        "serverlessv2ScalingConfiguration": {"minCapacity": 1.5, "maxCapacity": 32},
        "storageType": "aurora-iopt1",
        "port": 6432,
        "preferredBackupWindow": "03:00-03:30",
        "databaseInsightsMode": "advanced",
        "caCertificateIdentifier": "rds-ca-ecc384-g1",
    }
    after = engine.update(CLUSTER, id, AURORA, {**AURORA, **changes})
    assert {name: after[name] for name in changes} == changes
    assert after["clusterResourceId"] == before["clusterResourceId"]
    assert after["masterUserSecrets"][0]["secretArn"] == before["masterUserSecrets"][0]["secretArn"]


def test_a_multi_az_cluster_has_instances_of_its_own_class(engine: Engine) -> None:
    inputs = {
        **AURORA,
        "engine": "postgres",
        "dbClusterInstanceClass": "db.m6gd.large",
        "allocatedStorage": 100,
        "storageType": "io1",
        "iops": 3000,
        "iamDatabaseAuthenticationEnabled": True,
    }
    _, state = engine.create(CLUSTER, inputs)
    assert {name: state[name] for name in inputs} == inputs
    assert state["readerEndpoint"].startswith("billing.cluster-ro-")


def test_a_password_is_a_secret_even_where_the_program_forgot_to_say_so(engine: Engine) -> None:
    inputs = {**AURORA, "manageMasterUserPassword": False, "masterPassword": "correct horse"}
    _, state = engine.create(CLUSTER, inputs)
    assert state["masterPassword"] == wire.secret("correct horse")


def test_the_first_member_writes_and_the_others_read(engine: Engine) -> None:
    member: dict[str, Any] = {
        "clusterIdentifier": engine.create(CLUSTER, AURORA)[0],
        "engine": "aurora-postgresql",
        "instanceClass": "db.r8g.large",
    }
    token = "aws:rds/clusterInstance:ClusterInstance"
    states = [engine.create(token, {**member, "identifier": name, "promotionTier": 1})[1] for name in ("one", "two")]
    assert [state["writer"] for state in states] == [True, False]
    assert len({state["dbiResourceId"] for state in states}) == 2
    old = {**member, "identifier": "two", "promotionTier": 1}
    new = {**old, "promotionTier": 15, "instanceClass": "db.r8g.xlarge", "publiclyAccessible": False}
    after = engine.update(token, "two", old, new)
    assert (after["promotionTier"], after["instanceClass"], after["publiclyAccessible"]) == (15, "db.r8g.xlarge", False)


def test_parameters_are_changed_and_reset_one_by_one(engine: Engine) -> None:
    given = [{"name": f"custom.setting_{number}", "value": str(number)} for number in range(25)]
    inputs = {"name": "tuned", "family": "aurora-postgresql16", "parameters": given}
    id, _ = engine.create(GROUP, inputs)  # noqa: A001
    fewer = [{**given[0], "value": "100", "applyMethod": "pending-reboot"}, *given[1:3]]
    engine.update(GROUP, id, inputs, {**inputs, "parameters": fewer})
    left = engine.client("rds").describe_db_cluster_parameters(DBClusterParameterGroupName=id)["Parameters"]
    assert {one["ParameterName"]: (one["ParameterValue"], one["ApplyMethod"]) for one in left} == {
        "custom.setting_0": ("100", "pending-reboot"),
        "custom.setting_1": ("1", "immediate"),
        "custom.setting_2": ("2", "immediate"),
    }


def test_a_replica_has_settings_of_its_own_and_leaves_its_source_alone(engine: Engine) -> None:
    source = {**POSTGRES, "backupRetentionPeriod": 7, "enabledCloudwatchLogsExports": ["postgresql"]}
    id, state = engine.create(INSTANCE, source)  # noqa: A001
    replica = {
        "identifier": "ledger-replica",
        "instanceClass": "db.m7g.xlarge",
        "replicateSourceDb": "ledger",
        "multiAz": True,
        "backupRetentionPeriod": 3,
        "enabledCloudwatchLogsExports": ["upgrade"],
        "skipFinalSnapshot": True,
        "tags": {"Name": "replica"},
    }
    other, made = engine.create(INSTANCE, replica)
    assert {name: made[name] for name in replica} == replica
    assert made["resourceId"] != state["resourceId"]
    engine.delete(INSTANCE, other, replica)
    kept = wire.decode(engine.read(INSTANCE, id, source).properties)
    assert (kept["enabledCloudwatchLogsExports"], kept["backupRetentionPeriod"]) == (["postgresql"], 7)
    assert kept["masterUserSecrets"][0]["secretStatus"] == "active"


def test_gp3_storage_grows_with_its_performance(engine: Engine) -> None:
    old = {**POSTGRES, "storageType": "gp3", "allocatedStorage": 400, "iops": 12000, "storageThroughput": 500}
    id, _ = engine.create(INSTANCE, old)  # noqa: A001
    new = {**old, "allocatedStorage": 800, "iops": 16000, "storageThroughput": 1000, "maxAllocatedStorage": 2000}
    after = engine.update(INSTANCE, id, old, new)
    assert {name: after[name] for name in new} == new


def test_an_instance_is_imported_by_its_identifier(engine: Engine) -> None:
    id, _ = engine.create(INSTANCE, POSTGRES)  # noqa: A001
    assert engine.read(INSTANCE, "ledger").id == id != "ledger"


def test_an_event_subscription_changes_in_place(engine: Engine) -> None:
    token = "aws:rds/eventSubscription:EventSubscription"
    old = {"name": "all", "snsTopic": "arn:aws:sns:eu-central-1:1:a", "sourceType": "db-cluster", "sourceIds": ["one"]}
    id, _ = engine.create(token, old)  # noqa: A001
    new = {**old, "sourceIds": ["two", "three"], "enabled": False, "eventCategories": ["failover"]}
    after = engine.update(token, id, old, new)
    assert {name: after[name] for name in new} == new
