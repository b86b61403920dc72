"""The estimate: of what runs by the hour or is kept by the month, before and after."""

from typing import Any

import pytest

from platformctl.review import assess
from platformctl.review.cost.prices import document
from policies import tokens
from policies.examples import Example, Node, Ref
from tests.platformctl.review.made import changed, compared

REGION = "eu-central-1"
PRICES, HOURS = document()["regions"][REGION], document()["hours_per_month"]
AWS = Node(tokens.AWS_PROVIDER, "aws", {"region": REGION})
NODES = Node(
    tokens.EKS_NODE_GROUP,
    "nodes",
    {"instanceTypes": ["m7g.large"], "scalingConfig": {"desiredSize": 2}, "launchTemplate": {"id": Ref("template")}},
)
TEMPLATE = Node(tokens.LAUNCH_TEMPLATE, "template", {"blockDeviceMappings": [{"ebs": {"volumeSize": 50}}]})
INSTANCE = Node(
    tokens.DATABASE_INSTANCE, "db", {"instanceClass": "db.t4g.medium", "allocatedStorage": 50, "multiAz": True}
)


def cost(before: Example, after: Example) -> dict[str, Any]:
    return dict(assess(compared((AWS, *before), (AWS, *after))).cost)


def test_more_nodes_cost_their_hours_and_their_disks() -> None:
    more = changed(NODES, scalingConfig={"desiredSize": 3})
    found = cost((NODES, TEMPLATE), (more, TEMPLATE))
    each = PRICES["machine"]["m7g.large"] * HOURS + 50 * PRICES["month"]["gp3-gib"]
    assert found["delta"] == pytest.approx(each, abs=0.01)
    assert found["before"] == pytest.approx(2 * each, abs=0.01)
    assert [(item["name"], item["basis"]) for item in found["items"]] == [
        (
            "nodes",
            " → ".join(f"{number} x m7g.large with 50 GiB each, as desired, on demand" for number in (2, 3)),
        )
    ]


def test_a_standby_doubles_a_database() -> None:
    found = cost((INSTANCE,), (changed(INSTANCE, multiAz=False),))
    each = PRICES["database"]["db.t4g.medium"] * HOURS + 50 * PRICES["month"]["rds-gp3-gib"]
    assert found["delta"] == pytest.approx(-each, abs=0.01)


def test_serverless_members_cost_the_least_that_their_cluster_may_have() -> None:
    cluster = Node(tokens.DATABASE_CLUSTER, "ledger", {"serverlessv2ScalingConfiguration": {"minCapacity": 0.5}})
    member = Node(
        tokens.DATABASE_CLUSTER_INSTANCE, "one", {"instanceClass": "db.serverless", "clusterIdentifier": Ref("ledger")}
    )
    found = cost((cluster,), (cluster, member))
    assert found["delta"] == pytest.approx(0.5 * PRICES["hour"]["aurora-capacity-unit"] * HOURS, abs=0.01)


def test_interface_endpoints_cost_by_zone_and_gateway_ones_nothing() -> None:
    endpoint = Node(tokens.VPC_ENDPOINT, "kms", {"vpcEndpointType": "Interface"})
    link = Node(
        "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation", "link", {"vpcEndpointId": Ref("kms")}
    )
    found = cost((endpoint,), (endpoint, link))
    assert found["delta"] == pytest.approx(PRICES["hour"]["interface-endpoint"] * HOURS, abs=0.01)
    assert cost((), (Node(tokens.VPC_ENDPOINT, "s3", {"vpcEndpointType": "Gateway"}),))["delta"] == 0


def test_what_is_not_priced_is_named_and_not_counted() -> None:
    odd = changed(INSTANCE, instanceClass="db.x9.huge")
    found = cost((INSTANCE,), (odd,))
    assert (found["delta"], found["unpriced"]) == (0, [tokens.DATABASE_INSTANCE])
    stream = Node(tokens.DATA_STREAM, "stream", {})
    assert cost((), (stream,))["unpriced"] == [tokens.DATA_STREAM]
    assert cost((stream,), (stream,))["unpriced"] == []  # nothing changes
    unknown = changed(NODES, scalingConfig={"desiredSize": Ref("nowhere")})
    assert cost((TEMPLATE, NODES), (TEMPLATE, unknown))["unpriced"] == [tokens.EKS_NODE_GROUP]


def test_what_costs_nothing_is_not_listed_as_unpriced() -> None:
    free = Node(tokens.SECURITY_GROUP, "group", {}), Node(tokens.ROLE, "role", {}), Node(tokens.CONFIG_MAP, "map", {})
    found = cost((), free)
    assert (found["delta"], found["items"], found["unpriced"]) == (0, [], [])


def test_a_region_that_the_table_lacks_is_not_priced_and_another_has_its_own_prices() -> None:
    nat = "aws:ec2/natGateway:NatGateway"
    far = Node(nat, "far", {"region": "ap-southeast-2"})
    assert cost((), (far,))["unpriced"] == [nat]
    near = cost((), (Node(nat, "near", {"region": "eu-west-1"}),))["delta"]
    assert near == pytest.approx(document()["regions"]["eu-west-1"]["hour"]["nat-gateway"] * HOURS, abs=0.01)


def test_the_table_is_dated_and_says_where_it_is_from_and_regions_have_the_same_units() -> None:
    table = document()
    assert table["currency"] == "USD"
    assert table["source"]
    assert table["confirmed"] or "from memory" in cost((), ())["note"]
    assert table["priced_on"] in cost((), ())["note"]
    units = [{kind: sorted(region[kind]) for kind in ("hour", "month")} for region in table["regions"].values()]
    assert all(one == units[0] for one in units)
    assert all(price > 0 for region in table["regions"].values() for kind in region.values() for price in kind.values())
