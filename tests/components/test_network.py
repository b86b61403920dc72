"""The network: who can reach what, and that another zone or tier only adds."""

from collections.abc import Mapping
from ipaddress import IPv4Network
from typing import Any

import pulumi
import pytest

from components.network import Network, NetworkArgs, NetworkTier
from tests.components.conftest import VPC_IPV6, Built, Made, build

ACCOUNT = "123456789012"
TIERS = {
    "public": NetworkTier(kind="public", prefix=24, slot=0),
    "data": NetworkTier(kind="isolated", prefix=24, slot=1, data_class="financial", pci_scope="cde"),
    "apps": NetworkTier(kind="private", prefix=20, slot=1),
}
ANYWHERE = ("0.0.0.0/0", "::/0")


def _args(**changes: Any) -> NetworkArgs:
    values: dict[str, Any] = {
        "account_id": ACCOUNT,
        "region": "eu-central-1",
        "cidr": IPv4Network("10.32.0.0/16"),
        "zones": ("euc1-az1", "euc1-az2"),
        "tiers": TIERS,
        "nat_zones": ("euc1-az1",),
        "nat_fallback": "euc1-az1",
        "gateway_endpoints": ("s3",),
        "interface_endpoints": ("ecr.api",),
        "endpoint_tier": "apps",
        "cluster_name": "billing",
        "log_bucket_arn": "arn:aws:s3:::logs",
    }
    return NetworkArgs(**{**values, **changes})


def _build(**changes: Any) -> Built:
    return build(lambda: Network("net", _args(**changes)))


