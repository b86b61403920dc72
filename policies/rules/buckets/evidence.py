"""Who uses a bucket is on record, and nobody can remove what is evidence."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import cis, pci, soc2
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide, some
from policies.rules.buckets.roles import receives_access_logs
from policies.values import Block

_INLINE = ("logging", "loggings")
_STRICT_STACKS = ("prod",)  # elsewhere evidence is of tests, and a lock that nobody can lift helps no one


def _logging_problems(bucket: Resource, graph: Graph) -> Iterator[Problem]:
    logged = graph.referrers(bucket, tokens.BUCKET_LOGGING, "bucket")
    places = [(item, "targetBucket") for item in logged]
    places += [(bucket, f"{key}.targetBucket") for key in _INLINE]
    if some(places, lambda place: graph.is_given(*place)):
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


def _bucket(**tags: str) -> Node:
    return Node(tokens.BUCKET, "invoices", {"bucket": "invoices", "tags": tags})


def _into(target: object) -> Node:
    return Node(tokens.BUCKET_LOGGING, "logging", {"bucket": Ref("invoices"), "targetBucket": target})


def _locked(bucket: object = "invoices", **retention: object) -> Example:
    kept = {"mode": "COMPLIANCE", "days": 400} | retention
    lock = Node(tokens.BUCKET_OBJECT_LOCK, "lock", {"bucket": bucket, "rule": {"defaultRetention": kept}})
    return (_EVIDENCE, lock)


_BUCKET = _bucket()
_EVIDENCE = _bucket(**{"data-class": "audit"})
_LOGGED = Node(tokens.BUCKET_LOGGING, "logging", {"bucket": "invoices", "targetBucket": "logs"})
_LOGS = Node(tokens.BUCKET, "logs", {"bucket": "logs", "logging": {"targetBucket": "elsewhere"}})
_TARGET = Node(tokens.BUCKET_LOGGING, "logging", {"bucket": "other", "targetBucket": Ref("invoices")})
_OTHER = Node(tokens.BUCKET, "other", {"bucket": "other"})
_FOREVER = {"mode": "COMPLIANCE", "years": 100}


def _own_lock(**lock: object) -> Node:
    """A bucket of evidence that holds its lock itself."""
    return Node(tokens.BUCKET, "invoices", {**_EVIDENCE.props, "objectLockConfiguration": lock})


RULES = (
    Rule(
        id="S3-06",
        name="bucket-access-is-logged",
        summary="Every bucket logs who uses it, except the buckets that receive those logs.",
        severity=Severity.MEDIUM,
        pack=Pack.COMPLIANCE,
        types=(tokens.BUCKET,),
        reads=("bucket", "targetBucket", "logging", "loggings"),
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
            (_BUCKET, _LOGS, _into(Ref("logs"))),
            (Node(tokens.BUCKET, "invoices", {"logging": {"targetBucket": "logs"}}),),
            (Node(tokens.BUCKET, "invoices", {"loggings": [{"targetBucket": "logs"}]}),),
            (
                _BUCKET,
                Node(tokens.BUCKET, "other", {"bucket": "other", "logging": {"targetBucket": "invoices"}}),
            ),
        ),
        fails=(
            (_BUCKET,),
            (_BUCKET, Node(tokens.BUCKET_LOGGING, "logging", {"bucket": "another", "targetBucket": "logs"})),
            (_BUCKET, _OTHER, _TARGET, Node(tokens.BUCKET, "third", {"bucket": "third"})),
            (_BUCKET, _into("")),
        ),
        undecided=((_BUCKET, _into(Ref("nowhere"))),),
    ),
    Rule(
        id="S3-07",
        name="evidence-is-locked",
        summary="Buckets of audit data lock every object; in production nobody can lift the lock.",
        severity=Severity.HIGH,
        pack=Pack.COMPLIANCE,
        types=(tokens.BUCKET,),
        reads=(
            "bucket",
            "rule.defaultRetention",
            "tags",
            "targetBucket",
            "rules",
            "objectLockConfiguration",
            "logging",
            "loggings",
        ),
        controls=(*pci("P", "10.3.4"), *soc2("PI1.5")),
        remedy="Give components.PrivateBucket lock_days; production must use COMPLIANCE mode.",
        problems=_lock_problems,
        applies=_holds_evidence,
        needs_graph=True,
        passes=(
            _locked(),
            _locked(Ref("invoices")),
            _locked(days=None, years=1),
            (_own_lock(rule={"defaultRetention": _FOREVER}),),
            (_own_lock(rules=[{"defaultRetentions": [_FOREVER]}]),),
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
        ignores=(
            (_BUCKET,),
            (_EVIDENCE, _OTHER, _TARGET),
            *((_EVIDENCE, Node(tokens.BUCKET, "other", {key: [{"targetBucket": "invoices"}]})) for key in _INLINE),
        ),
    ),
)
