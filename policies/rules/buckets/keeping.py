"""What is written into a bucket is kept as long as it must be."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import pci, soc2, unverified
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide, some
from policies.values import Block

_STRICT_STACKS = ("prod",)  # elsewhere evidence is of tests, and a lock that nobody can lift helps no one
_LEAST_DAYS = {"audit": 365}  # PCI DSS 10.5.1: twelve months
_EXPIRATION = ("expiration", "expirations")  # the latter of a BucketV2
_OTHER_ENDS = ("noncurrentVersionExpiration", "noncurrentVersionExpirations", "transition", "transitions")


def _version_problems(bucket: Resource, graph: Graph) -> Iterator[Problem]:
    separate = graph.referrers(bucket, tokens.BUCKET_VERSIONING, "bucket")
    if separate:
        kept = some(separate, lambda v: v.props.get("versioningConfiguration", {}).get("status") == "Enabled")
    else:
        kept = some(bucket.props.blocks("versioning", "versionings"), lambda v: v.get("enabled") is True)
    if not kept:
        yield Problem(None, "an object that is overwritten or deleted is gone: versioning is off")


def _lifecycle_problems(bucket: Resource, graph: Graph) -> Iterator[Problem]:
    holders = graph.referrers(bucket, tokens.BUCKET_LIFECYCLE, "bucket")
    rules = [rule for holder in holders for rule in holder.props.blocks("rules", "rule")]
    rules = rules or bucket.inputs.blocks("lifecycleRules")
    if not some(rules, _ends_something):
        yield Problem(None, "no lifecycle rule says how long objects are kept")
    least = _LEAST_DAYS.get(graph.tag(bucket, "data-class") or "", 0) if bucket.stack in _STRICT_STACKS else 0

    def check(rule: Block) -> Iterator[Problem]:
        for expiration in rule.blocks(*_EXPIRATION):
            days = expiration.get("days")
            if _is_on(rule) and days and int(days) < least:  # states say 0 where a rule has none
                yield Problem(expiration.at("days"), f"objects are deleted after {days} days, before {least}")

    yield from decide(rules, check)


def _is_on(rule: Block) -> bool:
    return rule.get("status") == "Enabled" or rule.get("enabled") is True


def _ends_something(rule: Block) -> bool:
    """Whether objects or their old versions go or move in time; taking away their markers alone ends none."""
    if not _is_on(rule):
        return False
    timed = any(one.raw.get("days") or one.raw.get("date") for one in rule.blocks(*_EXPIRATION))
    return timed or any(bool(rule.get(key)) for key in _OTHER_ENDS)


def _bucket(**tags: str) -> Node:
    return Node(tokens.BUCKET, "invoices", {"bucket": "invoices", "tags": tags})


def _versions(status: object, bucket: object = "invoices") -> Node:
    return Node(tokens.BUCKET_VERSIONING, "v", {"bucket": bucket, "versioningConfiguration": {"status": status}})


def _kept(bucket: Node, **rule: object) -> Example:
    rules = [{"status": "Enabled", "expiration": {"days": 400}} | rule]
    return (bucket, Node(tokens.BUCKET_LIFECYCLE, "kept", {"bucket": Ref("invoices"), "rules": rules}))


_BUCKET = _bucket()
_EVIDENCE = _bucket(**{"data-class": "audit"})

RULES = (
    Rule(
        id="S3-05",
        name="bucket-keeps-versions",
        summary="Every bucket keeps the versions of objects that are overwritten or deleted.",
        severity=Severity.MEDIUM,
        pack=Pack.OPERATIONS,
        types=(tokens.BUCKET,),
        reads=("bucket", "versioningConfiguration.status", "versioning.enabled", "versionings"),
        controls=(*pci("P", "10.3.4"), *soc2("A1.2", "C1.2")),
        remedy="Use components.PrivateBucket, or add s3.BucketVersioning(..., bucket=bucket.id,"
        ' versioning_configuration={"status": "Enabled"}).',
        problems=_version_problems,
        needs_graph=True,
        passes=(
            (_BUCKET, _versions("Enabled")),
            (_BUCKET, _versions("Enabled", Ref("invoices"))),
            (Node(tokens.BUCKET, "invoices", {"versioning": {"enabled": True}}),),
            (Node(tokens.BUCKET, "invoices", {"versionings": [{"enabled": True}]}),),
        ),
        fails=(
            (_BUCKET,),
            (_BUCKET, _versions("Suspended")),
            (_BUCKET, _versions("Disabled")),
            (_BUCKET, _versions("enabled")),
            (_BUCKET, _versions("Enabled", "another")),
            (Node(tokens.BUCKET, "invoices", {"versioning": {"enabled": False}}),),
            (
                Node(tokens.BUCKET, "invoices", {"bucket": "invoices", "versioning": {"enabled": True}}),
                _versions("Suspended"),
            ),
        ),
        undecided=((_BUCKET, _versions(Ref("invoices"))),),
    ),
    Rule(
        id="S3-08",
        name="bucket-retention-is-set",
        summary="Every bucket says how long it keeps objects, and keeps production's evidence for a year.",
        severity=Severity.LOW,
        pack=Pack.OPERATIONS,
        types=(tokens.BUCKET,),
        reads=("bucket", "rules", "lifecycleRules", "tags"),
        controls=(*pci("L", "3.2.1"), *unverified("soc2", "C1.2")),
        remedy="Give components.PrivateBucket expire_days (audit data in prod: 365 at least).",
        problems=_lifecycle_problems,
        needs_graph=True,
        passes=(
            _kept(_BUCKET),
            _kept(_BUCKET, expiration={"days": 7}),
            _kept(_EVIDENCE, expiration={"days": 365}),
            _kept(_EVIDENCE, expiration={"days": 0, "date": "2030-01-01"}),
            _kept(_EVIDENCE, expiration=None, noncurrentVersionExpiration={"noncurrentDays": 30}),
            _kept(_BUCKET, expiration=None, transitions=[{"days": 30, "storageClass": "GLACIER"}]),
            *(
                (Node(tokens.BUCKET, "invoices", {"lifecycleRules": [{"enabled": True, key: value}]}),)
                for key, value in (
                    ("expiration", {"days": 400}),
                    ("expirations", [{"days": 400}]),
                    ("noncurrentVersionExpirations", [{"days": 30}]),
                )
            ),
        ),
        fails=(
            (_BUCKET,),
            _kept(_BUCKET, status="Disabled"),
            _kept(_BUCKET, expiration=None),
            _kept(_BUCKET, expiration={"expiredObjectDeleteMarker": True}),
            _kept(_BUCKET, expiration=None, abortIncompleteMultipartUpload={"daysAfterInitiation": 7}),
            _kept(_EVIDENCE, expiration={"days": 364}),
            _kept(_EVIDENCE, expiration={"days": "90"}),
        ),
        undecided=(_kept(_EVIDENCE, expiration={"days": Ref("invoices")}),),
    ),
)
