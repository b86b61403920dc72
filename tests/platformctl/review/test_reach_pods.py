"""What NetworkPolicies newly let pods do: they add up, and without one all is allowed."""

from typing import Any

import pytest

from policies import tokens
from policies.examples import Node, Ref
from tests.platformctl.review.made import said

NAMESPACE = Node(tokens.NAMESPACE, "ns", {"metadata": {"name": "billing-api"}})
API = Node(
    tokens.ROLLOUT,
    "api",
    {
        "metadata": {"namespace": "billing-api", "name": "api"},
        "spec": {
            "template": {
                "metadata": {"labels": {"app": "api"}},
                "spec": {"containers": [{"ports": [{"name": "http", "containerPort": 8080}]}]},
            }
        },
    },
)
MINE = {"matchLabels": {"app": "api"}}
METRICS = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "telemetry"}}}


def policy(name: str = "policy", *, selector: Any = MINE, **spec: Any) -> Node:
    content = {"podSelector": selector, **spec}
    return Node(tokens.NETWORK_POLICY, name, {"metadata": {"namespace": "billing-api", "name": name}, "spec": content})


def let_in(*peers: Any, port: Any = 8080, name: str = "policy", **fields: Any) -> Node:
    ports = [{"protocol": "TCP", "port": port, **fields}] if port else None
    return policy(name, policyTypes=["Ingress"], ingress=[{"from": list(peers), "ports": ports}])


DENY = policy("deny", selector={}, policyTypes=["Ingress", "Egress"])


def pods(before: tuple[Node, ...], after: tuple[Node, ...]) -> list[str]:
    return said((NAMESPACE, API, DENY, *before), (NAMESPACE, API, DENY, *after), "reach")


def _block(cidr: str, *without: str) -> dict[str, Any]:
    return {"ipBlock": {"cidr": cidr, "except": list(without)}}


def test_a_new_peer_is_told_of_the_workload_that_is_selected() -> None:
    assert pods((), (let_in(METRICS),)) == [
        "policy: api (Rollout): its pods accept tcp 8080 from all pods of namespaces with"
        " kubernetes.io/metadata.name=telemetry"
    ]


def test_ranges_are_compared_by_address() -> None:
    assert pods((let_in(_block("10.0.0.0/24")),), (let_in(_block("10.0.0.0/16")),)) == [
        "policy: api (Rollout): its pods accept tcp 8080 from 10.0.0.0/16, before 10.0.0.0/24"
    ]
    assert pods((let_in(_block("10.0.0.0/16", "10.0.9.0/24")),), (let_in(_block("10.0.0.0/16")),)) != []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((let_in(METRICS),), ()),
        ((let_in(_block("10.0.0.0/16")),), (let_in(_block("10.0.0.0/17"), _block("10.0.128.0/17")),)),
        (
            (let_in(_block("10.0.0.0/16"), METRICS),),
            (let_in(METRICS, name="one"), let_in(_block("10.0.0.0/16"), name="two")),
        ),
        ((let_in(METRICS, port=None),), (let_in(METRICS),)),
        ((let_in(METRICS, port="http"),), (let_in(METRICS),)),
        ((let_in(METRICS, port=8000, endPort=8100),), (let_in(METRICS),)),
        ((let_in(METRICS),), (let_in(METRICS | {"podSelector": {"matchLabels": {"a": "b"}}}),)),
        (
            (let_in(METRICS),),
            (let_in({"namespaceSelector": {"matchExpressions": [
                {"key": "kubernetes.io/metadata.name", "operator": "In", "values": ["telemetry"]}]}}),),
        ),
        ((), (let_in(METRICS, name="elsewhere") and policy("elsewhere", selector={"matchLabels": {"app": "x"}},
                                                            policyTypes=["Ingress"], ingress=[{}]),)),
    ],
)  # fmt: skip
def test_narrowing_splitting_and_moving_open_nothing(before: tuple[Node, ...], after: tuple[Node, ...]) -> None:
    assert pods(before, after) == []


def test_a_wider_selector_is_told_and_a_rule_without_peers_lets_anyone_in() -> None:
    narrow = METRICS | {"podSelector": {"matchLabels": {"a": "b"}}}
    assert len(pods((let_in(narrow),), (let_in(METRICS),))) == 1
    anyone = policy(policyTypes=["Ingress"], ingress=[{"ports": [{"port": 8080}]}])
    (line,) = pods((let_in(METRICS),), (anyone,))
    assert "anyone" in line
    assert "the internet (0.0.0.0/0)" in line


def test_without_the_policy_that_denies_all_pods_may_do_everything() -> None:
    found = said((NAMESPACE, API, DENY), (NAMESPACE, API), "reach")
    everyone = "the internet (0.0.0.0/0), the internet (::/0), anyone"
    assert found == [
        f"api: api (Rollout): its pods accept all protocols from {everyone}",
        f"ns: ns (Namespace): its pods accept all protocols from {everyone}",
        f"api: api (Rollout): its pods reach {everyone} on all protocols",
        f"ns: ns (Namespace): its pods reach {everyone} on all protocols",
    ]
    other = policy("other-name", selector={}, policyTypes=["Ingress", "Egress"])
    assert said((NAMESPACE, API, DENY), (NAMESPACE, API, other), "reach") == []


def test_labels_that_no_policy_selects_any_more_are_told() -> None:
    only_mine = policy("mine", policyTypes=["Ingress"])
    moved = Node(API.type, API.name, {**API.props, "spec": {"template": {"metadata": {"labels": {"app": "other"}}}}})
    found = said((NAMESPACE, API, only_mine), (NAMESPACE, moved, only_mine), "reach")
    assert ["its pods accept all protocols" in line for line in found] == [True]


def test_rules_that_are_not_known_may_let_in() -> None:
    unknown = Node(
        tokens.NETWORK_POLICY,
        "policy",
        {
            "metadata": {"namespace": "billing-api"},
            "spec": {"podSelector": MINE, "policyTypes": ["Ingress"], "ingress": Ref("nowhere")},
        },
    )
    assert pods((), (unknown,)) == [
        "policy: api (Rollout): its pods may accept all protocols from whoever it lets in: not known yet"
    ]
    assert pods((unknown,), (unknown,)) == []
