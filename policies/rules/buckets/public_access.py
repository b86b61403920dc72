"""Buckets are private: by their own block, by the account's, and without access lists."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import cis, pci, soc2, unverified
from policies.examples import Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide

_FLAGS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


def _open_flags(block: Resource) -> Iterator[Problem]:
    def check(flag: str) -> Iterator[Problem]:
        if block.props.get(flag) is not True:
            yield Problem(flag, f"{flag} is not on in {block.name}")

    return decide(_FLAGS, check)


def _bucket_problems(bucket: Resource, graph: Graph) -> Iterator[Problem]:
    blocks = graph.referrers(bucket, tokens.BUCKET_PUBLIC_ACCESS, "bucket")
    if not blocks:
        yield Problem(None, "the bucket has no public access block")
    yield from decide(blocks, _open_flags)


def _account_problems(_: Resource, graph: Graph) -> Iterator[Problem]:
    blocks = graph.of_type(tokens.ACCOUNT_PUBLIC_ACCESS)
    if not blocks:
        yield Problem(None, "the account has no public access block, so that a new bucket may be public")
    yield from decide(blocks, _open_flags)


def _is_first_bucket(bucket: Resource, graph: Graph) -> bool:
    """The account's block is judged once for a stack, at the first of its buckets."""
    return graph.of_type(tokens.BUCKET)[0] is bucket


def _access_list_problems(bucket: Resource, graph: Graph) -> Iterator[Problem]:
    controls = graph.referrers(bucket, tokens.BUCKET_OWNERSHIP, "bucket")
    if not controls:
        yield Problem(None, "the bucket does not say that its owner owns every object")

    def owner(control: Resource) -> Iterator[Problem]:
        for rule in control.props.blocks("rule"):
            if rule.get("objectOwnership") != "BucketOwnerEnforced":
                yield Problem(rule.at("objectOwnership"), "access lists are still in force: ownership is not enforced")
        if "rule" not in control.props:
            yield Problem("rule", "the ownership controls have no rule")

    yield from decide(controls, owner)
    if bucket.inputs.get("acl", "private") != "private":
        yield Problem("acl", "the bucket has a canned access list other than private")
    if bucket.inputs.get("grants"):
        yield Problem("grants", "the bucket grants access by an access list")

    def lists(acl: Resource) -> Iterator[Problem]:
        if acl.inputs.get("acl", "private") != "private" or "accessControlPolicy" in acl.inputs:
            yield Problem("acl", f"{acl.name} grants access by an access list")

    yield from decide(graph.referrers(bucket, tokens.BUCKET_ACL, "bucket"), lists)


_BUCKET = Node(tokens.BUCKET, "invoices", {"bucket": "invoices"})
_CLOSED = dict.fromkeys(_FLAGS, True)


def _block(**flags: object) -> Node:
    return Node(tokens.BUCKET_PUBLIC_ACCESS, "invoices-access", {"bucket": "invoices", **flags})


def _account(**flags: object) -> Node:
    return Node(tokens.ACCOUNT_PUBLIC_ACCESS, "account", flags)


def _owner(ownership: str, bucket: object = "invoices") -> Node:
    return Node(tokens.BUCKET_OWNERSHIP, "invoices-owner", {"bucket": bucket, "rule": {"objectOwnership": ownership}})


_ENFORCED = _owner("BucketOwnerEnforced")

