"""Finders of databases, trails, streams, backups and detectors: each is one of its name, or one of its region."""

from collections.abc import Mapping

from platformctl.recovery.finders.looking import Clients, Find, Inputs, asked, listed, named, pages


def _delivery_stream(clients: Clients, inputs: Inputs) -> str | None:
    firehose = clients("firehose")
    if inputs.get("name") not in firehose.list_delivery_streams(Limit=10_000)["DeliveryStreamNames"]:
        return None
    described = firehose.describe_delivery_stream(DeliveryStreamName=inputs["name"])["DeliveryStreamDescription"]
    return str(described["DeliveryStreamARN"])


def _database(clients: Clients, inputs: Inputs) -> str | None:
    there = pages(clients("glue"), "get_databases", "DatabaseList")
    return next((f"{one['CatalogId']}:{one['Name']}" for one in there if one["Name"] == inputs.get("name")), None)


def _table(clients: Clients, inputs: Inputs) -> str | None:
    catalog = _database(clients, {"name": inputs.get("databaseName")})
    there = pages(clients("glue"), "get_tables", "TableList", DatabaseName=inputs["databaseName"]) if catalog else ()
    return next((f"{catalog}:{one['Name']}" for one in there if one["Name"] == inputs.get("name")), None)


def _named_query(clients: Clients, inputs: Inputs) -> str | None:
    """Athena lets several have one name: it is ours when it also asks the same."""
    athena = clients("athena")
    for query in athena.list_named_queries(WorkGroup=inputs.get("workgroup", "primary"))["NamedQueryIds"]:
        told = athena.get_named_query(NamedQueryId=query)["NamedQuery"]
        if (told["Name"], told["QueryString"]) == (inputs.get("name"), inputs.get("query")):
            return str(query)
    return None


def _detector(clients: Clients, _: Inputs) -> str | None:
    return next(iter(pages(clients("guardduty"), "list_detectors", "DetectorIds")), None)


def _hub(clients: Clients, _: Inputs) -> str | None:
    from botocore.exceptions import ClientError  # late: only an update that was killed needs it

    try:
        return str(clients("securityhub").describe_hub()["HubArn"].split(":")[4])
    except ClientError as error:
        if error.response["Error"]["Code"] == "InvalidAccessException":
            return None  # not subscribed
        raise


def _publishing(clients: Clients, inputs: Inputs) -> str | None:
    """A detector has one destination of each type (API reference, CreatePublishingDestination)."""
    detector, type_ = inputs["detectorId"], inputs.get("destinationType", "S3")
    there = pages(clients("guardduty"), "list_publishing_destinations", "Destinations", DetectorId=detector)
    return next((f"{detector}:{one['DestinationId']}" for one in there if one["DestinationType"] == type_), None)


def _selection(clients: Clients, inputs: Inputs) -> str | None:
    plan = inputs["planId"]
    there = pages(clients("backup"), "list_backup_selections", "BackupSelectionsList", BackupPlanId=plan)
    found = (one["SelectionId"] for one in there if one["SelectionName"] == inputs.get("name"))
    return next((f"{plan}|{id_}" for id_ in found), None)


def _activity_stream(clients: Clients, inputs: Inputs) -> str | None:
    cluster = inputs["resourceArn"]
    described = clients("rds").describe_db_clusters(DBClusterIdentifier=cluster)["DBClusters"]
    on = any(one.get("ActivityStreamStatus") in ("started", "starting") for one in described)
    return cluster if on else None


_INSTANCE = listed(
    "rds", "describe_db_instances", "DBInstances", named("DBInstanceIdentifier", "identifier"), "DBInstanceIdentifier"
)
DATA: Mapping[str, Find] = {
    "aws:athena/namedQuery:NamedQuery": _named_query,
    "aws:athena/workgroup:Workgroup": listed("athena", "list_work_groups", "WorkGroups", named("Name"), "Name"),
    "aws:backup/plan:Plan": listed(
        "backup", "list_backup_plans", "BackupPlansList", named("BackupPlanName"), "BackupPlanId"
    ),
    "aws:backup/restoreTestingPlan:RestoreTestingPlan": asked(
        "backup", "get_restore_testing_plan", {"RestoreTestingPlanName": "name"}, "{name}"
    ),
    "aws:backup/restoreTestingSelection:RestoreTestingSelection": asked(
        "backup",
        "get_restore_testing_selection",
        {"RestoreTestingPlanName": "restoreTestingPlanName", "RestoreTestingSelectionName": "name"},
        "{name}:{restoreTestingPlanName}",
    ),
    "aws:backup/selection:Selection": _selection,
    "aws:backup/vault:Vault": listed(
        "backup", "list_backup_vaults", "BackupVaultList", named("BackupVaultName"), "BackupVaultName"
    ),
    "aws:cloudtrail/trail:Trail": listed("cloudtrail", "list_trails", "Trails", named("Name"), "TrailARN"),
    "aws:glue/catalogDatabase:CatalogDatabase": _database,
    "aws:glue/catalogTable:CatalogTable": _table,
    "aws:guardduty/detector:Detector": _detector,
    "aws:guardduty/publishingDestination:PublishingDestination": _publishing,
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": _delivery_stream,
    "aws:rds/cluster:Cluster": listed(
        "rds",
        "describe_db_clusters",
        "DBClusters",
        named("DBClusterIdentifier", "clusterIdentifier"),
        "DBClusterIdentifier",
    ),
    "aws:rds/clusterActivityStream:ClusterActivityStream": _activity_stream,
    "aws:rds/clusterInstance:ClusterInstance": _INSTANCE,
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": listed(
        "rds",
        "describe_db_cluster_parameter_groups",
        "DBClusterParameterGroups",
        named("DBClusterParameterGroupName"),
        "DBClusterParameterGroupName",
    ),
    "aws:rds/eventSubscription:EventSubscription": listed(
        "rds",
        "describe_event_subscriptions",
        "EventSubscriptionsList",
        named("CustSubscriptionId"),
        "CustSubscriptionId",
    ),
    "aws:rds/instance:Instance": _INSTANCE,
    "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication": listed(
        "rds",
        "describe_db_instance_automated_backups",
        "DBInstanceAutomatedBackups",
        named("DBInstanceArn", "sourceDbInstanceArn"),
        "DBInstanceAutomatedBackupsArn",
    ),
    "aws:rds/parameterGroup:ParameterGroup": listed(
        "rds",
        "describe_db_parameter_groups",
        "DBParameterGroups",
        named("DBParameterGroupName"),
        "DBParameterGroupName",
    ),
    "aws:rds/subnetGroup:SubnetGroup": listed(
        "rds", "describe_db_subnet_groups", "DBSubnetGroups", named("DBSubnetGroupName"), "DBSubnetGroupName"
    ),
    "aws:securityhub/account:Account": _hub,
    "aws:securityhub/findingAggregator:FindingAggregator": listed(
        "securityhub", "list_finding_aggregators", "FindingAggregators", lambda _, __: True, "FindingAggregatorArn"
    ),
}
