"""How the annotations of an Ingress, its class and its group make one load balancer."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies import tokens
from policies.examples import Example, Node, Ref, graph_of
from policies.graph import Graph
from policies.resource import Resource
from policies.rules.balancers.examples import ingress
from policies.rules.balancers.ingresses import attribute, is_balanced, members, protocols, setting
from policies.rules.balancers.ingresses import settings as said
from policies.values import Undecided

_KEY = "access_logs.s3.bucket"
_ATTRIBUTES = "load-balancer-attributes"


def _first(*nodes: Node) -> tuple[Resource, Graph]:
    graph = graph_of(nodes)
    return next(one for one in graph.of_type(tokens.INGRESS) if one.name == nodes[0].name), graph


def _class(controller: str = "ingress.k8s.aws/alb", params: str = "shared", name: str = "alb") -> Node:
    spec = {"controller": controller, "parameters": {"kind": "IngressClassParams", "name": params}}
    return Node(tokens.INGRESS_CLASS, "class", {"metadata": {"name": name}, "spec": spec})


def _params(type_: str = tokens.INGRESS_CLASS_PARAMS, **spec: Any) -> Node:
    return Node(type_, "params", {"metadata": {"name": "shared"}, "spec": spec})


@pytest.mark.parametrize(
    ("ports", "certificate", "expected"),
    [
        ("", "", {"HTTP"}),
        ("", "arn:certificate", {"HTTPS"}),
        ('[{"HTTPS": 443}]', "", {"HTTPS"}),
        ('[{"HTTP": 80}, {"HTTPS": 443}]', "", {"HTTP", "HTTPS"}),
        ('[{"HTTP": 80, "HTTPS": 443}]', "", {"HTTP", "HTTPS"}),
        ('[{"HTTP": 80}]', "arn:certificate", {"HTTP"}),
        ("[]", "arn:certificate", {"HTTP"}),
        ('{"HTTPS": 443}', "", {"HTTP"}),
        ('["HTTPS"]', "", {"HTTP"}),
        ('[{"https": 443}]', "", {"HTTP"}),
        ("443", "", {"HTTP"}),
        ("HTTPS", "", {"HTTP"}),
    ],
)
def test_listeners_speak_what_the_controller_reads(ports: str, certificate: str, expected: set[str]) -> None:
    assert protocols(*_first(ingress(**{"listen-ports": ports, "certificate-arn": certificate}))) == expected


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        ((ingress(prefix="", class_="alb"),), True),
        ((ingress(prefix="", class_="nginx"),), False),
        ((ingress(scheme="internal", class_="nginx"),), True),
        ((ingress(prefix="kubernetes.io/", class_="", **{"ingress.class": "alb"}),), True),
        ((ingress(prefix="", class_=""),), False),
        ((ingress(prefix="", class_="web"), _class(name="web")), True),
        ((ingress(prefix="", class_="web"), _class("eks.amazonaws.com/alb", name="web")), True),
        ((ingress(prefix="", class_="alb"), _class("k8s.io/ingress-nginx")), False),
    ],
)
def test_an_ingress_is_the_controllers_by_its_class_or_annotations(nodes: Example, expected: bool) -> None:
    assert is_balanced(*_first(*nodes)) is expected


@pytest.mark.parametrize("type_", [tokens.INGRESS_CLASS_PARAMS, tokens.AUTO_INGRESS_CLASS_PARAMS])
def test_what_the_class_says_stands_before_the_annotation(type_: str) -> None:
    own = {"scheme": "internal", "ssl-policy": "old", "certificate-arn": "arn:own", _ATTRIBUTES: f"{_KEY}=own,a=1"}
    listed = [{"key": _KEY, "value": "of-the-class"}]
    params = _params(type_, scheme="internet-facing", certificateArn=["arn:a", "arn:b"], loadBalancerAttributes=listed)
    found, graph = _first(ingress(**own), _class(), params)
    assert setting(found, "scheme", graph) == "internet-facing"
    assert setting(found, "certificate-arn", graph) == "arn:a,arn:b"
    assert setting(found, "ssl-policy", graph) == "old"
    assert (attribute(found, _KEY, graph), attribute(found, "a", graph)) == ("of-the-class", "1")


def test_ingresses_of_a_group_share_a_load_balancer() -> None:
    group = {"group.name": "billing"}
    found, graph = _first(
        ingress(**group),
        ingress("b", **group, **{"ssl-redirect": "443", _ATTRIBUTES: f"{_KEY}=logs"}),
        ingress("c", **{"group.name": "other", "ssl-redirect": "8443"}),
        ingress("d", **{"ssl-redirect": "9443"}),
    )
    assert [one.name for one in members(found, graph)] == ["api", "b"]
    assert list(said(found, "ssl-redirect", graph)) == ["443"]
    assert attribute(found, _KEY, graph) == "logs"


def test_ingresses_of_a_class_with_a_group_share_one_too() -> None:
    found, graph = _first(
        ingress(), ingress("b", **{_ATTRIBUTES: f"{_KEY}=logs"}), _class(), _params(group={"name": "g"})
    )
    assert attribute(found, _KEY, graph) == "logs"


def test_what_an_unknown_ingress_may_say_is_not_decided() -> None:
    group = {"group.name": "billing"}
    found, graph = _first(ingress(**group), ingress("b", **group, **{_ATTRIBUTES: Ref("nobody")}))
    with pytest.raises(Undecided, match="load-balancer-attributes"):
        attribute(found, _KEY, graph)
    found, graph = _first(ingress(**group), ingress("b", **{"group.name": Ref("nobody")}))
    with pytest.raises(Undecided, match=r"group\.name"):
        attribute(found, _KEY, graph)


_NAMES = st.text("abcdefghijklmnopqrstuvwxyz._0123456789", min_size=1, max_size=12)
_SPACES = st.text(" ", max_size=2)


@settings(max_examples=100, derandomize=True)
@given(st.dictionaries(_NAMES, _NAMES, max_size=5), _SPACES, _SPACES)
def test_attributes_are_read_as_they_are_written(attributes: dict[str, str], before: str, after: str) -> None:
    text = ",".join(f"{before}{key}{after}={before}{value}{after}" for key, value in attributes.items())
    found, graph = _first(ingress(**{_ATTRIBUTES: text}))
    assert {key: attribute(found, key, graph) for key in attributes} == attributes
    assert attribute(found, "not there", graph) is None