def _inputs(built: Built) -> dict[str, Mapping[str, Any]]:
    return {made.urn: made.inputs for made in built.resources}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"cidr": IPv4Network("10.0.0.0/22")}, "the VPC must be /16 to /20"),
        ({"zones": ("eu-central-1a",)}, "'eu-central-1a' is not a zone id"),
        (
            {"tiers": {**TIERS, "edge": NetworkTier(kind="private", prefix=24, slot=1)}},
            "tiers data and edge overlap",
        ),
        (
            {"tiers": {**TIERS, "edge": NetworkTier(kind="public", prefix=24, slot=2)}},
            "there can be one public tier, for load balancers and NAT, got edge, public",
        ),
        ({"tiers": {"apps": TIERS["apps"]}}, "NAT gateways need a public tier"),
        ({"nat_zones": ("euc1-az3",)}, "nat_zones must be among the zones euc1-az1, euc1-az2, got euc1-az3"),
        ({"nat_fallback": "euc1-az2"}, "nat_fallback must be one of nat_zones, got euc1-az2"),
        ({"endpoint_tier": "data"}, "endpoint_tier must be a private tier, got 'data'"),
        ({"endpoint_tier": None}, "interface_endpoints need an endpoint_tier"),
        (
            {"tiers": {**TIERS, "Edge": NetworkTier(kind="private", prefix=24, slot=2)}},
            "a tier's name must be of",
        ),
    ],
)
def test_rejects_what_does_not_fit_together(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _args(**changes)


def test_a_small_network_consists_of_exactly_these() -> None:
    built = _build(
        zones=("euc1-az1",), nat_zones=("euc1-az1",), gateway_endpoints=("s3",), interface_endpoints=("kms",)
    )
    zone, network = "euc1-az1", "platform:network:Network$"
    logs, endpoints = f"{network}platform:network:TrafficLogs", f"{network}platform:network:ServiceEndpoints"
    assert built.identities() == {
        "platform:network:Network::net",
        f"{network}aws:ec2/vpc:Vpc::net",
        f"{network}aws:ec2/defaultSecurityGroup:DefaultSecurityGroup::net-default",
        *(f"{network}aws:ec2/subnet:Subnet::net-{zone}-{tier}" for tier in TIERS),
        *(f"{network}aws:ec2/routeTableAssociation:RouteTableAssociation::net-{zone}-{tier}" for tier in TIERS),
        *(f"{network}aws:ec2/routeTable:RouteTable::net-routes-{key}" for key in ("public", "isolated", zone)),
        f"{network}aws:ec2/internetGateway:InternetGateway::net-internet",
        *(f"{network}aws:ec2/route:Route::net-{key}-internet" for key in ("public", zone)),
        f"{network}aws:ec2/eip:Eip::net-nat-{zone}-address",
        f"{network}aws:ec2/natGateway:NatGateway::net-nat-{zone}",
        f"{network}aws:ec2/networkAcl:NetworkAcl::net-isolated",
        f"{network}aws:ec2/networkAclAssociation:NetworkAclAssociation::net-{zone}-data",
        *(f"{network}aws:ec2/networkAclRule:NetworkAclRule::net-isolated-{way}-{zone}-apps" for way in ("in", "out")),
        f"{logs}::net-logs",
        f"{logs}$aws:ec2/flowLog:FlowLog::net-logs-flow",
        f"{logs}$aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig::net-logs-dns",
        f"{logs}$aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation::net-logs-dns",
        f"{endpoints}::net-endpoints",
        *(f"{endpoints}$aws:ec2/vpcEndpoint:VpcEndpoint::net-endpoints-{service}" for service in ("s3", "kms")),
        f"{endpoints}$aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation::net-endpoints-s3-{zone}",
        f"{endpoints}$aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation::net-endpoints-kms-{zone}",
        f"{endpoints}$aws:ec2/securityGroup:SecurityGroup::net-endpoints",
        f"{endpoints}$aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule::net-endpoints-{zone}-apps",
    }


@pytest.mark.parametrize(
    "more",
    [
        {"zones": ("euc1-az3", "euc1-az1", "euc1-az2")},
        {"zones": ("euc1-az2", "euc1-az3", "euc1-az1"), "nat_zones": ("euc1-az3", "euc1-az1")},
        {"tiers": {"aaa": NetworkTier(kind="private", prefix=24, slot=2), **TIERS}},
        {"tiers": {"aaa": NetworkTier(kind="isolated", prefix=24, slot=2), **TIERS}},
        {"interface_endpoints": ("sts", "ecr.api")},
        {"gateway_endpoints": ("dynamodb", "s3")},
    ],
)
def test_another_zone_or_tier_or_endpoint_only_adds(more: dict[str, Any]) -> None:
    before, after = _inputs(_build(dual_stack=True)), _inputs(_build(dual_stack=True, **more))
    assert {urn: after.get(urn) for urn in before} == before
    assert len(after) > len(before)


def test_the_vpc_resolves_names_which_private_endpoints_need() -> None:
    assert _build().one("Vpc", "net").inputs == {
        "cidrBlock": "10.32.0.0/16",
        "enableDnsSupport": True,
        "enableDnsHostnames": True,
        "assignGeneratedIpv6CidrBlock": False,
        "tags": {"Name": "net"},
    }


def test_subnets_have_their_block_zone_and_tags_and_never_a_public_address() -> None:
    built = _build()
    shared = {"kubernetes.io/cluster/billing": "shared"}
    assert {made.name: made.inputs for made in built.all("Subnet") if "az1" in made.name} == {
        "net-euc1-az1-public": _subnet(
            "public", "10.32.0.0/24", {"tier-kind": "public", **shared, "kubernetes.io/role/elb": "1"}
        ),
        "net-euc1-az1-data": _subnet(
            "data", "10.32.1.0/24", {"tier-kind": "isolated", "data-class": "financial", "pci-scope": "cde"}
        ),
        "net-euc1-az1-apps": _subnet(
            "apps",
            "10.32.16.0/20",
            {
                "tier-kind": "private",
                **shared,
                "kubernetes.io/role/internal-elb": "1",
                "karpenter.sh/discovery": "billing",
            },
        ),
    }


def _subnet(tier: str, cidr: str, tags: dict[str, str]) -> dict[str, Any]:
    return {
        "vpcId": "id-net",
        "availabilityZoneId": "euc1-az1",
        "cidrBlock": cidr,
        "mapPublicIpOnLaunch": False,
        "assignIpv6AddressOnCreation": False,
        "tags": {"Name": f"net-euc1-az1-{tier}", "tier": tier, **tags},
    }


def test_taggable_resources_are_named_after_themselves_and_uniquely() -> None:
    named = [made for made in _build(dual_stack=True).resources if "tags" in made.inputs]
    assert all(made.inputs["tags"]["Name"] == made.name for made in named)
    assert len({made.name for made in named}) == len(named)


def _ways_out(built: Built) -> dict[str, set[tuple[str, str]]]:
    """By route table: which addresses go where."""
    found: dict[str, set[tuple[str, str]]] = {made.name: set() for made in built.all("RouteTable")}
    for route in built.all("Route"):
        target = {**route.inputs}
        table = target.pop("routeTableId").removeprefix("id-")
        destination = target.pop("destinationCidrBlock", None) or target.pop("destinationIpv6CidrBlock")
        (via,) = target.values()
        found[table].add((destination, via))
    return found


@pytest.mark.parametrize(
    ("nat", "first", "second"),
    [
        ({"nat_zones": (), "nat_fallback": None}, set(), set()),
        ({}, {("0.0.0.0/0", "id-net-nat-euc1-az1")}, {("0.0.0.0/0", "id-net-nat-euc1-az1")}),
        (
            {"nat_zones": ("euc1-az1", "euc1-az2"), "nat_fallback": None},
            {("0.0.0.0/0", "id-net-nat-euc1-az1")},
            {("0.0.0.0/0", "id-net-nat-euc1-az2")},
        ),
    ],
)
def test_private_subnets_go_out_by_nat_and_isolated_ones_not_at_all(
    nat: dict[str, Any], first: set[tuple[str, str]], second: set[tuple[str, str]]
) -> None:
    assert _ways_out(_build(**nat)) == {
        "net-routes-public": {("0.0.0.0/0", "id-net-internet")},
        "net-routes-euc1-az1": first,
        "net-routes-euc1-az2": second,
        "net-routes-isolated": set(),
    }


def test_nat_gateways_stand_in_public_subnets_with_protected_addresses() -> None:
    built = _build(nat_zones=("euc1-az2",), nat_fallback="euc1-az2")
    (gateway,), (address,) = built.all("NatGateway"), built.all("Eip")
    assert gateway.inputs["subnetId"] == "id-net-euc1-az2-public"
    assert gateway.inputs["allocationId"] == f"eipalloc-{address.name}"
    assert built.one("InternetGateway", "net-internet").urn in gateway.dependencies
    assert address.protect
    assert not _build(protect=False).all("Eip")[0].protect


def test_each_subnet_uses_the_route_table_of_its_kind() -> None:
    tables = {made.name: made.inputs["routeTableId"] for made in _build().all("RouteTableAssociation")}
    assert tables == {
        **{f"net-{zone}-public": "id-net-routes-public" for zone in ("euc1-az1", "euc1-az2")},
        **{f"net-{zone}-data": "id-net-routes-isolated" for zone in ("euc1-az1", "euc1-az2")},
        **{f"net-{zone}-apps": f"id-net-routes-{zone}" for zone in ("euc1-az1", "euc1-az2")},
    }


def test_private_subnets_reach_databases_and_nothing_else_passes_the_isolated_tier() -> None:
    built = _build()
    assert {made.inputs["subnetId"] for made in built.all("NetworkAclAssociation")} == {
        "id-net-euc1-az1-data",
        "id-net-euc1-az2-data",
    }
    rules = [dict(made.inputs) for made in built.all("NetworkAclRule")]
    assert {(rule["egress"], rule["cidrBlock"], rule["fromPort"], rule["toPort"]) for rule in rules} == {
        (egress, cidr, *ports)
        for cidr in ("10.32.16.0/20", "10.32.48.0/20")
        for egress, ports in ((False, (5432, 5432)), (True, (1024, 65535)))
    }
    assert {(rule["ruleAction"], rule["protocol"]) for rule in rules} == {("allow", "tcp")}
    assert {rule["ruleNumber"] for rule in rules if rule["egress"]} == {1016, 1048}


def test_the_default_security_group_is_adopted_without_rules() -> None:
    group = _build().one("DefaultSecurityGroup", "net-default")
    assert group.inputs == {"vpcId": "id-net", "tags": {"Name": "net-default"}}


def test_all_traffic_and_every_dns_query_is_logged_into_the_bucket() -> None:
    built = _build()
    flow, dns = (
        built.one("FlowLog", "net-logs-flow").inputs,
        built.one("ResolverQueryLogConfig", "net-logs-dns").inputs,
    )
    assert (flow["trafficType"], flow["maxAggregationInterval"], flow["vpcId"]) == ("ALL", 60, "id-net")
    assert flow["logDestination"] == dns["destinationArn"] == "arn:aws:s3:::logs"
    assert flow["destinationOptions"] == {
        "fileFormat": "parquet",
        "hiveCompatiblePartitions": True,
        "perHourPartition": True,
    }
    fields = flow["logFormat"].split()
    assert {"${pkt-srcaddr}", "${pkt-dstaddr}", "${flow-direction}", "${traffic-path}", "${az-id}"} < {*fields}
    assert len(fields) == len({*fields}) == 27
    association = built.one("ResolverQueryLogConfigAssociation", "net-logs-dns")
    assert association.inputs == {"resolverQueryLogConfigId": "id-net-logs-dns", "resourceId": "id-net"}


def test_endpoints_are_attached_one_by_one_and_open_to_private_subnets_alone() -> None:
    built = _build()
    s3, ecr = (
        built.one("VpcEndpoint", "net-endpoints-s3").inputs,
        built.one("VpcEndpoint", "net-endpoints-ecr-api").inputs,
    )
    assert (s3["vpcEndpointType"], s3["serviceName"]) == ("Gateway", "com.amazonaws.eu-central-1.s3")
    assert (ecr["vpcEndpointType"], ecr["serviceName"]) == ("Interface", "com.amazonaws.eu-central-1.ecr.api")
    assert ecr["privateDnsEnabled"] is True
    assert ecr["securityGroupIds"] == ["id-net-endpoints"]
    assert not {"subnetIds", "routeTableIds"} & {*s3, *ecr}
    assert _pairs(built.all("VpcEndpointRouteTableAssociation"), "routeTableId") == {
        ("id-net-endpoints-s3", "id-net-routes-euc1-az1"),
        ("id-net-endpoints-s3", "id-net-routes-euc1-az2"),
    }
    assert _pairs(built.all("VpcEndpointSubnetAssociation"), "subnetId") == {
        ("id-net-endpoints-ecr-api", "id-net-euc1-az1-apps"),
        ("id-net-endpoints-ecr-api", "id-net-euc1-az2-apps"),
    }
    rules = [made.inputs for made in built.all("SecurityGroupIngressRule")]
    assert {rule["cidrIpv4"] for rule in rules} == {"10.32.16.0/20", "10.32.48.0/20"}
    assert {(rule["ipProtocol"], rule["fromPort"], rule["toPort"]) for rule in rules} == {("tcp", 443, 443)}
    assert all(rule["description"] for rule in rules)
    assert not built.all("SecurityGroupEgressRule")


def _pairs(associations: list[Made], of: str) -> set[tuple[str, str]]:
    return {(made.inputs["vpcEndpointId"], made.inputs[of]) for made in associations}


def test_dual_stack_lets_ipv6_out_of_private_subnets_and_keeps_isolated_ones_on_ipv4() -> None:
    built = _build(dual_stack=True)
    assert built.one("Vpc", "net").inputs["assignGeneratedIpv6CidrBlock"] is True
    subnets = {made.name: made.inputs for made in built.all("Subnet") if "az2" in made.name}
    prefix = VPC_IPV6.removesuffix("00::/56")
    assert {name: subnet.get("ipv6CidrBlock") for name, subnet in subnets.items()} == {
        "net-euc1-az2-public": f"{prefix}20::/64",
        "net-euc1-az2-apps": f"{prefix}30::/64",
        "net-euc1-az2-data": None,
    }
    given = {name for name, subnet in subnets.items() if subnet["assignIpv6AddressOnCreation"]}
    assert given == {"net-euc1-az2-apps"}
    ways = _ways_out(built)
    assert ("::/0", "id-net-internet") in ways["net-routes-public"]
    assert ("::/0", "id-net-egress-only") in ways["net-routes-euc1-az2"]
    assert ways["net-routes-isolated"] == set()


def test_a_network_of_isolated_subnets_alone_has_no_way_out_at_all() -> None:
    built = _build(
        tiers={"data": TIERS["data"]},
        nat_zones=(),
        nat_fallback=None,
        endpoint_tier=None,
        interface_endpoints=(),
        gateway_endpoints=(),
        dual_stack=True,
    )
    kinds = {made.type.rpartition(":")[2] for made in built.resources}
    assert not kinds & {"Route", "InternetGateway", "EgressOnlyInternetGateway", "NatGateway", "VpcEndpoint"}


def test_hands_on_what_later_layers_and_people_need() -> None:
    def program() -> None:
        network = Network("net", _args())
        for key in ("vpc_id", "subnet_ids", "route_table_ids", "nat_addresses", "endpoint_ids"):
            pulumi.export(key, getattr(network, key))

    assert build(program).outputs == {
        "vpc_id": "id-net",
        "subnet_ids": {tier: {zone: f"id-net-{zone}-{tier}" for zone in ("euc1-az1", "euc1-az2")} for tier in TIERS},
        "route_table_ids": {key: f"id-net-routes-{key}" for key in ("public", "isolated", "euc1-az1", "euc1-az2")},
        "nat_addresses": {"euc1-az1": "ip-net-nat-euc1-az1-address"},
        "endpoint_ids": {"s3": "id-net-endpoints-s3", "ecr.api": "id-net-endpoints-ecr-api"},
    }
