"""Every resource says whose it is and what it holds, and what belongs together says the same."""

import json
import re
from collections.abc import Iterator

from policies import tokens
from policies.controls import pci, unverified
from policies.examples import TAGS, Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.general.taggable import TAGGABLE

_ENVIRONMENTS = ("prod", "staging", "sandbox")
_WORDS = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/@-]*")
_VALUES = {
    "owner": None,  # any words
    "environment": None,  # the stack's name
    "data-class": ("public", "internal", "personal", "financial", "audit"),
    "pci-scope": ("out", "connected", "cde"),
    "cost-centre": None,
}
# Where resources name the key that encrypts what they hold.
_KEY_PATHS = {
    "aws:cloudwatch/logGroup:LogGroup": "kmsKeyId",
    "aws:dynamodb/table:Table": "serverSideEncryption.kmsKeyArn",
    "aws:efs/fileSystem:FileSystem": "kmsKeyId",
    "aws:rds/cluster:Cluster": "kmsKeyId",
    "aws:rds/instance:Instance": "kmsKeyId",
    "aws:secretsmanager/secret:Secret": "kmsKeyId",
    "aws:sns/topic:Topic": "kmsMasterKeyId",
    "aws:sqs/queue:Queue": "kmsMasterKeyId",
}
_IN_BUCKET = "rules.applyServerSideEncryptionByDefault.kmsMasterKeyId"


def _problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    def check(key: str) -> Iterator[Problem]:
        value, allowed = graph.tag(resource, key), _VALUES[key]
        if value is None:
            yield Problem("tags", f"the tag {key} is missing")
        elif allowed and value not in allowed:
            yield Problem(f"tags.{key}", f"{key} is {value!r}, not one of {', '.join(allowed)}")
        elif key == "environment" and resource.stack in _ENVIRONMENTS and value != resource.stack:
            yield Problem(f"tags.{key}", f"environment is {value!r} in the stack {resource.stack}")
        elif not _WORDS.fullmatch(value):
            yield Problem(f"tags.{key}", f"{key} is {value!r}, which names nobody")

    yield from decide(_VALUES, check)
    yield from decide(_keys(resource, graph), lambda key: _differences(resource, key, graph))


def _differences(resource: Resource, key: Resource, graph: Graph) -> Iterator[Problem]:
    ours, its = graph.tag(resource, "data-class"), graph.tag(key, "data-class")
    if ours != its:
        yield Problem("tags.data-class", f"data-class is {ours}, but the key {key.name} is for {its} data")


def _keys(resource: Resource, graph: Graph) -> list[Resource]:
    """The keys that encrypt what the resource holds, as far as they are in this stack."""
    if resource.type == tokens.BUCKET:
        settings = graph.referrers(resource, tokens.BUCKET_ENCRYPTION, "bucket")
        return [key for setting in settings for key in graph.references(setting, _IN_BUCKET, tokens.KEY)]
    path = _KEY_PATHS.get(resource.type)
    return list(graph.references(resource, path, tokens.KEY)) if path else []


def _is_taggable(resource: Resource, _: Graph) -> bool:
    return resource.type in TAGGABLE or "tags" in resource.props


def _example(own: dict[str, object] | None = None, default: dict[str, str] | None = None) -> Example:
    tags = json.dumps({"tags": TAGS if default is None else default})
    provider = Node(tokens.AWS_PROVIDER, "aws", {"defaultTags": tags})
    return (provider, Node(tokens.VPC, "main", {"tags": own} if own is not None else {}, provider="aws"))


def _encrypted(data_class: str, key_class: str) -> Example:
    key = Node(tokens.KEY, "key", {"tags": TAGS | {"data-class": key_class}})
    alias = Node(tokens.KEY_ALIAS, "alias", {"name": "alias/audit", "targetKeyId": Ref("key")})
    bucket = Node(tokens.BUCKET, "b", {"bucket": "b", "tags": TAGS | {"data-class": data_class}})
    default = {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "alias/audit"}
    rules = [{"applyServerSideEncryptionByDefault": default}]
    return (key, alias, bucket, Node(tokens.BUCKET_ENCRYPTION, "sse", {"bucket": "b", "rules": rules}))


def _named(path: tuple[str, str], data_class: str) -> Example:
    """A resource of audit data that names a key for data of another class, or the same."""
    type_, (*outer, last) = path[0], path[1].split(".")
    naming: dict[str, object] = {last: Ref("key")}
    for part in outer:
        naming = {part: naming}
    key = Node(tokens.KEY, "key", {"tags": TAGS | {"data-class": data_class}})
    return (key, Node(type_, "holder", {"tags": TAGS | {"data-class": "audit"}, **naming}))


_WITHOUT = {key: {k: v for k, v in TAGS.items() if k != key} for key in _VALUES}

RULES = (
    Rule(
        id="GEN-02",
        name="tags-are-true",
        summary="Every taggable resource has the five tags, valid and in agreement with its stack and key.",
        severity=Severity.MEDIUM,
        pack=Pack.COMPLIANCE,
        types=("aws:*",),
        reads=("tags", "tagsAll", "defaultTags", "kmsKeyId", "kmsMasterKeyId", "kmsKeyArn", "bucket"),
        controls=(*pci("L", "A1.1.2"), *unverified("soc2", "CC6.1")),
        remedy="Pass the stack's provider, whose default_tags have all five; a resource of another"
        ' class says so by tags={"data-class": ..., "pci-scope": ...}, as its key does.',
        problems=_problems,
        applies=_is_taggable,
        needs_graph=True,
        passes=(
            _example(),
            _example({"data-class": "audit"}),
            _example(dict(TAGS), {}),
            (Node(tokens.VPC, "main", {"tagsAll": TAGS}),),
            _encrypted("audit", "audit"),
            *(_named(path, "audit") for path in _KEY_PATHS.items()),
        ),
        fails=(
            (Node(tokens.VPC, "main"),),
            *(_example(default=tags) for tags in _WITHOUT.values()),
            _example({"environment": "staging"}),
            _example({"data-class": "Audit"}),
            _example({"data-class": "secret"}),
            _example({"pci-scope": "in"}),
            _example({"owner": ""}),
            _example({"cost-centre": "-"}),
            _encrypted("internal", "audit"),
            *(_named(path, "internal") for path in _KEY_PATHS.items()),
        ),
        ignores=((Node(tokens.KEY_ALIAS, "alias"), Node("kubernetes:core/v1:Namespace", "n")),),
        undecided=(_example({"owner": Ref("main")}),),
    ),
)
