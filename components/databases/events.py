"""What RDS tells about a database, and about the instances of a cluster."""

from pulumi import Input, Resource, ResourceOptions
from pulumi_aws import rds

from components.databases.args import PostgresArgs
from components.databases.topology import Cluster, MultiAzInstance, members
from components.tags import tagged

# RDS user guide, "Amazon RDS event categories and event messages": low storage and recovery are of instances alone.
_OF_CLUSTERS = ("configuration change", "deletion", "failover", "failure", "maintenance")
_OF_INSTANCES = (*_OF_CLUSTERS, "low storage", "recovery")


def subscribe(name: str, args: PostgresArgs, sources: list[Resource], child: ResourceOptions) -> None:
    """Subscriptions for the cluster and its instances, or for the instance and its replica."""
    opts = ResourceOptions.merge(child, ResourceOptions(depends_on=sources))
    identifiers = members(args.identifier, args.topology)
    if isinstance(args.topology, Cluster):
        _subscription(name, args.identifier, "db-cluster", _OF_CLUSTERS, [args.identifier], args, opts)
    elif isinstance(args.topology, MultiAzInstance) and args.topology.reader_class:
        identifiers.append(f"{args.identifier}-reader")
    own, called = f"{name}-instances", f"{args.identifier}-instances"
    _subscription(own, called, "db-instance", _OF_INSTANCES, identifiers, args, opts)


def _subscription(
    own: str,
    called: str,
    source_type: str,
    categories: tuple[str, ...],
    sources: list[str],
    args: PostgresArgs,
    opts: ResourceOptions,
) -> None:
    topic: Input[str] = args.watch.ticket_topic_arn
    rds.EventSubscription(
        own,
        name=called,
        sns_topic=topic,
        source_type=source_type,
        source_ids=sources,
        event_categories=list(categories),
        tags=tagged(own),
        opts=opts,
    )
