"""Databases: clusters with their instances, and instances that stand alone."""

from collections.abc import Iterator

from platformctl.picture.model import Box
from platformctl.picture.reading.facts import as_word, key_line, known, mapping, refs, tag, word
from policies import tokens
from policies.graph import Graph
from policies.resource import Resource

_ENGINES = {"aurora-postgresql": "Aurora PostgreSQL", "aurora-mysql": "Aurora MySQL", "postgres": "PostgreSQL"}


def databases(graph: Graph) -> Iterator[tuple[tuple[Resource, ...], Box]]:
    """Every database with the subnets that it is in."""
    for cluster in graph.of_type(tokens.DATABASE_CLUSTER):
        nodes = [
            one
            for one in graph.of_type(tokens.DATABASE_CLUSTER_INSTANCE)
            if cluster in refs(graph, one, "clusterIdentifier", tokens.DATABASE_CLUSTER)
        ]
        scaling = mapping(known(cluster, "serverlessv2ScalingConfiguration"))
        size = "-".join(filter(None, (as_word(scaling.get(key)) for key in ("minCapacity", "maxCapacity"))))
        own = word(cluster, "dbClusterInstanceClass")  # a cluster of this class makes its three instances itself
        count = "3 instances" if own and not nodes else f"{len(nodes)} instance{'s' if len(nodes) != 1 else ''}"
        facts = (count, own, f"{size} ACU" if size else "")
        yield _subnets(graph, cluster), _box(graph, cluster, facts, tuple(node.urn for node in nodes))
    for instance in graph.of_type(tokens.DATABASE_INSTANCE):
        facts = (
            word(instance, "instanceClass"),
            "in two zones" if word(instance, "multiAz") == "true" else "in one zone",
            "",
        )
        yield _subnets(graph, instance), _box(graph, instance, facts, ())


def _box(graph: Graph, database: Resource, facts: tuple[str, ...], more: tuple[str, ...]) -> Box:
    engine = word(database, "engine")
    version = " ".join(filter(None, (_ENGINES.get(engine, engine), word(database, "engineVersion"))))
    reach = "reachable from the internet" if word(database, "publiclyAccessible") == "true" else ""
    lines = (version, *facts, key_line(graph, database, "kmsKeyId"), _port(database), reach)
    name = word(database, "clusterIdentifier") or word(database, "identifier") or database.name
    return Box(
        database.urn,
        "database",
        name.removeprefix(f"{database.stack}-"),
        tuple(filter(None, lines)),
        (database.urn, *more),
        tag(graph, database, "pci-scope"),
        full=name,
    )


def _port(database: Resource) -> str:
    return f"port {port}" if (port := word(database, "port")) else ""


def _subnets(graph: Graph, database: Resource) -> tuple[Resource, ...]:
    groups = refs(graph, database, "dbSubnetGroupName", tokens.DATABASE_SUBNETS)
    return tuple(subnet for group in groups for subnet in refs(graph, group, "subnetIds", tokens.SUBNET))
