"""Database clusters and instances, through the RDS API."""

from __future__ import annotations

from typing import Any

from sandbox.aws.rds_common import (
    ANSWER,
    ARN,
    DATABASE,
    MONITORING,
    UNREADABLE,
    final_snapshot,
    modified,
    rds_tags,
)
from sandbox.model import Call, ResourceType, block, fields, keyed
from sandbox.resource import Resource


def _modify_cluster(it: Resource) -> None:
    it.run(Call("modify_db_cluster", args={"DBClusterIdentifier": "{id}"}, send=tuple(it.changed)), modified(it))


CLUSTER = ResourceType("aws:rds/cluster:Cluster", "rds",
    inputs={
        **DATABASE, **MONITORING,
        # of those that replace, databaseName, availabilityZones and engineMode are from the provider documentation
        **fields(
            """autoMinorVersionUpgrade:bool=true availabilityZones:list*~ backtrackWindow:int~ caCertificateIdentifier~
            clusterIdentifier*@DBClusterIdentifier clusterIdentifierPrefix*% databaseName*~ dbClusterInstanceClass
            dbClusterParameterGroupName~ dbSubnetGroupName*~ enableHttpEndpoint:bool@HttpEndpointEnabled=false
            engine!* engineMode*=provisioned masterPassword#@MasterUserPassword masterUsername*~
            preferredBackupWindow~ preferredMaintenanceWindow~ publiclyAccessible:bool~"""
        ),
        "serverlessv2ScalingConfiguration": block("minCapacity:num maxCapacity:num secondsUntilAutoPause:int"),
    },
    autoname="clusterIdentifier",
    create=(Call("create_db_cluster", result="DBCluster.DBClusterIdentifier"),),
    read=(
        keyed(
            "describe_db_clusters",
            "DBClusterIdentifier",
            f"DBClusters[0].merge(@, {{{ANSWER}, dbSubnetGroupName: DBSubnetGroup,"
            " clusterMembers: DBClusterMembers[].DBInstanceIdentifier, clusterResourceId: DbClusterResourceId,"
            " dbClusterParameterGroupName: DBClusterParameterGroup, engineVersionActual: EngineVersion,"
            " caCertificateIdentifier: CertificateDetails.CAIdentifier})",
        ),
    ),
    update=(_modify_cluster,),
    delete=(lambda it: it.run(keyed("delete_db_cluster", "DBClusterIdentifier"), final_snapshot(it)),),
    outputs=("clusterMembers", "clusterResourceId", "endpoint", "engineVersionActual", "hostedZoneId",
             "masterUserSecrets", "readerEndpoint"),
    formats={"arn": ARN + "cluster:{id}"}, tags=rds_tags(),
    unverified={
        "masterPassword": UNREADABLE,
        "enableHttpEndpoint": "moto has the Data API for the first generation of serverless clusters only",
        "serverlessv2ScalingConfiguration.secondsUntilAutoPause": "moto does not store it",
    },
)  # fmt: skip


_INSTANCE = (
    "DBInstances[0].merge(@, {" + ANSWER + ", dbSubnetGroupName: DBSubnetGroup.DBSubnetGroupName,"
    " dbParameterGroupName: DBParameterGroups[0].DBParameterGroupName, engineVersionActual: EngineVersion,"
    " replicateSourceDb: ReadReplicaSourceDBInstanceIdentifier,"
    " resourceId: DbiResourceId, port: Endpoint.Port, address: Endpoint.Address})"
)
_SAME_IN_INSTANCES = fields(  # of those that replace, availabilityZone is from the provider documentation
    """applyImmediately:bool% autoMinorVersionUpgrade:bool=true availabilityZone*~
    caCertIdentifier~@CACertificateIdentifier identifier*@DBInstanceIdentifier identifierPrefix*%
    instanceClass!@DBInstanceClass"""
)


def _read_member(it: Resource) -> Any:
    found = it.run(keyed("describe_db_instances", "DBInstanceIdentifier", _INSTANCE))
    (cluster,) = it.call("describe_db_clusters", DBClusterIdentifier=found["DBClusterIdentifier"])["DBClusters"]
    (me,) = (one for one in cluster["DBClusterMembers"] if one["DBInstanceIdentifier"] == it.id)
    return {**found, "endpoint": found["address"], "writer": me["IsClusterWriter"]}


def _modify_member(it: Resource) -> None:
    it.run(Call("modify_db_instance", args={"DBInstanceIdentifier": "{id}"}, send=tuple(it.changed)), modified(it))


