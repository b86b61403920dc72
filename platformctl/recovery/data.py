"""Finders of databases, trails, streams, backups and detectors: each is one of its name, or one of its region."""

from collections.abc import Mapping
from typing import Any

from platformctl.recovery.names import Clients, Find, Inputs


def _listed(service: str, operation: str, key: str, name: str, *, by: str = "name", id_: str = "") -> Find:
    """Looks through all that are there for the one whose member `name` is the input `by`."""

    def found(clients: Clients, inputs: Inputs) -> str | None:
        there = _all(clients(service), operation, key)
        return next((str(one[id_ or name]) for one in there if inputs.get(by) and one[name] == inputs[by]), None)

    return found


def _all(client: Any, operation: str, key: str) -> list[Any]:
    if not client.can_paginate(operation):
        return list(getattr(client, operation)()[key])
    return [one for page in client.get_paginator(operation).paginate() for one in page[key]]


def _delivery_stream(clients: Clients, inputs: Inputs) -> str | None:
    firehose = clients("firehose")
    if inputs.get("name") not in firehose.list_delivery_streams(Limit=10_000)["DeliveryStreamNames"]:
        return None
    described = firehose.describe_delivery_stream(DeliveryStreamName=inputs["name"])["DeliveryStreamDescription"]
    return str(described["DeliveryStreamARN"])


def _database(clients: Clients, inputs: Inputs) -> str | None:
    there = _all(clients("glue"), "get_databases", "DatabaseList")
    return next((f"{one['CatalogId']}:{one['Name']}" for one in there if one["Name"] == inputs.get("name")), None)


def _table(clients: Clients, inputs: Inputs) -> str | None:
    catalog = _database(clients, {"name": inputs.get("databaseName")})
    pages = clients("glue").get_paginator("get_tables")
    there = (
        table["Name"]
        for page in (pages.paginate(DatabaseName=inputs["databaseName"]) if catalog else ())
        for table in page["TableList"]
    )
    return next((f"{catalog}:{name}" for name in there if name == inputs.get("name")), None)


def _named_query(clients: Clients, inputs: Inputs) -> str | None:
    """Athena lets several have one name: it is ours when it also asks the same."""
    athena = clients("athena")
    for query in athena.list_named_queries(WorkGroup=inputs.get("workgroup", "primary"))["NamedQueryIds"]:
        told = athena.get_named_query(NamedQueryId=query)["NamedQuery"]
        if (told["Name"], told["QueryString"]) == (inputs.get("name"), inputs.get("query")):
            return str(query)
    return None


def _detector(clients: Clients, _: Inputs) -> str | None:
    return next(iter(_all(clients("guardduty"), "list_detectors", "DetectorIds")), None)


def _hub(clients: Clients, _: Inputs) -> str | None:
    from botocore.exceptions import ClientError  # late: only an update that was killed needs it

    try:
        return str(clients("securityhub").describe_hub()["HubArn"].split(":")[4])
    except ClientError as error:
        if error.response["Error"]["Code"] in ("InvalidAccessException", "ResourceNotFoundException"):
            return None  # not subscribed
        raise


_IDENTIFIER = "DBInstanceIdentifier"
_INSTANCE = _listed("rds", "describe_db_instances", "DBInstances", _IDENTIFIER, by="identifier")
DATA: Mapping[str, Find] = {
    "aws:athena/namedQuery:NamedQuery": _named_query,
    "aws:athena/workgroup:Workgroup": _listed("athena", "list_work_groups", "WorkGroups", "Name"),
    "aws:backup/plan:Plan": _listed(
        "backup", "list_backup_plans", "BackupPlansList", "BackupPlanName", id_="BackupPlanId"
    ),
    "aws:backup/vault:Vault": _listed("backup", "list_backup_vaults", "BackupVaultList", "BackupVaultName"),
    "aws:cloudtrail/trail:Trail": _listed("cloudtrail", "list_trails", "Trails", "Name", id_="TrailARN"),
    "aws:glue/catalogDatabase:CatalogDatabase": _database,
    "aws:glue/catalogTable:CatalogTable": _table,
    "aws:guardduty/detector:Detector": _detector,
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": _delivery_stream,
    "aws:rds/cluster:Cluster": _listed(
        "rds", "describe_db_clusters", "DBClusters", "DBClusterIdentifier", by="clusterIdentifier"
    ),
    "aws:rds/clusterInstance:ClusterInstance": _INSTANCE,
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": _listed(
        "rds", "describe_db_cluster_parameter_groups", "DBClusterParameterGroups", "DBClusterParameterGroupName"
    ),
    "aws:rds/eventSubscription:EventSubscription": _listed(
        "rds", "describe_event_subscriptions", "EventSubscriptionsList", "CustSubscriptionId"
    ),
    "aws:rds/instance:Instance": _INSTANCE,
    "aws:rds/parameterGroup:ParameterGroup": _listed(
        "rds", "describe_db_parameter_groups", "DBParameterGroups", "DBParameterGroupName"
    ),
    "aws:rds/subnetGroup:SubnetGroup": _listed(
        "rds", "describe_db_subnet_groups", "DBSubnetGroups", "DBSubnetGroupName"
    ),
    "aws:securityhub/account:Account": _hub,
}
