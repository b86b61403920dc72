import pytest

from policies import tokens
from policies.examples import UNKNOWN, Node, Ref, graph_of, secret
from policies.graph import Graph
from policies.resource import Resource, make
from policies.rules.links import strangers
from policies.values import Place, SecretText, Undecided, plain

_URN = "urn:pulumi:prod::billing-platform::aws:ec2/vpc:Vpc::main"
_OUTPUT = {"4dabf18193072939515e22adb298388d": "d0e6a833031e9bbcd3f4e8bde6ca49a4"}


def _make(inputs: dict[str, object], outputs: dict[str, object] | None = None, **rest: object) -> Resource:
    return make(urn=_URN, type_=tokens.VPC, inputs=inputs, outputs=outputs, **rest)


def test_reading_an_unknown_value_names_it_and_its_producers() -> None:
    resource = _make({"tags": {"x": UNKNOWN}}, property_dependencies={"tags": ("urn:other",)})
    with pytest.raises(Undecided) as caught:
        resource.props["tags"]["x"]
    assert caught.value.places == (Place(_URN, "tags.x", ("urn:other",)),)


@pytest.mark.parametrize("value", [UNKNOWN, [UNKNOWN], {"a": UNKNOWN}, secret(UNKNOWN), secret([UNKNOWN]), _OUTPUT])
def test_no_form_of_an_unknown_value_can_be_read(value: object) -> None:
    with pytest.raises(Undecided):
        plain(_make({"x": value}).props["x"])


def test_a_known_output_value_is_its_value() -> None:
    assert _make({"x": _OUTPUT | {"value": "v"}}).props["x"] == "v"
    assert isinstance(_make({"x": _OUTPUT | {"value": "v", "secret": True}}).props["x"], SecretText)


def test_unset_and_null_are_absent() -> None:
    props = _make({"a": None, "b": 1}).props
    assert dict(props) == {"b": 1}
    assert "a" not in props
    assert props.get("a", "default") == "default"


def test_secrets_compare_but_do_not_show() -> None:
    value = _make({"x": secret({"y": ["hunter2"]})}).props["x"]["y"][0]
    assert value == "hunter2"
    assert "hunter2" not in f"{value} {value!r} {value!s:>20} {[value]}"


def test_unknown_outputs_add_nothing_to_what_was_asked_for() -> None:
    resource = _make({"cidrBlock": "10.0.0.0/16"}, {"cidrBlock": UNKNOWN, "arn": UNKNOWN, "ownerId": "1"})
    assert dict(resource.props) == {"cidrBlock": "10.0.0.0/16", "ownerId": "1"}
    assert dict(resource.inputs) == {"cidrBlock": "10.0.0.0/16"}


def test_types_have_one_spelling() -> None:
    old = make(urn=_URN, type_="aws:s3/bucketV2:BucketV2", inputs={})
    assert old.type == tokens.BUCKET
    assert tokens.canonical("aws:alb/loadBalancer:LoadBalancer") == "aws:lb/loadBalancer:LoadBalancer"


@pytest.mark.parametrize(
    ("identity", "reference"),
    [
        ({"bucket": "logs"}, "logs"),
        ({"bucket": "logs"}, "arn:aws:s3:::logs"),
        ({"bucket": "logs"}, "arn:aws:s3:::logs/AWSLogs/"),
        ({"arn": "arn:aws:s3:::logs"}, "arn:aws:s3:::logs/AWSLogs/"),
        ({"id": "logs"}, "logs"),
        ({}, Ref("target")),
    ],
)
def test_references_are_found_by_every_exact_name(identity: dict[str, object], reference: object) -> None:
    log = Node(tokens.FLOW_LOG, "log", {"logDestination": reference})
    graph = graph_of((Node(tokens.BUCKET, "target", identity), log))
    (target,), (source,) = graph.of_type(tokens.BUCKET), graph.of_type(tokens.FLOW_LOG)
    assert graph.resolve(source, "logDestination", tokens.BUCKET) is target
    assert graph.referrers(target, tokens.FLOW_LOG, "logDestination") == [source]


@pytest.mark.parametrize("reference", ["logs-2", "log", "arn:aws:s3:::logs-2", "arn:aws:s3:::x/logs", None])
def test_references_are_never_found_by_a_part_of_a_name(reference: object) -> None:
    nodes = (
        Node(tokens.BUCKET, "target", {"bucket": "logs"}),
        Node(tokens.FLOW_LOG, "log", {"logDestination": reference}),
    )
    graph = graph_of(nodes)
    assert graph.resolve(graph.of_type(tokens.FLOW_LOG)[0], "logDestination", tokens.BUCKET) is None


@pytest.mark.parametrize(("more", "outside"), [([], []), (["subnet-x"], ["subnet-1", "subnet-2", "subnet-x"])])
def test_known_ids_of_resources_that_show_none_are_those_of_as_many_producers(
    more: list[str], outside: list[str]
) -> None:
    subnets = [
        make(urn=f"urn:pulumi:prod::p::{tokens.SUBNET}::{name}", type_=tokens.SUBNET, inputs={}) for name in "ab"
    ]
    group = make(
        urn=f"urn:pulumi:prod::p::{tokens.DATABASE_SUBNETS}::data",
        type_=tokens.DATABASE_SUBNETS,
        inputs={"subnetIds": ["subnet-1", "subnet-2", *more]},
        property_dependencies={"subnetIds": tuple(subnet.urn for subnet in subnets)},
    )
    graph = Graph([*subnets, group])
    assert graph.references(group, "subnetIds", tokens.SUBNET) == (() if more else tuple(subnets))
    assert strangers(group, "subnetIds", graph, tokens.SUBNET) == outside


