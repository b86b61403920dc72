"""Logs on their way are encrypted, and stay with us."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import unverified
from policies.examples import ACCOUNT, Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.keys.own import has_own_key

_TARGETS = (tokens.DELIVERY_STREAM, tokens.DATA_STREAM, tokens.FUNCTION)
_SSE = "serverSideEncryption"
_BUCKET = "extendedS3Configuration.bucketArn"
# What such a stream reads from encrypts what waits; Firehose takes no encryption of its own for it (API reference,
# CreateDeliveryStream).
_SOURCES = ("kinesisSourceConfiguration", "mskSourceConfiguration")


def _problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    if resource.type == tokens.LOG_SUBSCRIPTION:
        yield from _subscription_problems(resource, graph)
    else:
        yield from decide((_waiting_problems, _bucket_problems), lambda check: check(resource, graph))


def _waiting_problems(stream: Resource, graph: Graph) -> Iterator[Problem]:
    if any(stream.props.get(source) is not None for source in _SOURCES):
        return
    block = stream.inputs.block(_SSE)
    if block.flag("enabled") is not True:  # unset is off
        yield Problem(f"{_SSE}.enabled", "what waits in the stream is not encrypted")
    elif block.get("keyType") == "CUSTOMER_MANAGED_CMK" and not has_own_key(stream, f"{_SSE}.keyArn", graph, block):
        yield Problem(f"{_SSE}.keyArn", "the customer key that keyType asks for is not named")


def _bucket_problems(stream: Resource, graph: Graph) -> Iterator[Problem]:
    if stream.props.get("destination") != "extended_s3":
        yield Problem("destination", f"logs leave for {stream.props.get('destination')}, and not for a bucket of ours")
    elif graph.resolve(stream, _BUCKET, tokens.BUCKET) is None:
        yield Problem(_BUCKET, "logs go to a bucket that is not of this stack")


def _subscription_problems(subscription: Resource, graph: Graph) -> Iterator[Problem]:
    if graph.resolve(subscription, "destinationArn", *_TARGETS):
        return
    parts = subscription.props.text("destinationArn").split(":")
    account = graph.account(subscription)
    if account is None and len(parts) > 5:
        raise subscription.props.undecided("nothing says which account this is", "destinationArn")
    if len(parts) <= 5 or parts[4] != account:
        yield Problem("destinationArn", "logs go to what is neither of this stack nor of this account")


_ARN = "arn:aws:kms:eu-central-1:111122223333:key/1234"
_KEY = Node(tokens.KEY, "key", {"keyId": "1234", "arn": _ARN})
_ARCHIVE = Node(tokens.BUCKET, "archive", {"bucket": "archive"})
_PROVIDER = Node(tokens.AWS_PROVIDER, "aws", {"allowedAccountIds": f'["{ACCOUNT}"]'})
_GROUP = Node(tokens.LOG_GROUP, "app", {"arn": f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:app"}, provider="aws")
_ON = {"enabled": True}
_BY_CUSTOMER_KEY = _ON | {"keyType": "CUSTOMER_MANAGED_CMK"}


def _stream(sse: object = None, bucket: object = Ref("archive"), **properties: object) -> Example:
    base = {
        "destination": "extended_s3",
        "extendedS3Configuration": {"bucketArn": bucket},
        _SSE: _ON if sse is None else sse,
    }
    return (_KEY, _ARCHIVE, Node(tokens.DELIVERY_STREAM, "stream", base | properties))


def _fed(**source: object) -> Example:
    properties = {"destination": "extended_s3", "extendedS3Configuration": {"bucketArn": Ref("archive")}}
    return (_ARCHIVE, Node(tokens.DELIVERY_STREAM, "stream", properties | source))


def _subscription(target: object, *besides: Node) -> Example:
    made = Node(tokens.LOG_SUBSCRIPTION, "all", {"logGroup": "app", "destinationArn": target}, provider="aws")
    return (*besides, made)


def _elsewhere(account: str) -> str:
    return f"arn:aws:firehose:eu-central-1:{account}:deliverystream/logs"


RULES = (
    Rule(
        id="LOG-06",
        name="log-streams-stay-with-us",
        summary="What streams carry logs encrypts them while they wait, and they end in a bucket of this stack.",
        severity=Severity.HIGH,
        pack=Pack.COMPLIANCE,
        types=(tokens.DELIVERY_STREAM, tokens.LOG_SUBSCRIPTION),
        reads=(
            *(_SSE, "enabled", "keyType", "keyArn", "destination", "extendedS3Configuration", "bucketArn"),
            *(*_SOURCES, "destinationArn", "allowedAccountIds", "arn"),
        ),
        controls=(*unverified("pci-dss-4.0.1", "3.5.1", "10.3.2"), *unverified("soc2", "CC7.2")),
        remedy="Use components.LogStream: server_side_encryption enabled, and a bucket of this stack; subscribe log"
        " groups to such a stream.",
        problems=_problems,
        needs_graph=True,
        passes=(
            _stream(),
            _stream(bucket="arn:aws:s3:::archive"),
            _stream(_ON | {"keyType": "AWS_OWNED_CMK"}),
            _stream(_BY_CUSTOMER_KEY | {"keyArn": Ref("key")}),
            _stream(_BY_CUSTOMER_KEY | {"keyArn": _ARN}),
            _fed(kinesisSourceConfiguration={"kinesisStreamArn": "arn:aws:kinesis:x"}),
            _fed(mskSourceConfiguration={"topicName": "logs"}),
            (*_stream(), *_subscription(Ref("stream"))),
            _subscription(_elsewhere(ACCOUNT), _PROVIDER),
            _subscription(_elsewhere(ACCOUNT), Node(tokens.AWS_PROVIDER, "aws"), _GROUP),
        ),
        fails=(
            _stream({"enabled": False}),
            _stream({"keyType": "AWS_OWNED_CMK"}),
            (_ARCHIVE, Node(tokens.DELIVERY_STREAM, "stream", {"destination": "extended_s3"})),
            _stream(_BY_CUSTOMER_KEY),
            _stream(_BY_CUSTOMER_KEY | {"keyArn": "alias/aws/firehose"}),
            _stream(bucket="arn:aws:s3:::of-others"),
            _stream(destination="http_endpoint"),
            _stream(destination="splunk"),
            _subscription(_elsewhere("999988887777"), _PROVIDER),
            _subscription("logs", _PROVIDER),
        ),
        undecided=(
            _stream({"enabled": Ref("nowhere")}),
            _stream(_BY_CUSTOMER_KEY | {"keyArn": Ref("nowhere")}),
            _stream(_ON | {"keyType": Ref("nowhere")}),
            _stream(bucket=Ref("nowhere")),
            _stream(destination=Ref("nowhere")),
            _subscription(Ref("nowhere"), _PROVIDER),
            _subscription(_elsewhere(ACCOUNT)),
        ),
    ),
)
