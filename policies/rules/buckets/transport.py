"""Buckets refuse requests without TLS."""

import json
from collections.abc import Iterator

from policies import tokens
from policies.controls import cis, pci, unverified
from policies.documents import Condition, Statement, statements
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.values import Block


def _problems(bucket: Resource, graph: Graph) -> Iterator[Problem]:
    policies = [policy.props for policy in graph.referrers(bucket, tokens.BUCKET_POLICY, "bucket")]
    policies += [bucket.props] if not policies and "policy" in bucket.props else []
    if not policies:
        yield Problem(None, "the bucket has no policy, so it answers requests without TLS")

    def check(properties: Block) -> Iterator[Problem]:
        denials = [one for one in statements(properties.get("policy", "")) if _refuses_plain_http(one)]
        arn = f"arn:aws:s3:::{bucket.props.get('bucket', '*')}"
        if all(any(one.covers_resource(part) for one in denials) for part in (arn, f"{arn}/*")):
            return
        if denials and "bucket" not in bucket.props:
            raise bucket.undecided("bucket")  # AWS chooses a name, which they may have
        yield Problem("policy", "no statement denies everyone, without TLS, the bucket and all its objects")

    yield from decide(policies, check)


def _refuses_plain_http(statement: Statement) -> bool:
    return (
        statement.denies
        and statement.for_everyone()
        and statement.covers_service("s3")
        and len(statement.conditions) == 1  # any other condition would let some requests through
        and _is_without_tls(statement.conditions[0])
    )


def _is_without_tls(condition: Condition) -> bool:
    without = condition.key == "aws:securetransport" and condition.values == ("false",)
    return without and condition.operator in ("Bool", "BoolIfExists")


_ARN = "arn:aws:s3:::invoices"
_PLAIN = {"Bool": {"aws:SecureTransport": "false"}}


def _statement(**changes: object) -> dict[str, object]:
    whole = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [_ARN, f"{_ARN}/*"]}
    return {k: v for k, v in (whole | {"Condition": _PLAIN} | changes).items() if v is not None}


def _example(*statements_: object, bucket: object = "invoices") -> Example:
    policy = json.dumps({"Version": "2012-10-17", "Statement": list(statements_)})
    return (_BUCKET, Node(tokens.BUCKET_POLICY, "policy", {"bucket": bucket, "policy": policy}))


_BUCKET = Node(tokens.BUCKET, "invoices", {"bucket": "invoices"})
_READ = {
    "Effect": "Allow",
    "Principal": {"AWS": "111122223333"},
    "Action": "s3:Get*",
    "Resource": f"{_ARN}/*",
}

RULES = (
    Rule(
        id="S3-03",
        name="bucket-refuses-plain-http",
        summary="Every bucket's policy denies everyone all that does not come over TLS.",
        severity=Severity.HIGH,
        pack=Pack.COMPLIANCE,
        types=(tokens.BUCKET,),
        reads=("bucket", "policy"),
        controls=(
            *pci("H", "4.2.1"),
            *pci("L", "2.2.7", "4.2.1"),
            *cis(("2.1.1",), ("2.1.1",)),
            *unverified("soc2", "CC6.7"),
        ),
        remedy="Use components.PrivateBucket, or an s3.BucketPolicy with Deny, Principal *, s3:*, the bucket"
        ' and its objects, and {"Bool": {"aws:SecureTransport": "false"}}.',
        problems=_problems,
        needs_graph=True,
        passes=(
            _example(_statement()),
            _example(_READ, _statement()),
            _example(_statement(Resource=_ARN), _statement(Resource=f"{_ARN}/*")),
            (Node(tokens.BUCKET, "invoices"), *_example(_statement(Resource="*"), bucket=Ref("invoices"))[1:]),
            _example(_statement(Principal={"AWS": "*"})),
            _example(_statement(Principal={"AWS": ["*"]}, Action=["S3:*"], Resource="*")),
            _example(_statement(Action="*", Resource=f"{_ARN}*")),
            _example(_statement(Action=None, NotAction="iam:*")),
            _example(_statement(Condition={"BoolIfExists": {"AWS:securetransport": [False]}})),
            _example(_statement(), bucket=Ref("invoices")),
            (
                _BUCKET,
                Node(
                    tokens.BUCKET_POLICY,
                    "object",
                    {"bucket": "invoices", "policy": {"Statement": _statement()}},
                ),
            ),
            (
                Node(
                    tokens.BUCKET,
                    "invoices",
                    {"bucket": "invoices", "policy": json.dumps({"Statement": _statement()})},
                ),
            ),
        ),
        fails=(
            (_BUCKET,),
            (Node(tokens.BUCKET, "invoices"), *_example(_READ, bucket=Ref("invoices"))[1:]),
            _example(),
            _example(_READ),
            _example(_statement(Effect="Allow")),
            _example(_statement(Principal={"AWS": "arn:aws:iam::111122223333:root"})),
            _example(_statement(Principal={"Service": "*"})),
            _example(_statement(Principal=None, NotPrincipal={"AWS": "arn:aws:iam::111122223333:root"})),
            _example(_statement(Action="s3:GetObject")),
            _example(_statement(Action=["s3:Get*", "s3:Put*"])),
            _example(_statement(Action=None, NotAction="s3:PutObject")),
            _example(_statement(Resource=f"{_ARN}/*")),
            _example(_statement(Resource=_ARN)),
            _example(_statement(Resource=[_ARN, f"{_ARN}/logs/*"])),
            _example(_statement(Resource=[_ARN, f"{_ARN}/?"])),
            _example(_statement(Resource=["arn:aws:s3:::invoices-2", "arn:aws:s3:::invoices-2/*"])),
            _example(_statement(Resource=None, NotResource=f"{_ARN}/public/*")),
            _example(_statement(Condition=None)),
            _example(_statement(Condition={"Bool": {"aws:SecureTransport": "true"}})),
            _example(_statement(Condition={"Bool": {"aws:MultiFactorAuthPresent": "false"}})),
            _example(_statement(Condition=_PLAIN | {"StringEquals": {"aws:PrincipalOrgID": "o-1"}})),
            _example(_statement(Condition={"Bool": {"aws:SecureTransport": "false", "s3:x": "y"}})),
            _example(_statement(), bucket="another"),
        ),
        undecided=(
            (_BUCKET, Node(tokens.BUCKET_POLICY, "policy", {"bucket": "invoices", "policy": Ref("key")})),
            (Node(tokens.BUCKET, "invoices"), *_example(_statement(), bucket=Ref("invoices"))[1:]),
        ),
    ),
)
