"""Where logs go, and what is copied: streams, the archive with its copy, backups."""

from collections.abc import Callable, Iterator
from typing import Any

from platformctl.picture.model import Flow
from platformctl.picture.reading.facts import known, listed, mapping, refs, region, tag, texts, word
from platformctl.picture.reading.regional import BACKUPS_ELSEWHERE, LOG_SOURCES, together_id
from policies import tokens
from policies.graph import Graph
from policies.resource import Resource

_STREAMS, _NETWORK, _DETECTION = "Log streams", "Network logs", "Detection"
_BACKED_UP = (tokens.DATABASE_CLUSTER, tokens.DATABASE_INSTANCE)
_VAULTS = (tokens.BACKUP_VAULT, tokens.AIR_GAPPED_VAULT)


def log_flows(graph: Graph, owner: Callable[[Resource], str]) -> Iterator[Flow]:
    """From what is logged, through streams, to the bucket that keeps it; `owner`: the box of a log group."""
    for one in graph.of_type(tokens.LOG_SUBSCRIPTION):
        streams = refs(graph, one, "destinationArn", tokens.DELIVERY_STREAM)
        for group in refs(graph, one, "logGroup", tokens.LOG_GROUP):
            for stream in streams:
                target = together_id(_STREAMS, region(graph, stream))
                yield Flow(owner(group), target, "log", f"{one.name} reads {word(group, 'name') or group.name}")
    for stream in graph.of_type(tokens.DELIVERY_STREAM):
        source = together_id(_STREAMS, region(graph, stream))
        for top in ("extendedS3Configuration", "s3Configuration"):
            for bucket in _buckets(graph, stream, top, "bucketArn"):
                yield Flow(source, bucket.urn, "log", f"{stream.name} delivers to it")
    for trail in graph.of_type(tokens.TRAIL):
        for bucket in refs(graph, trail, "s3BucketName", tokens.BUCKET):
            yield Flow(trail.urn, bucket.urn, "log", f"{trail.name} writes to it")
    for one in graph.of_type(*LOG_SOURCES):
        for bucket in (*_buckets(graph, one, "logDestination"), *_buckets(graph, one, "destinationArn")):
            yield Flow(together_id(_NETWORK, region(graph, one)), bucket.urn, "log", f"{one.name} writes to it")
    for one in graph.of_type(tokens.CONFIG_CHANNEL):
        for bucket in refs(graph, one, "s3BucketName", tokens.BUCKET):
            yield Flow(together_id(_DETECTION, region(graph, one)), bucket.urn, "log", f"{one.name} writes to it")


def copy_flows(graph: Graph) -> Iterator[Flow]:
    """Replication of buckets, backups into vaults, and their copies in other regions."""
    for one in graph.of_type(tokens.BUCKET_REPLICATION):
        for rule in map(mapping, listed(one, "rules")):
            for source in refs(graph, one, "bucket", tokens.BUCKET):
                for target in _named(graph, mapping(rule.get("destination")).get("bucket"), tokens.BUCKET):
                    yield Flow(source.urn, target.urn, "copy", f"{one.name} replicates to it")
    for one in graph.of_type(tokens.BACKUP_SELECTION):
        for plan in refs(graph, one, "planId", tokens.BACKUP_PLAN):
            yield from _backups(graph, one, plan)
    for one in graph.of_type(BACKUPS_ELSEWHERE):
        for database in refs(graph, one, "sourceDbInstanceArn", tokens.DATABASE_INSTANCE):
            yield Flow(database.urn, one.urn, "copy", f"{one.name} copies its backups")


def _backups(graph: Graph, selection: Resource, plan: Resource) -> Iterator[Flow]:
    wanted = [mapping(one) for one in listed(selection, "selectionTags")]
    tags = [(one.get("key"), one.get("value")) for one in wanted]
    chosen = [
        one
        for one in graph.of_type(*_BACKED_UP)
        if any(isinstance(key, str) and tag(graph, one, key) == value for key, value in tags)
    ]
    rules = [mapping(one) for one in listed(plan, "rules")]
    own = {vault.urn: vault for rule in rules for vault in _named(graph, rule.get("targetVaultName"), *_VAULTS)}
    named = [
        vault for rule in rules for text in texts(rule.get("copyActions")) for vault in _named(graph, text, *_VAULTS)
    ]
    copies = dict.fromkeys(one for one in (*named, *refs(graph, plan, "rules", *_VAULTS)) if one.urn not in own)
    for vault in own.values():
        yield from (Flow(one.urn, vault.urn, "copy", f"{plan.name} backs it up") for one in chosen)
        yield from (Flow(vault.urn, copy.urn, "copy", f"{plan.name} copies backups to it") for copy in copies)


def _buckets(graph: Graph, one: Resource, *path: str) -> list[Resource]:
    found = [bucket for text in texts(known(one, *path)) for bucket in _named(graph, text, tokens.BUCKET)]
    return found or list(refs(graph, one, path[0], tokens.BUCKET))


def _named(graph: Graph, value: Any, *types: str) -> list[Resource]:
    found = graph.find(value, *types)
    return [found] if found else []