def test_an_unknown_reference_that_nothing_of_the_type_produces_is_undecided() -> None:
    graph = graph_of((Node(tokens.VPC, "main"), Node(tokens.SUBNET, "a", {"vpcId": Ref("elsewhere")})))
    with pytest.raises(Undecided):
        graph.referrers(graph.of_type(tokens.VPC)[0], tokens.SUBNET, "vpcId")


def test_a_reference_found_for_sure_is_not_held_up_by_an_unknown_one() -> None:
    nodes = (
        Node(tokens.VPC, "main"),
        Node(tokens.SUBNET, "a", {"vpcId": Ref("main")}),
        Node(tokens.SUBNET, "b", {"vpcId": Ref("elsewhere")}),
    )
    graph = graph_of(nodes)
    assert [s.name for s in graph.referrers(graph.of_type(tokens.VPC)[0], tokens.SUBNET, "vpcId")] == ["a"]


@pytest.mark.parametrize(
    ("type_", "key", "name", "reference"),
    [
        (tokens.LOG_GROUP, "name", "/app/ledger", "/app/ledger"),
        (tokens.LOG_GROUP, "name", "/app/ledger", "arn:aws:logs:eu-central-1:1:log-group:/app/ledger:*"),
        (tokens.TOPIC, "name", "alerts", "arn:aws:sns:eu-central-1:1:alerts"),
        (tokens.DATABASE_CLUSTER, "clusterIdentifier", "main", "arn:aws:rds:eu-central-1:1:cluster:main"),
        (tokens.BACKUP_VAULT, "name", "far", "arn:aws:backup:eu-central-1:1:backup-vault:far"),
        (tokens.ROLE, "name", "deployer", "arn:aws:iam::1:role/deployer"),
    ],
)
def test_an_arn_names_what_it_ends_in(type_: str, key: str, name: str, reference: str) -> None:
    graph = graph_of((Node(type_, "target", {key: name}), Node(type_, "other", {key: f"{name}-2"})))
    found = graph.find(reference, type_)
    assert found is not None
    assert found.name == "target"


@pytest.mark.parametrize("reference", ["alias/audit", "arn:aws:kms:eu-west-1:1:alias/audit", Ref("alias")])
def test_an_alias_stands_for_its_key(reference: object) -> None:
    nodes = (
        Node(tokens.KEY, "key"),
        Node(tokens.KEY_ALIAS, "alias", {"name": "alias/audit", "targetKeyId": Ref("key")}),
        Node("aws:sns/topic:Topic", "topic", {"kmsMasterKeyId": reference}),
    )
    graph = graph_of(nodes)
    topic = graph.of_type("aws:sns/topic:Topic")[0]
    assert graph.resolve(topic, "kmsMasterKeyId", tokens.KEY) is graph.of_type(tokens.KEY)[0]


def test_an_alias_of_a_key_elsewhere_stands_for_nothing_here() -> None:
    nodes = (
        Node(tokens.KEY_ALIAS, "alias", {"name": "alias/audit", "targetKeyId": "elsewhere"}),
        Node("aws:sns/topic:Topic", "topic", {"kmsMasterKeyId": "alias/audit"}),
    )
    graph = graph_of(nodes)
    assert graph.resolve(graph.of_type("aws:sns/topic:Topic")[0], "kmsMasterKeyId", tokens.KEY) is None


def test_tags_are_the_own_ones_over_the_providers() -> None:
    provider = make(
        urn="urn:pulumi:prod::p::pulumi:providers:aws::aws",
        type_=tokens.AWS_PROVIDER,
        inputs={
            "defaultTags": '{"tags": {"owner": "all", "x": "1"}}',
            "allowedAccountIds": '["111122223333"]',
        },
    )
    resource = _make({"tags": {"owner": "us", "empty": ""}}, provider=provider.urn)
    graph = Graph([provider, resource])
    assert [graph.tag(resource, key) for key in ("owner", "x", "empty", "none")] == ["us", "1", None, None]
    assert graph.account(resource) == "111122223333"


def _served(name: str, provider: str, arn: str | None = None) -> Resource:
    made = {"arn": arn} if arn else {}
    return make(
        urn=f"urn:pulumi:p::s::{tokens.QUEUE}::{name}", type_=tokens.QUEUE, inputs={}, outputs=made, provider=provider
    )


def test_the_account_is_that_of_all_else_that_the_provider_serves() -> None:
    here, there = ("arn:aws:sqs:eu-central-1:111122223333:q", "arn:aws:sqs:eu-central-1:444455556666:q")
    silent, other, lost = _served("silent", "one"), _served("other", "two"), _served("lost", "three")
    known = (
        _served("a", "one", here),
        _served("b", "two", there),
        _served("c", "three", here),
        _served("d", "three", there),
    )
    graph = Graph((silent, other, lost, *known, _served("e", "one", "arn:aws:s3:::bucket")))
    assert [graph.account(one) for one in (silent, other, lost)] == ["111122223333", "444455556666", None]
    assert graph.account(known[2]) == "111122223333"
