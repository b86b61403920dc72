"""The bucket that a trail writes to keeps the evidence."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import cis, pci, soc2
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.buckets import evidence, public_access

_ASPECTS = {"S3-01": public_access, "S3-06": evidence, "S3-07": evidence}  # not public, logged, locked
_JUDGES = tuple(rule for id_, module in _ASPECTS.items() for rule in module.RULES if rule.id == id_)


def _problems(trail: Resource, graph: Graph) -> Iterator[Problem]:
    bucket = graph.resolve(trail, "s3BucketName", tokens.BUCKET)
    if bucket is None:
        yield Problem("s3BucketName", "the trail's bucket is not part of this stack, so nobody can tell how it is kept")
        return

    def check(judge: Rule) -> Iterator[Problem]:
        for problem in judge.problems(bucket, graph):
            yield Problem("s3BucketName", f"the trail's bucket {bucket.name}: {problem.message}")

    yield from decide(_JUDGES, check)


_TRAIL = Node(tokens.TRAIL, "account", {"s3BucketName": Ref("trail")})
_BUCKET = Node(tokens.BUCKET, "trail", {"bucket": "trail"})
_FLAGS = dict.fromkeys(("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"), True)
_RETENTION = {"rule": {"defaultRetention": {"mode": "COMPLIANCE", "days": 400}}}
_CLOSED = Node(tokens.BUCKET_PUBLIC_ACCESS, "closed", {"bucket": "trail", **_FLAGS})
_LOCKED = Node(tokens.BUCKET_OBJECT_LOCK, "locked", {"bucket": Ref("trail"), **_RETENTION})
_LOGGED = Node(tokens.BUCKET_LOGGING, "logged", {"bucket": "trail", "targetBucket": "logs"})
_KEPT: Example = (_BUCKET, _CLOSED, _LOCKED, _LOGGED)


def _lacking(part: Node, *instead: Node) -> Example:
    return (_TRAIL, *(node for node in _KEPT if node is not part), *instead)


def _itself(key: str) -> Node:
    """The bucket, which says itself that it is locked and where the logs of its accesses go."""
    own = {"bucket": "trail", "objectLockConfiguration": _RETENTION, key: [{"targetBucket": "logs"}]}
    return Node(tokens.BUCKET, "trail", own)


RULES = (
    Rule(
        id="CT-06",
        name="trail-bucket-keeps-evidence",
        summary="The bucket of every trail is in this stack, closed to the public, locked and logged.",
        severity=Severity.CRITICAL,
        pack=Pack.COMPLIANCE,
        types=(tokens.TRAIL,),
        reads=(
            "s3BucketName",
            "bucket",
            *_FLAGS,
            "rule.defaultRetention",
            "targetBucket",
            "logging",
            "loggings",
            "objectLockConfiguration",
        ),
        controls=(*pci("L", "10.3.2"), *cis(("3.4",), ("3.4",)), *soc2("A1.2")),
        remedy="Write to a components.PrivateBucket with lock_days and an access_log_bucket.",
        problems=_problems,
        needs_graph=True,
        passes=(
            (_TRAIL, *_KEPT),
            *((_TRAIL, _CLOSED, _itself(key)) for key in ("logging", "loggings")),
            (Node(tokens.TRAIL, "account", {"s3BucketName": "trail"}), *_KEPT),
        ),
        fails=(
            (Node(tokens.TRAIL, "account", {"s3BucketName": "elsewhere"}), *_KEPT),
            (_TRAIL, _BUCKET),
            *(_lacking(part) for part in _KEPT[1:]),
            _lacking(_CLOSED, Node(tokens.BUCKET_PUBLIC_ACCESS, "half", {"bucket": "trail"})),
        ),
        undecided=((Node(tokens.TRAIL, "account", {"s3BucketName": Ref("nowhere")}), *_KEPT),),
    ),
)
