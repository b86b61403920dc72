"""Buckets encrypt with a key of ours."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from policies import tokens
from policies.controls import pci, soc2
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.buckets.roles import receives_access_logs
from policies.values import Block

_WITH_KMS = ("aws:kms", "aws:kms:dsse")
_DEFAULT = ("applyServerSideEncryptionByDefault", "applyServerSideEncryptionByDefaults")
_INLINE = ("serverSideEncryptionConfiguration", "serverSideEncryptionConfigurations")


def _problems(bucket: Resource, graph: Graph) -> Iterator[Problem]:
    holders = graph.referrers(bucket, tokens.BUCKET_ENCRYPTION, "bucket")
    rules = [(holder, rule) for holder in holders for rule in holder.props.blocks("rules", "rule")]
    if not holders:
        inline = bucket.inputs.blocks(*_INLINE)
        rules = [(bucket, rule) for block in inline for rule in block.blocks("rules", "rule")]
    if not rules:
        yield Problem(None, "the bucket does not say which key encrypts its objects")
    plain_suffices = receives_access_logs(bucket, graph)

    def check(held: tuple[Resource, Block]) -> Iterator[Problem]:
        default: Mapping[str, Any] = next(iter(held[1].blocks(*_DEFAULT)), {})
        algorithm = default.get("sseAlgorithm")
        if plain_suffices and algorithm == "AES256":
            return
        if algorithm not in _WITH_KMS:
            yield Problem(_at(held, "sseAlgorithm"), f"objects are encrypted with {algorithm}, not with a KMS key")
        elif isinstance(default, Block) and not _has_own_key(held[0], default, graph):
            yield Problem(_at(held, "kmsMasterKeyId"), "objects are encrypted with AWS's key, not with one of ours")
        if algorithm == "aws:kms" and held[1].get("bucketKeyEnabled") is not True:
            yield Problem(held[1].at("bucketKeyEnabled"), "the bucket key is off: every object costs a KMS call")

    yield from decide(rules, check)


def _at(held: tuple[Resource, Block], key: str) -> str:
    return held[1].at(f"applyServerSideEncryptionByDefault.{key}")


def _has_own_key(holder: Resource, default: Block, graph: Graph) -> bool:
    if "kmsMasterKeyId" not in default:
        return False
    path = re.sub(r"\[\d+\]", "", default.at("kmsMasterKeyId"))
    if graph.references(holder, path, *tokens.KEYS):
        return True
    name = str(default["kmsMasterKeyId"])
    return name != "" and not name.rsplit(":", 1)[-1].startswith("alias/aws/")


def _by_default(algorithm: str | None = "aws:kms", key: object = Ref("key"), **rule: object) -> dict[str, object]:
    default = {"sseAlgorithm": algorithm, "kmsMasterKeyId": key}
    return {"bucketKeyEnabled": True, "applyServerSideEncryptionByDefault": default} | rule


def _example(*rules: dict[str, object], bucket: object = "invoices") -> Example:
    return (_KEY, _BUCKET, Node(tokens.BUCKET_ENCRYPTION, "sse", {"bucket": bucket, "rules": list(rules)}))


def _old(**default: object) -> Node:
    """A BucketV2, whose blocks are lists."""
    rule = {"bucketKeyEnabled": True, "applyServerSideEncryptionByDefaults": [default]}
    return Node("aws:s3/bucketV2:BucketV2", "b", {"serverSideEncryptionConfigurations": [{"rules": [rule]}]})


_KEY = Node(tokens.KEY, "key")
_BUCKET = Node(tokens.BUCKET, "invoices", {"bucket": "invoices"})
_LOGGED = Node(tokens.BUCKET_LOGGING, "logging", {"bucket": "other", "targetBucket": "invoices"})


def _log_into(target: str, key: str) -> Node:
    """A bucket that says itself where the logs of its accesses go."""
    own = {"bucket": "other", _INLINE[0]: {"rule": _by_default()}}
    return Node(tokens.BUCKET, "other", {**own, key: [{"targetBucket": target}]})


def _inline(key: str) -> Node:
    """A bucket that says itself how it encrypts."""
    return Node(tokens.BUCKET, "invoices", {"bucket": "invoices", key: {"rule": _by_default()}})


_PLAIN = _by_default("AES256", None)

RULES = (
    Rule(
        id="S3-04",
        name="bucket-encrypts-with-our-key",
        summary="Every bucket encrypts with a customer key and a bucket key; one for S3 access logs cannot.",
        severity=Severity.HIGH,
        pack=Pack.COMPLIANCE,
        types=(tokens.BUCKET,),
        reads=(
            "bucket",
            "rules",
            "sseAlgorithm",
            "kmsMasterKeyId",
            "bucketKeyEnabled",
            "targetBucket",
            "logging",
            "loggings",
            "serverSideEncryptionConfigurations",
        ),
        controls=(*pci("L", "3.5.1", "3.6.1", "3.6.1.2"), *soc2("PI1.4")),
        remedy="Give components.PrivateBucket the key_arn of an EncryptionKey.",
        problems=_problems,
        needs_graph=True,
        passes=(
            _example(_by_default()),
            _example(_by_default(), bucket=Ref("invoices")),
            _example(_by_default("aws:kms:dsse", bucketKeyEnabled=None)),
            _example(_by_default(key="arn:aws:kms:eu-central-1:111122223333:key/1")),
            _example(_by_default(key="alias/invoices")),
            (*_example(_by_default(key=Ref("copy"))), Node(tokens.KEY_REPLICA, "copy")),
            (*_example(_PLAIN), _LOGGED),
            (_KEY, _old(sseAlgorithm="aws:kms", kmsMasterKeyId=Ref("key"))),
            (
                _KEY,
                Node(
                    tokens.BUCKET,
                    "invoices",
                    {"bucket": "invoices", "serverSideEncryptionConfiguration": {"rule": _by_default()}},
                ),
            ),
            *((*_example(_PLAIN), _log_into("invoices", key)) for key in ("logging", "loggings")),
            *((_KEY, _inline(key)) for key in _INLINE),
        ),
        fails=(
            (_BUCKET,),
            (_old(sseAlgorithm="AES256"),),
            _example(),
            _example(_PLAIN),
            _example(_by_default(None)),
            _example(_by_default(key=None)),
            _example(_by_default(key="alias/aws/s3")),
            _example(_by_default(key="arn:aws:kms:eu-central-1:111122223333:alias/aws/s3")),
            _example(_by_default(bucketKeyEnabled=False)),
            _example(_by_default(bucketKeyEnabled=None)),
            _example(_by_default(), bucket="another"),
            (_BUCKET, _LOGGED),
        ),
        undecided=(_example(_by_default(key=Ref("nowhere"))),),
    ),
)
