"""Databases: what is made for each kind, and what holds for all of them."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from components.databases.clients import DatabaseClients, DatabaseClientsArgs
from components.databases.monitoring import DatabaseMonitoring, DatabaseMonitoringArgs
from components.databases.topology import (
    AuroraProvisioned,
    AuroraServerless,
    MultiAzCluster,
    MultiAzInstance,
    SingleInstance,
    Topology,
)
from components.postgres import Postgres, PostgresArgs, PostgresBackups, PostgresWatch
from tests.components.conftest import Built, Made, build

ACCOUNT = "123456789012"
PROVISIONED = AuroraProvisioned(instance_class="db.r6g.xlarge", readers=2)
SERVERLESS = AuroraServerless(min_acu=0.5, max_acu=4, readers=0)
CLUSTER = MultiAzCluster(instance_class="db.m6gd.large", storage_gib=200, iops=3000)
MULTI_AZ = MultiAzInstance(instance_class="db.m6g.large", storage_gib=100, max_storage_gib=500, blue_green=True)
SINGLE = SingleInstance(instance_class="db.t4g.micro", storage_gib=20, max_storage_gib=30)
ALL: tuple[Topology, ...] = (PROVISIONED, SERVERLESS, CLUSTER, MULTI_AZ, SINGLE)
WITH_READER = MultiAzInstance(
    instance_class="db.m6g.large", storage_gib=100, max_storage_gib=500, reader_class="db.m6g.medium"
)
WATCH = PostgresWatch(
    log_key_arn="arn:audit-key",
    log_days=400,
    monitoring_role_arn="arn:monitoring",
    page_topic_arn="arn:page",
    ticket_topic_arn="arn:ticket",
)
DISK = {"storage", "transaction-logs"}
SERVER = {"cpu", "connections", "read-latency", "write-latency"}


def _backups(**changes: Any) -> PostgresBackups:
    values = {"days": 35, "window": "02:00-02:30", "recovery_region": "eu-west-1", "recovery_key_arn": "arn:far-key"}
    return PostgresBackups(**{**values, **changes})


def _args(topology: Topology = PROVISIONED, **changes: Any) -> PostgresArgs:
    values: dict[str, Any] = {
        "identifier": "prod-ledger",
        "database": "ledger",
        "version": "17",
        "topology": topology,
        "data_class": "financial",
        "pci_scope": "cde",
        "vpc_id": "vpc-1",
        "subnet_ids": {"euc1-az2": "subnet-2", "euc1-az1": "subnet-1"},
        "clients": {"workloads": "sg-workloads", "reports": "sg-reports"},
        "key_arn": "arn:key",
        "backups": _backups(),
        "watch": WATCH,
        "maintenance_window": "sun:03:00-sun:04:00",
    }
    return PostgresArgs(**{**values, **changes})


def _build(topology: Topology = PROVISIONED, **changes: Any) -> Built:
    return build(lambda: Postgres("ledger", _args(topology, **changes)))


def _each(test: Any) -> Any:
    return pytest.mark.parametrize("topology", ALL, ids=lambda topology: type(topology).__name__)(test)


def _main(built: Built) -> Made:
    (server,) = [made for kind in ("Cluster", "Instance") for made in built.all(kind) if made.name == "ledger"]
    return server


def _servers(built: Built) -> list[Made]:
    return [made for kind in ("Cluster", "ClusterInstance", "Instance") for made in built.all(kind)]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"identifier": "Ledger"}, "identifier must be 1 to 60 of a-z 0-9 -.*got 'Ledger'"),
        ({"identifier": "a--b"}, "no two together, got 'a--b'"),
        ({"identifier": "a" * 61}, "1 to 60"),
        ({"identifier": "a" * 53, "topology": CLUSTER}, "1 to 52"),
        ({"database": "my-db"}, "database must be 1 to 63 of a-z 0-9, a letter first, got 'my-db'"),
        ({"data_class": "audit"}, "data_class must be one of internal, personal, financial, got 'audit'"),
        ({"subnet_ids": {"euc1-az1": "subnet-1"}}, "2 zones or more, got euc1-az1"),
        ({"version": "12"}, "version of aurora-postgresql must be one of 15, 16, 17"),
        ({"maintenance_window": "sun:02:00-sun:03:00"}, "must not overlap.*of prod-ledger"),
        (
            {"topology": AuroraProvisioned(instance_class="db.x2g.large", readers=1)},
            "families c, m, r or t.*got 'db.x2g.large'",
        ),
    ],
)
def test_rejects_what_rds_would_refuse(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _args(**changes)


@pytest.mark.parametrize("days", [0, 36])
def test_rejects_backups_that_rds_does_not_keep(days: int) -> None:
    with pytest.raises(ValueError, match=f"days of backups must be 1 to 35, got {days}"):
        _backups(days=days)


def _children(names: Mapping[str, set[str]]) -> set[str]:
    """Identities of children, by type."""
    return {f"platform:data:Postgres${kind}::{name}" for kind, some in names.items() for name in some}


COMMON = {
    "aws:rds/subnetGroup:SubnetGroup": {"ledger"},
    "aws:ec2/securityGroup:SecurityGroup": {"ledger"},
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {"ledger-from-workloads", "ledger-from-reports"},
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {"ledger-to-workloads", "ledger-to-reports"},
}
CLUSTER_LOGS = {"ledger-postgresql", "ledger-iam-db-auth-error"}
LOGS = {*CLUSTER_LOGS, "ledger-upgrade"}
ALARM, LOG, EVENTS = (
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:rds/eventSubscription:EventSubscription",
)
OF_CLUSTER = {
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": {"ledger"},
    "aws:rds/cluster:Cluster": {"ledger"},
    LOG: CLUSTER_LOGS,
    EVENTS: {"ledger", "ledger-instances"},
}
OF_INSTANCE = {
    "aws:rds/parameterGroup:ParameterGroup": {"ledger"},
    "aws:rds/instance:Instance": {"ledger"},
    "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication": {"ledger-recovery"},
    LOG: LOGS,
    EVENTS: {"ledger-instances"},
    ALARM: {f"ledger-{name}" for name in (*SERVER, *DISK, "transaction-ids")},
}
IDENTITIES: list[tuple[Topology, dict[str, set[str]]]] = [
    (
        PROVISIONED,
        {
            **OF_CLUSTER,
            "aws:rds/clusterInstance:ClusterInstance": {"ledger-1", "ledger-2", "ledger-3"},
            ALARM: {
                f"ledger-{name}" for name in (*SERVER, "transaction-ids", "volume", "replica-lag", "local-storage")
            },
        },
    ),
    (
        SERVERLESS,
        {
            **OF_CLUSTER,
            "aws:rds/clusterInstance:ClusterInstance": {"ledger-1"},
            ALARM: {f"ledger-{name}" for name in (*SERVER, "transaction-ids", "volume", "capacity")},
        },
    ),
    (
        CLUSTER,
        {
            **OF_CLUSTER,
            ALARM: {
                "ledger-transaction-ids",
                *(f"ledger-{name}-{number}" for name in (*SERVER, *DISK, "replica-lag") for number in (1, 2, 3)),
            },
        },
    ),
    (MULTI_AZ, OF_INSTANCE),
    (SINGLE, OF_INSTANCE),
    (
        WITH_READER,
        {
            **OF_INSTANCE,
            "aws:rds/instance:Instance": {"ledger", "ledger-reader"},
            LOG: {*LOGS, *(name.replace("ledger-", "ledger-reader-") for name in LOGS)},
            ALARM: {*OF_INSTANCE[ALARM], "ledger-cpu-reader", "ledger-replica-lag-reader"},
        },
    ),
]


@pytest.mark.parametrize(("topology", "own"), IDENTITIES, ids=[type(row[0]).__name__ for row in IDENTITIES])
def test_makes_exactly_what_a_kind_is_made_of(topology: Topology, own: dict[str, set[str]]) -> None:
    expected = {"platform:data:Postgres::ledger", *_children({**COMMON, **own})}
    assert _build(topology).identities() == expected


@_each
def test_is_encrypted_kept_and_closed_whatever_its_kind(topology: Topology) -> None:
    inputs = dict(_main(_build(topology)).inputs)
    assert {key: inputs[key] for key in KEPT} == KEPT
    assert "masterPassword" not in inputs
    assert "password" not in inputs
    public = [made.inputs.get("publiclyAccessible") for made in _servers(_build(topology))]
    assert set(public) <= {False, None}  # Aurora's clusters have no such input: their instances do
    assert False in public


KEPT: dict[str, Any] = {
    "storageEncrypted": True,
    "kmsKeyId": "arn:key",
    "manageMasterUserPassword": True,
    "masterUserSecretKmsKeyId": "arn:key",
    "iamDatabaseAuthenticationEnabled": True,
    "backupRetentionPeriod": 35,
    "copyTagsToSnapshot": True,
    "deleteAutomatedBackups": False,
    "deletionProtection": True,
    "skipFinalSnapshot": False,
    "finalSnapshotIdentifier": "prod-ledger-final",
    "applyImmediately": False,
    "allowMajorVersionUpgrade": False,
    "engineVersion": "17",
    "port": 5432,
    "dbSubnetGroupName": "prod-ledger",
    "vpcSecurityGroupIds": ["id-ledger"],
}


@_each
def test_every_server_is_protected_watched_upgraded_and_has_the_pinned_certificate(topology: Topology) -> None:
    built = _build(topology)
    servers = _servers(built)
    assert all(made.protect for made in servers)
    machines = [made for made in servers if "instanceClass" in made.inputs or "dbClusterInstanceClass" in made.inputs]
    assert machines
    for machine in machines:
        inputs = machine.inputs
        assert inputs["monitoringInterval"] == 60
        assert inputs["monitoringRoleArn"] == "arn:monitoring"
        assert inputs["performanceInsightsEnabled"] is True
        assert inputs["performanceInsightsKmsKeyId"] == "arn:key"
        assert inputs["autoMinorVersionUpgrade"] is True
        assert (inputs.get("caCertIdentifier") or inputs.get("caCertificateIdentifier")) == "rds-ca-rsa2048-g1"


@_each
def test_log_groups_have_key_and_end_and_stand_before_the_servers(topology: Topology) -> None:
    built = _build(topology)
    server = _main(built)
    kind = "cluster" if server.type.endswith(":Cluster") else "instance"
    for group in built.all("LogGroup"):
        log = group.name.removeprefix("ledger-")
        assert group.inputs["name"] == f"/aws/rds/{kind}/prod-ledger/{log}"
        assert group.inputs["kmsKeyId"] == "arn:audit-key"
        assert group.inputs["retentionInDays"] == 400
        assert group.inputs["tags"]["data-class"] == "audit"
        assert group.protect
        assert group.urn in server.dependencies
        assert log in server.inputs["enabledCloudwatchLogsExports"]


@_each
def test_named_groups_alone_come_in_and_nothing_goes_out(topology: Topology) -> None:
    built = _build(topology)
    ends = {"ipProtocol": "tcp", "fromPort": 5432, "toPort": 5432}
    ways_in = built.all("SecurityGroupIngressRule")
    assert {made.inputs["referencedSecurityGroupId"] for made in ways_in} == {"sg-workloads", "sg-reports"}
    for made in (*ways_in, *built.all("SecurityGroupEgressRule")):
        assert made.inputs["description"]
        assert not {"cidrIpv4", "cidrIpv6", "prefixListId"} & {*made.inputs}
        assert {key: made.inputs[key] for key in ends} == ends
    assert {made.inputs["securityGroupId"] for made in ways_in} == {"id-ledger"}
    for made in built.all("SecurityGroupEgressRule"):
        assert made.inputs["securityGroupId"] in ("sg-workloads", "sg-reports")
        assert made.inputs["referencedSecurityGroupId"] == "id-ledger"
    (group,) = built.all("SecurityGroup")
    assert not {"ingress", "egress"} & {*group.inputs}


@_each
def test_the_tags_say_what_it_holds_and_what_may_be_lost(topology: Topology) -> None:
    for made in _servers(_build(topology)):
        tags = made.inputs["tags"]
        assert {key: value for key, value in tags.items() if key != "Name"} == {
            "data-class": "financial",
            "pci-scope": "cde",
            "backup": "financial",
            "rpo-minutes": "5",
        }


@pytest.mark.parametrize(
    ("topology", "kind", "named_by", "family"),
    [
        (PROVISIONED, "ClusterParameterGroup", "dbClusterParameterGroupName", "aurora-postgresql17"),
        (CLUSTER, "ClusterParameterGroup", "dbClusterParameterGroupName", "postgres17"),
        (SINGLE, "ParameterGroup", "parameterGroupName", "postgres17"),
    ],
)
def test_the_parameter_group_is_of_the_family_and_stands_beside_that_of_another_major(
    topology: Topology, kind: str, named_by: str, family: str
) -> None:
    built = _build(topology)
    group = built.one(kind, "ledger")
    assert group.inputs["family"] == family
    assert group.inputs["name"] == f"prod-ledger-{family}"
    assert _main(built).inputs[named_by] == f"prod-ledger-{family}"
    written = {one["name"]: one for one in group.inputs["parameters"]}
    assert written["rds.force_ssl"] == {"name": "rds.force_ssl", "value": "1", "applyMethod": "immediate"}
    assert written["shared_preload_libraries"]["applyMethod"] == "pending-reboot"
    assert written["pgaudit.log"]["value"] == "role,ddl,write"


def test_an_aurora_instance_is_a_number_in_the_cluster() -> None:
    first = _build(PROVISIONED).one("ClusterInstance", "ledger-1").inputs
    assert first["identifier"] == "prod-ledger-1"
    assert first["clusterIdentifier"] == "id-ledger"
    assert first["instanceClass"] == "db.r6g.xlarge"
    built = _build(SERVERLESS)
    assert built.one("ClusterInstance", "ledger-1").inputs["instanceClass"] == "db.serverless"
    capacity = _main(built).inputs["serverlessv2ScalingConfiguration"]
    assert capacity == {"minCapacity": 0.5, "maxCapacity": 4}


def test_a_multi_az_cluster_is_sized_as_a_whole_and_an_instance_by_itself() -> None:
    cluster = _main(_build(CLUSTER)).inputs
    sizes = {"dbClusterInstanceClass": "db.m6gd.large", "allocatedStorage": 200, "iops": 3000, "storageType": "io1"}
    assert {key: cluster[key] for key in sizes} == sizes
    assert cluster["publiclyAccessible"] is False
    instance = _main(_build(MULTI_AZ)).inputs
    assert (instance["multiAz"], instance["storageType"], instance["maxAllocatedStorage"]) == (True, "gp3", 500)
    assert _main(_build(SINGLE)).inputs["multiAz"] is False


def test_blue_green_is_for_instances_that_ask_for_it() -> None:
    assert _main(_build(MULTI_AZ)).inputs["blueGreenUpdate"] == {"enabled": True}
    assert "blueGreenUpdate" not in _main(_build(WITH_READER)).inputs
    assert "blueGreenUpdate" not in _main(_build(SINGLE)).inputs


def test_a_replica_has_its_own_logs_and_takes_the_rest_from_its_source() -> None:
    built = _build(WITH_READER)
    reader = built.one("Instance", "ledger-reader")
    assert reader.inputs["replicateSourceDb"] == "prod-ledger"
    assert reader.inputs["identifier"] == "prod-ledger-reader"
    assert reader.inputs["deletionProtection"] is True
    assert built.one("LogGroup", "ledger-reader-postgresql").urn in reader.dependencies
    assert not {"username", "kmsKeyId", "dbSubnetGroupName", "backupRetentionPeriod"} & {*reader.inputs}


def test_instances_send_their_backups_to_the_recovery_region_under_its_key() -> None:
    sent = _build(MULTI_AZ).one("InstanceAutomatedBackupsReplication", "ledger-recovery").inputs
    assert sent == {
        "sourceDbInstanceArn": "arn:ledger",
        "retentionPeriod": 35,
        "kmsKeyId": "arn:far-key",
        "region": "eu-west-1",
    }


def test_the_activity_stream_is_encrypted_and_waits_for_the_instances() -> None:
    streamed = AuroraProvisioned(instance_class="db.r6g.xlarge", readers=1, activity_stream=True)
    built = _build(streamed)
    stream = built.one("ClusterActivityStream", "ledger")
    assert stream.inputs == {"resourceArn": "arn:ledger", "kmsKeyId": "arn:key", "mode": "async"}
    assert {made.urn for made in built.all("ClusterInstance")} <= {*stream.dependencies}


@pytest.mark.parametrize(
    ("topology", "sources"),
    [
        (PROVISIONED, ["prod-ledger-1", "prod-ledger-2", "prod-ledger-3"]),
        (CLUSTER, ["prod-ledger-instance-1", "prod-ledger-instance-2", "prod-ledger-instance-3"]),
        (SINGLE, ["prod-ledger"]),
        (WITH_READER, ["prod-ledger", "prod-ledger-reader"]),
    ],
)
def test_what_rds_says_of_every_instance_becomes_a_ticket(topology: Topology, sources: list[str]) -> None:
    told = _build(topology).one("EventSubscription", "ledger-instances").inputs
    assert told["sourceIds"] == sources
    assert told["sourceType"] == "db-instance"
    assert told["snsTopic"] == "arn:ticket"
    assert {"failover", "failure", "deletion", "low storage", "recovery"} <= {*told["eventCategories"]}


def test_alarms_tell_the_topic_of_their_urgency() -> None:
    topics = {made.name: made.inputs["alarmActions"] for made in _build(SINGLE).all("MetricAlarm")}
    assert topics.pop("ledger-cpu") == ["arn:ticket"]
    assert topics.pop("ledger-storage") == ["arn:page"]
    alarm = _build(SINGLE).one("MetricAlarm", "ledger-connections").inputs
    assert alarm["alarmDescription"].startswith("prod-ledger: ")
    assert alarm["dimensions"] == {"DBInstanceIdentifier": "prod-ledger"}


def test_what_may_be_thrown_away_leaves_nothing_behind() -> None:
    built = _build(SINGLE, protect=False)
    inputs = _main(built).inputs
    assert not any(made.protect for made in built.resources)
    assert (inputs["deletionProtection"], inputs["skipFinalSnapshot"]) == (False, True)


def test_says_where_the_database_is_and_where_its_secret_lies() -> None:
    outputs: dict[str, Any] = {}

    def program() -> None:
        made = Postgres("ledger", _args(PROVISIONED))
        assert (made.identifier, made.port, made.max_connections) == ("prod-ledger", 5432, 3244)
        for name in ("endpoint", "reader_endpoint", "resource_id", "security_group_id", "master_secret_arn"):
            getattr(made, name).apply(lambda value, name=name: outputs.update({name: value}))
        made.log_group_names["postgresql"].apply(lambda value: outputs.update({"log": value}))

    build(program)
    assert outputs == {
        "endpoint": "ledger.db.example",
        "reader_endpoint": "ledger-ro.db.example",
        "resource_id": "resource-ledger",
        "security_group_id": "id-ledger",
        "master_secret_arn": "arn:secret-ledger",
        "log": "/aws/rds/cluster/prod-ledger/postgresql",
    }


def test_the_group_of_clients_has_no_rules_of_its_own() -> None:
    built = build(lambda: DatabaseClients("database-clients", DatabaseClientsArgs(vpc_id="vpc-1")))
    assert built.identities() == {
        "platform:data:DatabaseClients::database-clients",
        "platform:data:DatabaseClients$aws:ec2/securityGroup:SecurityGroup::database-clients",
    }
    assert not {"ingress", "egress"} & {*built.one("SecurityGroup", "database-clients").inputs}


def test_monitoring_is_taken_by_rds_for_our_account_alone_and_logs_under_a_key() -> None:
    args = DatabaseMonitoringArgs(
        environment="prod", account_id=ACCOUNT, region="eu-central-1", key_arn="arn:key", log_days=400
    )
    built = build(lambda: DatabaseMonitoring("monitoring", args))
    monitoring = "platform:data:DatabaseMonitoring"
    role = f"{monitoring}$platform:identity:ServiceRole"
    assert built.identities() == {
        f"{monitoring}::monitoring",
        f"{monitoring}$aws:cloudwatch/logGroup:LogGroup::monitoring",
        f"{role}::monitoring",
        f"{role}$aws:iam/role:Role::monitoring",
        f"{role}$aws:iam/rolePolicyAttachment:RolePolicyAttachment::monitoring-AmazonRDSEnhancedMonitoringRole",
    }
    (statement,) = json.loads(built.one("Role", "monitoring").inputs["assumeRolePolicy"])["Statement"]
    assert statement["Principal"] == {"Service": "monitoring.rds.amazonaws.com"}
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {"aws:SourceArn": f"arn:aws:rds:eu-central-1:{ACCOUNT}:*"},
    }
    group = built.one("LogGroup", "monitoring").inputs
    assert (group["name"], group["kmsKeyId"], group["retentionInDays"]) == ("RDSOSMetrics", "arn:key", 400)
