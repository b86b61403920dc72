"""Which databases and queues a namespace's pods use: by what their environment names, and what their roles allow."""

from collections.abc import Iterator

from platformctl.picture.model import Flow
from platformctl.picture.reading.cluster import WORKLOADS
from platformctl.picture.reading.facts import known, mapping, produced, refs, texts, word
from policies import tokens
from policies.documents import DocumentError, Statement, matches, statements
from policies.graph import Graph
from policies.resource import Resource
from policies.values import Mistyped, Undecided

_DATABASES = (tokens.DATABASE_CLUSTER, tokens.DATABASE_INSTANCE)
_ADDRESSES = ("endpoint", "readerEndpoint", "address")  # what a database's clients call it
_SEND, _RECEIVE = "sqs:SendMessage", "sqs:ReceiveMessage"


def database_flows(graph: Graph, ids: dict[str, str]) -> Iterator[Flow]:
    """From each namespace to the databases that its pods are told of; `ids`: boxes by namespace."""
    databases = graph.of_type(*_DATABASES)
    for one in graph.of_type(*WORKLOADS):
        namespace = word(one, "metadata", "namespace")
        told = set(texts(known(one, "spec")))
        made = produced(graph, one, "spec", *_DATABASES)
        for database in databases:
            names = {word(database, key) for key in _ADDRESSES} - {""}
            hosts = {name.rpartition(":")[0] or name for name in names}  # an endpoint may end in its port
            if namespace in ids and (database in made or told & (names | hosts)):
                yield Flow(ids[namespace], database.urn, "data", f"{_kind(one)} {one.name} is told its address")


def queue_flows(graph: Graph, ids: dict[str, str], drawn: set[str]) -> Iterator[Flow]:
    """To and from the queues that roles of a namespace's pods may send to and receive from, else that pods name."""
    queues = [queue for queue in graph.of_type(tokens.QUEUE) if queue.urn in drawn]
    allowed = {namespace: list(_statements(graph, namespace)) for namespace in sorted(ids)}
    for namespace, box in sorted(ids.items()):
        for queue in queues:
            sends = [one for one in allowed[namespace] if _allows(one, _SEND, queue)]
            receives = [one for one in allowed[namespace] if _allows(one, _RECEIVE, queue)]
            if sends:
                yield Flow(box, queue.urn, "message", f"its role allows {_SEND}")
            if receives:
                yield Flow(queue.urn, box, "message", f"its role allows {_RECEIVE}")
            if not (sends or receives) and _named(graph, namespace, queue):
                yield Flow(box, queue.urn, "message", "its environment names the queue")


def _statements(graph: Graph, namespace: str) -> Iterator[Statement]:
    for pods in graph.of_type(tokens.POD_IDENTITY):
        if word(pods, "namespace") != namespace:
            continue
        for role in refs(graph, pods, "roleArn", tokens.ROLE):
            for policy in graph.of_type(tokens.ROLE_POLICY):
                if role in refs(graph, policy, "role", tokens.ROLE):
                    yield from _read(policy)


def _read(policy: Resource) -> list[Statement]:
    try:
        return [one for one in statements(known(policy, "policy") or "") if one.allows]
    except (DocumentError, Undecided, Mistyped):
        return []


def _allows(statement: Statement, action: str, queue: Resource) -> bool:
    name = word(queue, "name") or queue.name
    arns = statement.resources or ()
    covers = any(arn == "*" or (":sqs:" in arn and matches(arn.rpartition(":")[2], name)) for arn in arns)
    return covers and statement.acts_on(action)


def _named(graph: Graph, namespace: str, queue: Resource) -> bool:
    names = {word(queue, key) for key in ("url", "arn", "id")} | {queue.id} - {""}
    ending = f"/{word(queue, 'name')}" if word(queue, "name") else "\n"
    for one in graph.of_type(*WORKLOADS):
        if word(one, "metadata", "namespace") == namespace:
            told = mapping(known(one, "spec"))
            if any(text in names or text.endswith(ending) for text in texts(told) if text):
                return True
            if queue in produced(graph, one, "spec", tokens.QUEUE):
                return True
    return False


def _kind(resource: Resource) -> str:
    return resource.type.rpartition(":")[2]
