"""What is written into a bucket is kept as long as it must be, and seen by the log."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import cis, pci, soc2, unverified
from policies.examples import Example, Node, Ref
from policies.graph import Graph, Resource
from policies.rule import Pack, Problem, Rule, Severity, decide, some
from policies.rules.buckets.roles import receives_access_logs
from policies.values import Block

_STRICT_STACKS = ("prod",)  # elsewhere evidence is of tests, and a lock that nobody can lift helps no one
_LEAST_DAYS = {"audit": 365}  # PCI DSS 10.5.1: twelve months
_DAYS_PER_YEAR = 365


def _version_problems(bucket: Resource, graph: Graph) -> Iterator[Problem]:
    separate = graph.referrers(bucket, tokens.BUCKET_VERSIONING, "bucket")
    if separate:
        kept = some(separate, lambda v: v.props.get("versioningConfiguration", {}).get("status") == "Enabled")
    else:
        kept = some(bucket.props.blocks("versioning", "versionings"), lambda v: v.get("enabled") is True)
    if not kept:
        yield Problem(None, "an object that is overwritten or deleted is gone: versioning is off")


def _logging_problems(bucket: Resource, graph: Graph) -> Iterator[Problem]:
    logged = graph.referrers(bucket, tokens.BUCKET_LOGGING, "bucket")
    inline = bucket.inputs.blocks("logging", "loggings")
    if any("targetBucket" in where for where in (*(item.props for item in logged), *inline)):
        return
    if not receives_access_logs(bucket, graph):
        yield Problem(None, "nobody can tell who read or wrote this bucket: access logging is off")


def _lock_problems(bucket: Resource, graph: Graph) -> Iterator[Problem]:
    locks = [lock.props for lock in graph.referrers(bucket, tokens.BUCKET_OBJECT_LOCK, "bucket")]
    locks += bucket.inputs.blocks("objectLockConfiguration")
    retentions = [
        kept
        for lock in locks
        for rule in lock.blocks("rule", "rules")
        for kept in rule.blocks("defaultRetention", "defaultRetentions")
    ]
    if not retentions:
        yield Problem(None, "evidence in this bucket can be deleted: there is no default Object Lock retention")
    strict = bucket.stack in _STRICT_STACKS

    def check(kept: Block) -> Iterator[Problem]:
        if kept.get("mode") not in (("COMPLIANCE",) if strict else ("COMPLIANCE", "GOVERNANCE")):
            yield Problem(kept.at("mode"), f"an administrator can lift a lock of mode {kept.get('mode')}")
        if not (kept.get("days") or kept.get("years")):
            yield Problem(kept.at("days"), "the lock holds for no time")

    yield from decide(retentions, check)


def _holds_evidence(bucket: Resource, graph: Graph) -> bool:
    return graph.tag(bucket, "data-class") == "audit" and not receives_access_logs(bucket, graph)


def _lifecycle_problems(bucket: Resource, graph: Graph) -> Iterator[Problem]:
    holders = graph.referrers(bucket, tokens.BUCKET_LIFECYCLE, "bucket")
    rules = [rule for holder in holders for rule in holder.props.blocks("rules", "rule")]
    rules = rules or bucket.inputs.blocks("lifecycleRules")
    if not some(rules, _ends_something):
        yield Problem(None, "no lifecycle rule says how long objects are kept")
    least = _LEAST_DAYS.get(graph.tag(bucket, "data-class") or "", 0) if bucket.stack in _STRICT_STACKS else 0

    def check(rule: Block) -> Iterator[Problem]:
        for expiration in rule.blocks("expiration"):
            days = expiration.get("days")
            if _is_on(rule) and days is not None and int(days) < least:
                yield Problem(expiration.at("days"), f"objects are deleted after {days} days, before {least}")

    yield from decide(rules, check)


def _is_on(rule: Block) -> bool:
    return rule.get("status") == "Enabled" or rule.get("enabled") is True


def _ends_something(rule: Block) -> bool:
    ends = ("expiration", "noncurrentVersionExpiration", "transitions", "transition")
    return _is_on(rule) and any(bool(rule.get(key)) for key in ends)


def _bucket(**tags: str) -> Node:
    return Node(tokens.BUCKET, "invoices", {"bucket": "invoices", "tags": tags})


def _versions(status: object, bucket: object = "invoices") -> Node:
    return Node(tokens.BUCKET_VERSIONING, "v", {"bucket": bucket, "versioningConfiguration": {"status": status}})


def _locked(bucket: object = "invoices", **retention: object) -> Example:
    kept = {"mode": "COMPLIANCE", "days": 400} | retention
    lock = Node(tokens.BUCKET_OBJECT_LOCK, "lock", {"bucket": bucket, "rule": {"defaultRetention": kept}})
    return (_EVIDENCE, lock)


def _kept(bucket: Node, **rule: object) -> Example:
    rules = [{"status": "Enabled", "expiration": {"days": 400}} | rule]
    return (bucket, Node(tokens.BUCKET_LIFECYCLE, "kept", {"bucket": Ref("invoices"), "rules": rules}))


_BUCKET = _bucket()
_EVIDENCE = _bucket(**{"data-class": "audit"})
_LOGGED = Node(tokens.BUCKET_LOGGING, "logging", {"bucket": "invoices", "targetBucket": "logs"})
_TARGET = Node(tokens.BUCKET_LOGGING, "logging", {"bucket": "other", "targetBucket": Ref("invoices")})
_OTHER = Node(tokens.BUCKET, "other", {"bucket": "other"})

RULES = (
    Rule(
        id="S3-05",
        name="bucket-keeps-versions",
        summary="Every bucket keeps the versions of objects that are overwritten or deleted.",
        severity=Severity.MEDIUM,
        pack=Pack.OPERATIONS,
        types=(tokens.BUCKET,),
        reads=("bucket", "versioningConfiguration.status", "versioning.enabled"),
        controls=(*pci("P", "10.3.4"), *soc2("A1.2", "C1.2")),
        remedy="Use components.PrivateBucket, or add s3.BucketVersioning(..., bucket=bucket.id,"
        ' versioning_configuration={"status": "Enabled"}).',
        problems=_version_problems,
        needs_graph=True,
        passes=(
            (_BUCKET, _versions("Enabled")),
            (_BUCKET, _versions("Enabled", Ref("invoices"))),
            (Node(tokens.BUCKET, "invoices", {"versioning": {"enabled": True}}),),
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
        id="S3-06",
        name="bucket-access-is-logged",
        summary="Every bucket logs who uses it, except the buckets that receive those logs.",
        severity=Severity.MEDIUM,
        pack=Pack.COMPLIANCE,
        types=(tokens.BUCKET,),
        reads=("bucket", "targetBucket", "logging"),
        controls=(
            *pci("H", "10.2.1"),
            *pci("L", "10.2.1", "10.3.3"),
            *cis(("3.4",), ("3.4",)),
            *soc2("CC7.2"),
        ),
        remedy="Give components.PrivateBucket an access_log_bucket.",
        problems=_logging_problems,
        needs_graph=True,
        passes=(
            (_BUCKET, _LOGGED),
            (
                _BUCKET,
                Node(tokens.BUCKET_LOGGING, "l", {"bucket": Ref("invoices"), "targetBucket": Ref("x")}),
            ),
            (Node(tokens.BUCKET, "invoices", {"logging": {"targetBucket": "logs"}}),),
            (
                _BUCKET,
                Node(tokens.BUCKET, "other", {"bucket": "other", "logging": {"targetBucket": "invoices"}}),
            ),
        ),
        fails=(
            (_BUCKET,),
            (_BUCKET, Node(tokens.BUCKET_LOGGING, "logging", {"bucket": "another", "targetBucket": "logs"})),
            (_BUCKET, _OTHER, _TARGET, Node(tokens.BUCKET, "third", {"bucket": "third"})),
        ),
    ),
    Rule(
        id="S3-07",
        name="evidence-is-locked",
        summary="Buckets of audit data lock every object; in production nobody can lift the lock.",
        severity=Severity.HIGH,
        pack=Pack.COMPLIANCE,
        types=(tokens.BUCKET,),
        reads=("bucket", "rule.defaultRetention", "tags", "targetBucket"),
        controls=(*pci("P", "10.3.4"), *soc2("PI1.5")),
        remedy="Give components.PrivateBucket lock_days; production must use COMPLIANCE mode.",
        problems=_lock_problems,
        applies=_holds_evidence,
        needs_graph=True,
        passes=(
            _locked(),
            _locked(Ref("invoices")),
            _locked(days=None, years=1),
        ),
        fails=(
            (_EVIDENCE,),
            _locked("another"),
            _locked(mode="GOVERNANCE"),
            _locked(mode=None),
            _locked(days=None),
            _locked(days=0),
            (_EVIDENCE, Node(tokens.BUCKET_OBJECT_LOCK, "lock", {"bucket": "invoices"})),
        ),
        undecided=(_locked(days=Ref("invoices")),),
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
            _kept(_EVIDENCE, expiration=None, noncurrentVersionExpiration={"noncurrentDays": 30}),
            _kept(_BUCKET, expiration=None, transitions=[{"days": 30, "storageClass": "GLACIER"}]),
            (
                Node(
                    tokens.BUCKET,
                    "invoices",
                    {"lifecycleRules": [{"enabled": True, "expiration": {"days": 400}}]},
                ),
            ),
        ),
        fails=(
            (_BUCKET,),
            _kept(_BUCKET, status="Disabled"),
            _kept(_BUCKET, expiration=None),
            _kept(_BUCKET, expiration=None, abortIncompleteMultipartUpload={"daysAfterInitiation": 7}),
            _kept(_EVIDENCE, expiration={"days": 364}),
            _kept(_EVIDENCE, expiration={"days": "90"}),
        ),
        undecided=(_kept(_EVIDENCE, expiration={"days": Ref("invoices")}),),
    ),
)