CLUSTER_INSTANCE = ResourceType("aws:rds/clusterInstance:ClusterInstance", "rds",
    inputs={
        **_SAME_IN_INSTANCES, **MONITORING,
        # of those that replace, dbSubnetGroupName is from the provider documentation
        **fields(
            """clusterIdentifier!*@DBClusterIdentifier copyTagsToSnapshot:bool=false dbParameterGroupName~
            dbSubnetGroupName*~ engine!* engineVersion~ forceDestroy:bool%=false preferredMaintenanceWindow~
            promotionTier:int=0 publiclyAccessible:bool~"""
        ),
    },
    autoname="identifier",
    create=(Call("create_db_instance", result="DBInstance.DBInstanceIdentifier"),),
    read=(_read_member,),
    update=(_modify_member,),
    delete=(Call("delete_db_instance", args={"DBInstanceIdentifier": "{id}", "SkipFinalSnapshot": True}, send=()),),
    outputs=("dbiResourceId", "endpoint", "engineVersionActual", "kmsKeyId", "networkType", "port",
             "storageEncrypted", "writer"),
    formats={"arn": ARN + "db:{id}"}, tags=rds_tags(),
)  # fmt: skip


_SET_ON_REPLICAS = "backupRetentionPeriod backupWindow caCertIdentifier databaseInsightsMode maintenanceWindow"


def _create_instance(it: Resource) -> str:
    """A replica takes its data and most settings from its source; the rest is changed once it exists."""
    if it.inputs.get("replicateSourceDb"):
        created = it.run_tagged(Call("create_db_instance_read_replica", result="DBInstance"))
        given = tuple(name for name in _SET_ON_REPLICAS.split() if it.inputs.get(name) is not None)
        changed = {"DBInstanceIdentifier": "{identifier}", "ApplyImmediately": True}
        if given:
            it.run(Call("modify_db_instance", args=changed, send=given))
    else:
        created = it.run_tagged(Call("create_db_instance", result="DBInstance"))
    return str(created["DbiResourceId"])


def _read_instance(it: Resource) -> Any:
    """By the resource id, which stays when the instance is renamed; an import may give the identifier instead."""
    by_id = [{"Name": "dbi-resource-id", "Values": [it.id]}]
    asked = {"Filters": by_id} if it.id.startswith("db-") else {"DBInstanceIdentifier": it.id}
    found = it.run(Call("describe_db_instances", args=asked, send=(), result=f"DBInstances && {_INSTANCE} || `null`"))
    if found:
        it.id = found["DbiResourceId"]
        it.inputs.setdefault("identifier", found["DBInstanceIdentifier"])
        found["endpoint"] = f"{found['address']}:{found['port']}"
        found["hostedZoneId"] = found["Endpoint"].get("HostedZoneId")
    return found


def _modify_instance(it: Resource) -> None:
    if "replicateSourceDb" in it.changed:  # taken away: the replica becomes a database of its own
        it.call("promote_read_replica", DBInstanceIdentifier=it.inputs["identifier"])
    port = {"DBPortNumber": it.inputs["port"]} if "port" in it.changed else {}
    changed = Call("modify_db_instance", args={"DBInstanceIdentifier": "{identifier}"}, send=tuple(it.changed))
    it.run(changed, {**modified(it), **port})


_DELETE_INSTANCE = Call(
    "delete_db_instance",
    args={"DBInstanceIdentifier": "{identifier}", "DeleteAutomatedBackups": "{deleteAutomatedBackups}"},
    send=(),
)
INSTANCE = ResourceType("aws:rds/instance:Instance", "rds",
    inputs={
        **DATABASE, **MONITORING, **_SAME_IN_INSTANCES,
        "blueGreenUpdate": block("enabled:bool", local=True),
        # replace by the provider documentation: characterSetName, dbName, engine, identifier and username
        **fields(
            """backupWindow~@PreferredBackupWindow characterSetName*~ dbName*~ dbSubnetGroupName~
            dedicatedLogVolume:bool engine*~ licenseModel~ maintenanceWindow~@PreferredMaintenanceWindow
            maxAllocatedStorage:int multiAz:bool~ optionGroupName~ parameterGroupName~@DBParameterGroupName
            password#@MasterUserPassword performanceInsightsEnabled:bool@EnablePerformanceInsights=false
            publiclyAccessible:bool=false replicateSourceDb@SourceDBInstanceIdentifier storageThroughput:int~
            username*~@MasterUsername"""
        ),
    },
    autoname="identifier",
    create=(_create_instance,),
    read=(_read_instance,),
    update=(_modify_instance,),
    delete=(lambda it: it.run(_DELETE_INSTANCE, final_snapshot(it)),),
    outputs=("address", "endpoint", "engineVersionActual", "hostedZoneId", "masterUserSecrets", "resourceId"),
    formats={"arn": ARN + "db:{identifier}"}, tags=rds_tags(),
    unverified={"password": UNREADABLE},
)  # fmt: skip

TYPES = (CLUSTER, CLUSTER_INSTANCE, INSTANCE)
