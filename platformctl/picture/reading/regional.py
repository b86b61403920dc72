"""What a region keeps outside of networks: messages, evidence, backups, keys and secrets, and what watches."""

from collections import defaultdict
from collections.abc import Iterator

from platformctl.picture.model import Box
from platformctl.picture.reading.facts import key_line, refs, region, short, tag, word
from policies import tokens
from policies.graph import Graph
from policies.resource import Resource

_MESSAGES, _EVIDENCE, _BACKUPS = "Messages and data", "Evidence", "Backups"
_KEYS, _WATCHING = "Keys and secrets", "Watching"
GROUPS = (_MESSAGES, _EVIDENCE, _BACKUPS, _KEYS, _WATCHING)
LOG_SOURCES = (tokens.FLOW_LOG, tokens.DNS_LOG)
BACKUPS_ELSEWHERE = tokens.DATABASE_BACKUPS_REPLICATION
# Types of which each resource has a box of its own.
_SINGLE: dict[str, tuple[str, str, str]] = {
    tokens.DATA_STREAM: ("queue", _MESSAGES, "Kinesis stream"),
    tokens.TABLE: ("database", _MESSAGES, "DynamoDB table"),
    tokens.FILE_SYSTEM: ("bucket", _MESSAGES, "file system"),
    tokens.FUNCTION: ("service", _MESSAGES, "Lambda function"),
    tokens.TRAIL: ("trail", _EVIDENCE, "CloudTrail"),
    tokens.BACKUP_VAULT: ("vault", _BACKUPS, "backup vault"),
    tokens.AIR_GAPPED_VAULT: ("vault", _BACKUPS, "air-gapped backup vault"),
    BACKUPS_ELSEWHERE: ("vault", _BACKUPS, "copy of a database's backups"),
}
# Types that one box of a region stands for together, with its heading.
_TOGETHER: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("logs", "Log streams", _EVIDENCE, (tokens.DELIVERY_STREAM,)),
    ("logs", "Network logs", _EVIDENCE, LOG_SOURCES),
    ("key", "Keys", _KEYS, tokens.KEYS),
    ("secret", "Secrets", _KEYS, (tokens.SECRET,)),
    ("registry", "Image registries", _MESSAGES, (tokens.REPOSITORY,)),
    ("watch", "Notifications", _WATCHING, (tokens.TOPIC,)),
    ("watch", "Detection", _WATCHING, (tokens.THREAT_DETECTOR, tokens.SECURITY_HUB, tokens.CONFIG_RECORDER)),
)
_NAMES: dict[str, str] = {
    tokens.FLOW_LOG: "flow log",
    tokens.DNS_LOG: "DNS queries",
    tokens.THREAT_DETECTOR: "GuardDuty",
    tokens.SECURITY_HUB: "Security Hub",
    tokens.CONFIG_RECORDER: "AWS Config",
}
_PREFIXES = ("key-", "secret-", "notify-", "stream-")


def boxes(graph: Graph) -> Iterator[tuple[str, Box]]:
    """Every box with its region, in the order of the headings."""
    found = [*_queues(graph), *_buckets(graph), *_singles(graph), *_together(graph)]
    yield from sorted(found, key=lambda one: GROUPS.index(one[1].group))


def together_id(title: str, where: str) -> str:
    """The id of the box of a region that stands for many."""
    return f"{title} {where}".lower()


def _queues(graph: Graph) -> Iterator[tuple[str, Box]]:
    dead: dict[str, list[Resource]] = defaultdict(list)
    queues = graph.of_type(tokens.QUEUE)
    by_name = {word(queue, "name") or queue.name: queue for queue in queues}
    for queue in queues:
        policy = word(queue, "redrivePolicy")
        for name, other in by_name.items():
            aimed = f':{name}"' in policy or other in refs(graph, queue, "redrivePolicy", tokens.QUEUE)
            if other is not queue and aimed:
                dead[queue.urn].append(other)
    letters = {one.urn for group in dead.values() for one in group}
    for queue in queues:
        if queue.urn in letters:
            continue
        facts = (
            "first in, first out" if word(queue, "fifoQueue") == "true" else "",
            key_line(graph, queue, "kmsMasterKeyId"),
            "with dead letters" if dead[queue.urn] else "no dead-letter queue",
        )
        urns = (queue.urn, *(one.urn for one in dead[queue.urn]))
        yield region(graph, queue), _box(queue, "queue", _MESSAGES, facts, urns)


def _buckets(graph: Graph) -> Iterator[tuple[str, Box]]:
    parts: dict[str, list[Resource]] = defaultdict(list)
    for resource in graph.resources:
        if resource.type.startswith("aws:s3/") and resource.type != tokens.BUCKET:
            for bucket in refs(graph, resource, "bucket", tokens.BUCKET):
                parts[bucket.urn].append(resource)
    for bucket in graph.of_type(tokens.BUCKET):
        locks = [_lock(one) for one in parts[bucket.urn] if one.type == tokens.BUCKET_OBJECT_LOCK]
        urns = (bucket.urn, *(one.urn for one in parts[bucket.urn]))
        name = word(bucket, "bucket") or bucket.name
        box = _box(bucket, "bucket", _EVIDENCE, ("S3 bucket", *locks), urns, bucket.name, name)
        yield region(graph, bucket), box


def _singles(graph: Graph) -> Iterator[tuple[str, Box]]:
    for type_, (kind, group, what) in _SINGLE.items():
        for one in graph.of_type(type_):
            key = key_line(graph, one, "kmsKeyArn") or key_line(graph, one, "kmsKeyId")
            title = one.name if type_ == tokens.TRAIL else ""  # which is called like its environment
            yield region(graph, one), _box(one, kind, group, (what, key), (one.urn,), title)


def _together(graph: Graph) -> Iterator[tuple[str, Box]]:
    for kind, title, group, types in _TOGETHER:
        by_region: dict[str, list[Resource]] = defaultdict(list)
        for one in graph.of_type(*types):
            by_region[region(graph, one)].append(one)
        for where in sorted(by_region):
            members = by_region[where]
            names = dict.fromkeys(_member(graph, one) for one in members)
            urns = tuple(one.urn for one in members)
            lines = (", ".join(names),)
            yield where, Box(together_id(title, where), kind, title, lines, urns, group=group)


def _member(graph: Graph, one: Resource) -> str:
    if one.type in _NAMES:
        return _NAMES[one.type]
    name = tag(graph, one, "data-class") if one.type in tokens.KEYS else ""
    name = name or one.name
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    return name


def _lock(lock: Resource) -> str:
    kept = ("rule", "defaultRetention")
    spans = ((word(lock, *kept, unit), unit) for unit in ("days", "years"))
    span = next((f"{count} {unit if count != '1' else unit[:-1]}" for count, unit in spans if count), "")
    return " ".join(filter(None, ("locked", word(lock, *kept, "mode").lower(), span)))


def _box(
    one: Resource,
    kind: str,
    group: str,
    facts: tuple[str, ...],
    urns: tuple[str, ...],
    title: str = "",
    full: str = "",
) -> Box:
    title = title or short(one)
    scope = word(one, "tags", "pci-scope")
    return Box(one.urn, kind, title, tuple(filter(None, facts)), urns, scope, group, full or word(one, "name"))
