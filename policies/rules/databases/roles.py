"""What kind of database a resource is, and what belongs to it."""

from policies import tokens
from policies.graph import Graph
from policies.resource import Resource
from policies.values import Partial

DATABASES = (tokens.DATABASE_CLUSTER, tokens.DATABASE_INSTANCE)
SERVERS = (*DATABASES, tokens.DATABASE_CLUSTER_INSTANCE)
_POSTGRESQL = ("aurora-postgresql", "postgres")
_SOURCE = {tokens.DATABASE_CLUSTER: "replicationSourceIdentifier", tokens.DATABASE_INSTANCE: "replicateSourceDb"}


def is_postgresql(database: Resource, _: Graph) -> bool:
    """Whether the engine is PostgreSQL. A replica or restored database that names none may be one."""
    return database.props.get("engine", _POSTGRESQL[0]) in _POSTGRESQL


def is_aurora(database: Resource) -> bool:
    """Whether the database is an Aurora cluster, which has separate instances."""
    return database.type == tokens.DATABASE_CLUSTER and str(database.props.get("engine", "")).startswith("aurora")


def is_replica(database: Resource) -> bool:
    """Whether the database copies another one, and takes its users and backups from it."""
    return bool(database.inputs.get(_SOURCE[database.type]))


def source_of(database: Resource, graph: Graph) -> Resource | None:
    """The database of this graph that a replica copies."""
    return graph.resolve(database, _SOURCE[database.type], *DATABASES) if is_replica(database) else None


def instances_of(cluster: Resource, graph: Graph) -> Partial[Resource]:
    """The instances of a cluster, and where others may be hidden."""
    return graph.possible_referrers(cluster, tokens.DATABASE_CLUSTER_INSTANCE, "clusterIdentifier")
