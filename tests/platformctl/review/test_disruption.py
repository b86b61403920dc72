"""Downtime, restarts and reboots are told with why."""

from typing import Any

import pytest

from platformctl.notes import Note
from platformctl.review.sections.disruption.of_aws import OF_AWS
from platformctl.review.sections.disruption.of_cluster import OF_CLUSTER
from policies import tokens
from policies.examples import Example, Node
from tests.platformctl.review.made import changed, compared, items, said

NODES = Node(
    tokens.EKS_NODE_GROUP,
    "nodes",
    {
        "version": "1.34",
        "scalingConfig": {"desiredSize": 3, "maxSize": 4},
        "labels": {"a": "b"},
        "instanceTypes": ["a"],
    },
)
NAT = Node("aws:ec2/natGateway:NatGateway", "nat", {"subnetId": "subnet-1"})
BALANCER = Node(tokens.LOAD_BALANCER, "lb", {"name": "lb", "idleTimeout": 60})


def found(before: Example, after: Example, **fields: Any) -> list[str]:
    return said(before, after, "disruption", **fields)


def _pods(type_: str, image: str = "a", **spec: Any) -> Node:
    template = {"spec": {"containers": [{"image": image}]}}
    return Node(type_, "api", {"spec": {"template": template, **spec}})


def test_notes_are_told_the_worst_first_and_those_without_effect_are_not() -> None:
    urn = NODES.urn("prod")

    def note(effect: str) -> Note:
        return Note(urn, NODES.type, "nodes", "version", "1.34", "1.35", effect, False, False, "why", "the guide")

    told = items(compared((NODES,), (NODES,), notes=[note("rolling"), note("none"), note("outage")]), "disruption")
    assert [item.summary for item in told] == ["outage: version 1.34 → 1.35", "rolling restart: version 1.34 → 1.35"]
    assert told[0].details == ("why", "source: the guide")


def test_node_groups_tell_of_new_versions_and_fewer_nodes_and_not_of_labels_or_more_nodes() -> None:
    assert found((NODES,), (changed(NODES, version="1.35"),)) == [
        "nodes: rolling restart: new nodes join, then the old ones are drained as disruption budgets allow and ended"
    ]
    fewer = changed(NODES, scalingConfig={"desiredSize": 2, "maxSize": 4})
    more = changed(NODES, scalingConfig={"desiredSize": 4, "maxSize": 8})
    assert len(found((NODES,), (fewer,))) == 1
    assert found((NODES,), (more,)) == []
    assert found((NODES,), (changed(NODES, labels={"a": "c"}),)) == []
    replaced = found((NODES,), (changed(NODES, instanceTypes=["b"]),), replaced=["nodes"])
    assert replaced == ["nodes: rolling restart: all its nodes are replaced: their pods move to other nodes, or wait"]


@pytest.mark.parametrize(
    ("node", "key", "value", "told"),
    [
        (NAT, "subnetId", "subnet-2", "connections cut: connections to the internet through it end"),
        (BALANCER, "name", "other", "outage: its name and addresses change"),
        (
            Node(tokens.SUBNET, "subnet", {"cidrBlock": "10.0.0.0/24"}),
            "cidrBlock",
            "10.0.1.0/24",
            "outage: everything that has an address in it",
        ),
    ],
)
def test_what_is_replaced_or_deleted_is_told_with_what_forces_it(node: Node, key: str, value: str, told: str) -> None:
    after = changed(node, **{key: value})
    (item,) = items(compared((node,), (after,), replaced=[node.name]), "disruption")
    assert item.summary.startswith(told)
    assert item.details[0] == f"{key}: {node.props[key]} → {value}"
    assert item.details[-1].startswith("source: ")
    assert len(found((node,), ())) == 1
    assert found((node,), (node,)) == []


def test_updates_without_an_effect_are_not_told() -> None:
    assert found((BALANCER,), (changed(BALANCER, idleTimeout=30),)) == []
    template = Node(tokens.LAUNCH_TEMPLATE, "t", {"tags": {"a": "b"}, "imageId": "a"})
    assert found((template,), (changed(template, tags={"a": "c"}),)) == []
    assert len(found((template,), (changed(template, imageId="b"),))) == 1


def test_pods_restart_only_where_their_template_changes() -> None:
    state = _pods(tokens.STATEFUL_SET)
    assert len(found((state,), (_pods(tokens.STATEFUL_SET, "b"),))) == 1
    assert found((state,), (_pods(tokens.STATEFUL_SET, replicas=3),)) == []
    recreate: dict[str, Any] = {"strategy": {"type": "Recreate"}}
    before, after = _pods(tokens.DEPLOYMENT, **recreate), _pods(tokens.DEPLOYMENT, "b", **recreate)
    assert found((before,), (after,)) == ["api: outage: all pods end before new ones start (strategy Recreate)"]
    assert found((_pods(tokens.DEPLOYMENT),), (_pods(tokens.DEPLOYMENT, "b"),)) == []


def test_an_ingress_that_gets_another_load_balancer_is_told() -> None:
    def ingress(scheme: str) -> Node:
        return Node(tokens.INGRESS, "api", {"metadata": {"annotations": {"alb.ingress.kubernetes.io/scheme": scheme}}})

    (line,) = found((ingress("internal"),), (ingress("internet-facing"),))
    assert "makes another load balancer (another scheme)" in line
    assert found((ingress("internal"),), (ingress("internal"),)) == []


@pytest.mark.parametrize(
    "effect", [*OF_AWS, *OF_CLUSTER], ids=lambda effect: f"{effect.types[0]} {effect.operations[0]}"
)
def test_every_effect_says_why_and_cites_where_that_is_written(effect: Any) -> None:
    assert effect.why
    assert effect.source
    assert set(effect.operations) <= {"update", "replace", "delete"}
