"""What a waiver was granted for is the same in process, in the engine and on the state of the same program."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from platformctl.project import Project
from platformctl.render import render
from policies import adapters, tokens
from policies.examples import UNKNOWN, Node, Ref, graph_of, secret
from policies.graph import Graph
from policies.resource import Resource, make
from policies.rule import Rule
from policies.rules import ALL, BY_ID
from policies.waivers.content import changes, content
from policies.waivers.provider_defaults import DEFAULTS
from sandbox.registry import by_token

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_ROOT = Path(__file__).resolve().parents[3]


def _settled(value: Any, place: str) -> Any:
    """A value of a program as a state has it: ids known, secrets as ciphertext, numbers whole, no nulls, and what
    providers add.
    """
    if value == UNKNOWN:
        return f"known-{place}"
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_settled(item, f"{place}-{index}") for index, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    if _SIGNATURE in value:
        return {_SIGNATURE: value[_SIGNATURE], "ciphertext": "v1:x"}
    inner = {key: _settled(item, f"{place}-{key}") for key, item in value.items() if item is not None}
    return inner | {"__defaults": []}


def _state(registrations: list[dict[str, Any]]) -> Graph:
    resources = []
    for item in registrations:
        inputs = _settled(item["inputs"], item["name"])
        inputs |= {"__defaults": ["namePrefix", "timeouts"], "namePrefix": "filled", "timeouts": {"create": "1h"}}
        inputs |= {"tagsAll": {"owner": "default"}}
        outputs = {**inputs, "id": "id-1", "arn": "arn:aws:x:::y", "more": {"computed": True}}
        resources.append(item | {"inputs": inputs, "outputs": outputs, "id": "id-1"})
    return adapters.from_state({"version": 3, "deployment": {"manifest": {}, "resources": resources}})


@pytest.fixture(scope="module")
def program() -> list[dict[str, Any]]:
    return render(Project(_ROOT), "staging")


def _judged(graph: Graph) -> Iterator[tuple[Rule, Resource]]:
    """Each rule and, of each type, the first resource that it may judge."""
    for rule in ALL:
        for type_ in dict.fromkeys(resource.type for resource in graph.resources):
            if any(type_ == wanted or (wanted[-1:] == "*" and type_.startswith(wanted[:-1])) for wanted in rule.types):
                yield from ((rule, resource) for resource in graph.of_type(type_)[:1])


def test_the_content_of_a_program_is_that_of_its_state(program: list[dict[str, Any]]) -> None:
    graph, state = adapters.from_registrations(program), _state(program)
    compared = unknown = 0
    for rule, resource in _judged(graph):
        approved = content(rule, graph, resource)
        assert changes(rule, graph, resource, approved) == (), (rule.id, resource.urn)
        assert changes(rule, state, state.by_urn[resource.urn], approved) == (), (rule.id, resource.urn)
        compared += bool(approved)
        unknown += any(value.startswith("from ") for value in approved.values())
    assert compared > 200
    assert unknown > 50


def test_the_content_of_a_program_is_that_in_the_engine(program: list[dict[str, Any]]) -> None:
    """As policies/pack.py makes resources: before each, without dependencies, and later of the whole stack."""
    graph = adapters.from_registrations(program)
    common: list[dict[str, Any]] = [
        {"urn": i["urn"], "type_": i["type"], "protect": bool(i["protect"])} for i in program
    ]
    filled = {"__defaults": ["namePrefix"], "namePrefix": "filled"}
    first = [i["inputs"] | filled for i in program]
    later = [_settled(inputs, "x") | {"__defaults": ["namePrefix"]} for inputs in first]
    before = [
        Graph(make(**c, inputs=i, alone=True) for c, i in zip(common, given, strict=True)) for given in (first, later)
    ]
    stack = Graph(
        make(**c, inputs=i, outputs=i | {"id": "x"}, property_dependencies=graph.by_urn[c["urn"]].property_dependencies)
        for c, i in zip(common, later, strict=True)
    )
    for rule, resource in _judged(graph):
        approved = content(rule, graph, resource)
        assert changes(rule, stack, stack.by_urn[resource.urn], approved) == (), (rule.id, resource.urn)
        for alone in before if not rule.needs_graph else ():
            assert changes(rule, alone, alone.by_urn[resource.urn], approved) == (), (rule.id, resource.urn)


def test_any_change_of_a_known_value_that_a_rule_reads_shows(program: list[dict[str, Any]]) -> None:
    """Each leaf that a rule reads is changed in turn, in process and on the state."""
    graph = adapters.from_registrations(program)
    rule = BY_ID["NET-01"]
    changed = 0
    for resource in graph.of_type(*rule.types):
        approved = content(rule, graph, resource)
        item = next(one for one in program if one["urn"] == resource.urn)
        for read in rule.reads:
            value = item["inputs"].get(read)
            if value is None or value == UNKNOWN:
                continue
            other = copy.deepcopy(item)
            other["inputs"][read] = {"other": "x"} if isinstance(value, dict) else ["other"]
            for mutant in (adapters.from_registrations([other]), _state([other])):
                assert read in changes(rule, mutant, mutant.by_urn[resource.urn], approved)
            changed += 1
    assert changed > 20


_GROUP = Node(tokens.SECURITY_GROUP, "app")
_OTHER = Node(tokens.SECURITY_GROUP, "other")


def _content(rule: Rule, resource: Resource) -> dict[str, str]:
    return content(rule, Graph([resource]), resource)


def _changes(rule: Rule, resource: Resource, approved: dict[str, str]) -> tuple[str, ...]:
    return changes(rule, Graph([resource]), resource, approved)


def test_a_part_that_was_not_known_is_named_and_the_rest_still_counts() -> None:
    rule = BY_ID["NET-04"]
    node = Node(tokens.SECURITY_GROUP, "db", {"egress": [{"fromPort": 1, "securityGroups": [Ref("app")]}]})
    resource = graph_of((_GROUP, node)).by_urn[node.urn("prod")]
    approved = _content(rule, resource)
    assert approved["egress[0].securityGroups[0]"] == "from aws:ec2/securityGroup:SecurityGroup::app"
    known: dict[str, Any] = {
        "property_dependencies": resource.property_dependencies,
        "urn": resource.urn,
        "type_": node.type,
    }
    same = make(inputs={"egress": [{"fromPort": 1.0, "securityGroups": ["sg-1"]}]}, **known)
    wider = make(inputs={"egress": [{"fromPort": 0, "securityGroups": ["sg-1"]}]}, **known)
    more = make(inputs={"egress": [{"fromPort": 1, "securityGroups": ["sg-1", "sg-2"]}]}, **known)
    assert _changes(rule, same, approved) == ()
    assert "egress" in _changes(rule, wider, approved)
    assert _changes(rule, more, approved) == ("egress",)


@pytest.mark.parametrize("value", ["0.0.0.0/0", Ref("other"), Ref("nobody")])
def test_a_reference_that_becomes_a_literal_or_leads_elsewhere_is_a_change(value: Any) -> None:
    rule = BY_ID["NET-01"]

    def permission(source: Any) -> Resource:
        node = Node(tokens.INGRESS_RULE, "in", {"cidrIpv4": source})
        return graph_of((_GROUP, _OTHER, node)).by_urn[node.urn("prod")]

    approved = _content(rule, permission(Ref("app")))
    assert approved == {"cidrIpv4": "from aws:ec2/securityGroup:SecurityGroup::app"}
    assert _changes(rule, permission(value), approved) == ("cidrIpv4",)


def test_a_list_that_was_unknown_as_a_whole_may_be_known_in_parts() -> None:
    rule = BY_ID["NET-04"]
    node = Node(tokens.SECURITY_GROUP, "db", {"egress": Ref("app")})
    resource = graph_of((_GROUP, node)).by_urn[node.urn("prod")]
    approved = _content(rule, resource)
    uses = resource.property_dependencies
    inputs = {"egress": [{"cidrIpv4": "10.0.0.0/8", "tags": {"a": "b"}}]}
    known = make(urn=resource.urn, type_=node.type, inputs=inputs, property_dependencies=uses)
    assert _changes(rule, known, approved) == ()


def test_secrets_count_as_secret_whatever_they_are() -> None:
    rule = BY_ID["SEC-03"]

    def of(value: Any) -> dict[str, str]:
        node = Node("aws:ssm/parameter:Parameter", "p", {"value": value, "type": "String"})
        (resource,) = graph_of((node,)).resources
        return _content(rule, resource)

    assert of(secret("hunter2")) == of(secret("other")) == of(secret({"deep": "other"})) == of(secret(UNKNOWN))
    assert of(secret("hunter2")) != of("hunter2")
    assert set(of("hunter2")) == {"value", "type"}


def test_documents_are_compared_by_what_they_say() -> None:
    rule = BY_ID["KMS-02"]

    def of(policy: str) -> dict[str, str]:
        (resource,) = graph_of((Node(tokens.KEY, "key", {"policy": policy}),)).resources
        return _content(rule, resource)

    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]}
    assert of(json.dumps(document)) == of(json.dumps(document, indent=2, sort_keys=True))
    assert of(json.dumps(document)) != of(json.dumps(document | {"Statement": []}))
    assert of("{not json") != of("{not JSON")


def test_what_is_inside_a_resource_counts_at_any_depth_and_so_does_protection() -> None:
    def pod(privileged: bool, image: str) -> Resource:
        container = {"name": "c", "image": image, "securityContext": {"privileged": privileged}}
        node = Node("kubernetes:core/v1:Pod", "p", {"spec": {"containers": [container]}})
        return graph_of((node,)).resources[0]

    approved = _content(BY_ID["K8S-01"], pod(True, "a"))
    assert set(approved) == {"securityContext.privileged"}
    assert _changes(BY_ID["K8S-01"], pod(True, "b"), approved) == ()
    assert _changes(BY_ID["K8S-01"], pod(False, "a"), approved) == ("securityContext.privileged",)
    bucket: dict[str, Any] = {"urn": Node(tokens.BUCKET, "b").urn("prod"), "type_": tokens.BUCKET, "inputs": {}}
    open_ = _content(BY_ID["GEN-03"], make(**bucket))
    assert _changes(BY_ID["GEN-03"], make(**bucket, protect=True), open_) == ("protect",)


def test_the_same_value_elsewhere_has_another_digest() -> None:
    one, other = (
        _content(BY_ID["KMS-04"], graph_of((Node(tokens.KEY, name, {"deletionWindowInDays": 7}),)).resources[0])
        for name in ("one", "other")
    )
    assert one.keys() == other.keys()
    assert one != other


def test_what_refers_to_the_resource_counts_for_a_rule_that_reads_it_there() -> None:
    rule = BY_ID["S3-01"]
    bucket = Node(tokens.BUCKET, "logs", {"bucket": "logs-1"})

    def block(**flags: Any) -> Graph:
        return graph_of((bucket, Node(tokens.BUCKET_PUBLIC_ACCESS, "block", {"bucket": Ref("logs"), **flags})))

    def of(graph: Graph) -> Resource:
        return graph.by_urn[bucket.urn("prod")]

    before = block(blockPublicAcls=True)
    approved = content(rule, before, of(before))
    name = f"{tokens.BUCKET_PUBLIC_ACCESS}::block"
    assert approved[f"{name}/bucket"] == f"from {tokens.BUCKET}::logs"
    assert changes(rule, before, of(before), approved) == ()
    for other in (block(blockPublicAcls=False), block()):
        assert changes(rule, other, of(other), approved) == (f"{name}/blockPublicAcls",)
    gone = graph_of((bucket,))
    assert changes(rule, gone, of(gone), approved) == (f"{name}/blockPublicAcls", f"{name}/bucket")


def test_what_the_provider_fills_in_is_left_out_wherever_it_shows() -> None:
    """The engine hands it to policy packs without saying what it is."""
    rule = BY_ID["KMS-04"]
    given: dict[str, Any] = {"urn": Node(tokens.KEY, "k").urn("prod"), "type_": tokens.KEY}
    approved = _content(rule, make(**given, inputs={"deletionWindowInDays": 7}))
    full = {"deletionWindowInDays": 7.0, "bypassPolicyLockoutSafetyCheck": False}
    assert _changes(rule, make(**given, inputs=full), approved) == ()
    worse = full | {"bypassPolicyLockoutSafetyCheck": True}
    assert _changes(rule, make(**given, inputs=worse), approved) == ("bypassPolicyLockoutSafetyCheck",)


@pytest.mark.parametrize(
    ("name", "kept"), [("logs-1a2b3c4", False), ("logs-1a2b3c4.fifo", False), ("logs-1", True), ("xlogs-1a2b3c4", True)]
)
def test_names_that_the_provider_made_up_are_left_out(name: str, kept: bool) -> None:
    bucket = make(urn=Node(tokens.BUCKET, "logs").urn("prod"), type_=tokens.BUCKET, inputs={"bucket": name})
    assert ("bucket" in _content(BY_ID["S3-01"], bucket)) == kept


def test_the_list_of_defaults_has_what_rules_read_of_the_sandboxs_tables() -> None:
    read = {part for rule in ALL for path in rule.reads for part in path.split(".")}
    tables = {
        tokens.canonical(token): {
            key: prop.default for key, prop in kind.inputs.items() if prop.default is not None and key in read
        }
        for token, kind in by_token().items()
    }
    wanted = {type_: table for type_, table in tables.items() if table}
    listed = {type_: {key: v for key, v in table.items() if "." not in key} for type_, table in DEFAULTS.items()}
    known = {type_: table for type_, table in listed.items() if type_ in tables}
    assert known == wanted, "policies/waivers/provider_defaults.py is out of step with the sandbox"
