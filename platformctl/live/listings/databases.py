"""Databases, their parameters, snapshots made by hand, and tables."""

from platformctl.live.listings.listing import Listing
from policies import tokens

_MEMBER = "DBClusterIdentifier"
DATABASES = (
    Listing(tokens.DATABASE_CLUSTER, "describe_db_clusters", "DBClusters[].DBClusterIdentifier"),
    Listing(tokens.DATABASE_CLUSTER_INSTANCE, "describe_db_instances", f"DBInstances[?{_MEMBER}].DBInstanceIdentifier"),
    Listing(tokens.DATABASE_INSTANCE, "describe_db_instances", f"DBInstances[?!{_MEMBER}].DbiResourceId"),
    Listing(
        tokens.DATABASE_CLUSTER_PARAMETERS,
        "describe_db_cluster_parameter_groups",
        "DBClusterParameterGroups[?!starts_with(DBClusterParameterGroupName, 'default.')].DBClusterParameterGroupName",
    ),
    Listing(
        tokens.DATABASE_PARAMETERS,
        "describe_db_parameter_groups",
        "DBParameterGroups[?!starts_with(DBParameterGroupName, 'default.')].DBParameterGroupName",
    ),
    Listing(tokens.DATABASE_SUBNETS, "describe_db_subnet_groups", "DBSubnetGroups[].DBSubnetGroupName"),
    Listing(
        tokens.DATABASE_SNAPSHOT,
        "describe_db_snapshots",
        "DBSnapshots[].DBSnapshotIdentifier",
        args={"SnapshotType": "manual"},
    ),
    Listing(
        tokens.DATABASE_CLUSTER_SNAPSHOT,
        "describe_db_cluster_snapshots",
        "DBClusterSnapshots[].DBClusterSnapshotIdentifier",
        args={"SnapshotType": "manual"},
    ),
    Listing(tokens.TABLE, "list_tables", "TableNames"),
)