RULES = (
    Rule(
        id="S3-01",
        name="bucket-blocks-public-access",
        summary="Every bucket has a public access block with all four flags on.",
        severity=Severity.CRITICAL,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.BUCKET,),
        reads=(*_FLAGS, "bucket"),
        controls=(*pci("L", "1.4.2", "7.3.1"), *cis(("2.1.4",), ("2.1.4",)), *soc2("CC6.1")),
        remedy="Use components.PrivateBucket, or add s3.BucketPublicAccessBlock(..., bucket=bucket.id,"
        " block_public_acls=True, block_public_policy=True, ignore_public_acls=True,"
        " restrict_public_buckets=True).",
        problems=_bucket_problems,
        needs_graph=True,
        passes=(
            (_BUCKET, _block(**_CLOSED)),
            (
                Node(tokens.BUCKET, "auto-named"),
                Node(tokens.BUCKET_PUBLIC_ACCESS, "access", {"bucket": Ref("auto-named"), **_CLOSED}),
            ),
            (
                Node("aws:s3/bucketV2:BucketV2", "old", {"bucket": "invoices"}),
                _block(**_CLOSED),
            ),
        ),
        fails=(
            (_BUCKET,),
            (_BUCKET, _block()),
            (_BUCKET, Node(tokens.BUCKET_PUBLIC_ACCESS, "other", {"bucket": "invoices-2", **_CLOSED})),
            *((_BUCKET, _block(**(_CLOSED | {flag: False}))) for flag in _FLAGS),
            (_BUCKET, _block(**(_CLOSED | {"blockPublicAcls": "yes"}))),
        ),
        undecided=((_BUCKET, Node(tokens.BUCKET_PUBLIC_ACCESS, "lost", {"bucket": Ref("lost"), **_CLOSED})),),
    ),
    Rule(
        id="S3-02",
        name="account-blocks-public-buckets",
        summary="The account blocks public access for every bucket that it will ever have.",
        severity=Severity.CRITICAL,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.BUCKET,),
        reads=_FLAGS,
        controls=(
            *pci("H", "1.4.4"),
            *cis(("2.1.4",), ("2.1.4",)),
            *unverified("soc2", "CC6.1"),
        ),
        remedy="Use components.AccountBaseline, or add s3.AccountPublicAccessBlock(...,"
        " block_public_acls=True, block_public_policy=True, ignore_public_acls=True,"
        " restrict_public_buckets=True).",
        problems=_account_problems,
        applies=_is_first_bucket,
        needs_graph=True,
        passes=((_BUCKET, _account(**_CLOSED)),),
        fails=(
            (_BUCKET,),
            (_BUCKET, _account()),
            *((_BUCKET, _account(**(_CLOSED | {flag: False}))) for flag in _FLAGS),
        ),
    ),
    Rule(
        id="S3-09",
        name="bucket-owner-owns-objects",
        summary="Access lists are off: the bucket's owner owns every object and no list grants anything.",
        severity=Severity.MEDIUM,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.BUCKET,),
        reads=("rule.objectOwnership", "acl", "grants", "accessControlPolicy", "bucket"),
        controls=(*pci("P", "7.2.1"), *unverified("soc2", "CC6.1")),
        remedy="Use components.PrivateBucket, or add s3.BucketOwnershipControls(..., bucket=bucket.id,"
        ' rule={"object_ownership": "BucketOwnerEnforced"}) and remove acl and grants.',
        problems=_access_list_problems,
        needs_graph=True,
        passes=(
            (_BUCKET, _ENFORCED),
            (_BUCKET, _owner("BucketOwnerEnforced", Ref("invoices"))),
            (Node(tokens.BUCKET, "invoices", {"bucket": "invoices", "acl": "private"}), _ENFORCED),
        ),
        fails=(
            (_BUCKET,),
            (_BUCKET, _owner("ObjectWriter")),
            (_BUCKET, _owner("BucketOwnerPreferred")),
            (_BUCKET, Node(tokens.BUCKET_OWNERSHIP, "empty", {"bucket": "invoices"})),
            (Node(tokens.BUCKET, "invoices", {"bucket": "invoices", "acl": "public-read"}), _ENFORCED),
            (Node(tokens.BUCKET, "invoices", {"bucket": "invoices", "grants": [{"id": "x"}]}), _ENFORCED),
            (
                _BUCKET,
                _ENFORCED,
                Node(tokens.BUCKET_ACL, "acl", {"bucket": "invoices", "acl": "public-read"}),
            ),
            (
                _BUCKET,
                _ENFORCED,
                Node(tokens.BUCKET_ACL, "acl", {"bucket": "invoices", "accessControlPolicy": {}}),
            ),
        ),
    ),
)
