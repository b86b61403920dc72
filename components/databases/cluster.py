"""A database of several instances: Aurora, provisioned or serverless, or a Multi-AZ cluster of RDS."""

from typing import Any

from pulumi import ResourceOptions
from pulumi_aws import rds

from components.databases.args import PostgresArgs
from components.databases.servers import (
    CA_CERTIFICATE,
    MASTER,
    Servers,
    Surroundings,
    in_common,
    master_secret,
    watched,
)
from components.databases.topology import Aurora, AuroraProvisioned, AuroraServerless, Cluster, MultiAzCluster, members
from components.tags import tagged


def make_cluster(
    name: str, args: PostgresArgs, topology: Cluster, around: Surroundings, child: ResourceOptions
) -> Servers:
    """The cluster and, for Aurora, its instances, which have numbers and no roles: any becomes the writer."""
    cluster = rds.Cluster(
        name,
        cluster_identifier=args.identifier,
        database_name=args.database,
        master_username=MASTER,
        db_cluster_parameter_group_name=around.parameters,
        preferred_backup_window=args.backups.window,
        preferred_maintenance_window=args.maintenance_window,
        tags=tagged(name, args.tags),
        opts=around.before(child, args.protect),
        **in_common(args, around),
        **_sizes(args, topology),
    )
    instances: list[rds.ClusterInstance] = []
    if isinstance(topology, Aurora):
        for number, identifier in enumerate(members(args.identifier, topology), 1):
            instances.append(_member(f"{name}-{number}", identifier, args, topology, cluster, child))
    if isinstance(topology, AuroraProvisioned) and topology.activity_stream:
        rds.ClusterActivityStream(
            name,
            resource_arn=cluster.arn,
            kms_key_id=args.key_arn,
            mode="async",  # statements do not wait for the stream
            opts=ResourceOptions.merge(child, ResourceOptions(depends_on=[*instances])),
        )
    return Servers(
        endpoint=cluster.endpoint,
        reader_endpoint=cluster.reader_endpoint,
        resource_id=cluster.cluster_resource_id,
        master_secret_arn=master_secret(cluster.master_user_secrets),
        resources=[cluster, *instances],
    )


def _sizes(args: PostgresArgs, topology: Cluster) -> dict[str, Any]:
    """What the kinds of clusters do not have alike. Aurora's instances have their own; those of a Multi-AZ cluster
    are set through it."""
    if isinstance(topology, MultiAzCluster):
        return {
            "db_cluster_instance_class": topology.instance_class,
            "storage_type": "io1",
            "allocated_storage": topology.storage_gib,
            "iops": topology.iops,
            "publicly_accessible": False,
            "auto_minor_version_upgrade": True,
            "ca_certificate_identifier": CA_CERTIFICATE,
            **watched(args),
        }
    if isinstance(topology, AuroraServerless):
        capacity = rds.ClusterServerlessv2ScalingConfigurationArgs(
            min_capacity=topology.min_acu, max_capacity=topology.max_acu
        )
        return {"serverlessv2_scaling_configuration": capacity}
    return {}


def _member(
    own: str, identifier: str, args: PostgresArgs, topology: Aurora, cluster: rds.Cluster, child: ResourceOptions
) -> rds.ClusterInstance:
    return rds.ClusterInstance(
        own,
        identifier=identifier,
        cluster_identifier=cluster.id,
        engine=rds.EngineType.AURORA_POSTGRESQL,
        instance_class="db.serverless" if isinstance(topology, AuroraServerless) else topology.instance_class,
        publicly_accessible=False,
        auto_minor_version_upgrade=True,
        preferred_maintenance_window=args.maintenance_window,
        ca_cert_identifier=CA_CERTIFICATE,
        copy_tags_to_snapshot=True,
        apply_immediately=args.apply_immediately,
        tags=tagged(own, args.tags),
        opts=ResourceOptions.merge(child, ResourceOptions(protect=args.protect)),
        **watched(args),
    )
