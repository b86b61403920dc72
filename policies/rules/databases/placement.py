"""Databases stand in subnets that the internet cannot reach, in more than one zone."""

from collections.abc import Iterator
from dataclasses import replace

from policies import tokens
from policies.controls import cis, pci, unverified
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.databases.nodes import cluster, instance, member
from policies.rules.databases.roles import DATABASES, SERVERS, instances_of, is_aurora, is_replica, source_of
from policies.rules.links import strangers
from policies.rules.network.tiers import declared_kind, is_public
from policies.values import Undecided

_GROUP = "dbSubnetGroupName"
_CLOSED = ("private", "isolated")
_LEAST_ZONES = 2
_STRICT_STACKS = ("prod",)  # elsewhere an outage of one zone may stop the database


def _subnet_problems(server: Resource, graph: Graph) -> Iterator[Problem]:
    if _GROUP not in server.inputs:
        if not _stands_with_another(server, graph):
            yield Problem(_GROUP, "without a subnet group the database stands in the default VPC")
        return
    group = graph.resolve(server, _GROUP, tokens.DATABASE_SUBNETS)
    if group is None:
        yield Problem(_GROUP, f"the subnet group {server.props[_GROUP]} is not part of this stack")
        return
    for stranger in strangers(group, "subnetIds", graph, tokens.SUBNET):
        yield Problem(None, f"the subnet {stranger} of {group.name} is not part of this stack")
    subnets = graph.references(group, "subnetIds", tokens.SUBNET)
    yield from decide(subnets, lambda subnet: _openness(subnet, graph))
    yield from _zone_problems(subnets, group)


def _stands_with_another(server: Resource, graph: Graph) -> bool:
    """Whether its subnet group is another's: a cluster's, or that of a replica's source."""
    return server.type == tokens.DATABASE_CLUSTER_INSTANCE or source_of(server, graph) is not None


def _openness(subnet: Resource, graph: Graph) -> Iterator[Problem]:
    kind = declared_kind(subnet, graph)
    if kind not in _CLOSED:
        yield Problem(None, f"the subnet {subnet.name} is {kind or 'not declared private or isolated'}")
    elif is_public(subnet, graph):
        yield Problem(None, f"the subnet {subnet.name} has a route to the internet")


def _zone_problems(subnets: tuple[Resource, ...], group: Resource) -> Iterator[Problem]:
    zones: set[str] = set()
    hidden: list[Undecided] = []
    for subnet in subnets:
        try:
            if (zone := subnet.props.get("availabilityZone") or subnet.props.get("availabilityZoneId")) is None:
                raise subnet.undecided("availabilityZone")  # AWS chooses one
            zones.add(zone)
        except Undecided as error:
            hidden.append(error)
    if len(zones) < _LEAST_ZONES:
        if hidden:
            raise Undecided(*(place for error in hidden for place in error.places))
        yield Problem(None, f"the subnets of {group.name} are in {len(zones)} zone, not in {_LEAST_ZONES} or more")


def _standby_problems(database: Resource, graph: Graph) -> Iterator[Problem]:
    if database.type == tokens.DATABASE_INSTANCE:
        if database.props.get("multiAz") is not True:
            yield Problem("multiAz", "an outage of one zone stops the database: it has no standby")
    elif is_aurora(database):
        members = instances_of(database, graph)
        zones = [member.props.get("availabilityZone") for member in members]
        if len(members) >= _LEAST_ZONES and (None in zones or len(set(zones)) >= _LEAST_ZONES):
            return
        if members.undecided:
            raise Undecided(*members.undecided)
        where = "in one zone" if len(members) >= _LEAST_ZONES else ""
        yield Problem(None, f"the cluster has {len(members)} instances {where}".strip() + ": nothing takes over")
    elif not database.inputs.get("dbClusterInstanceClass"):
        yield Problem("dbClusterInstanceClass", "the cluster is neither Aurora nor a Multi-AZ cluster")


def _needs_standby(database: Resource, _: Graph) -> bool:
    return database.stack in _STRICT_STACKS and not is_replica(database)


def _subnet(name: str, zone: object, kind: str | None = "isolated", **more: object) -> Node:
    tags = {"tier-kind": kind} if kind else {}
    return Node(tokens.SUBNET, name, {"vpcId": Ref("main"), "availabilityZone": zone, "tags": tags} | more)


def _group(*subnets: object) -> Node:
    return Node(tokens.DATABASE_SUBNETS, "data", {"name": "data", "subnetIds": list(subnets)})


def _example(*nodes: Node, subnets: tuple[object, ...] = (Ref("a"), Ref("b"))) -> Example:
    return (_VPC, *(nodes or (_A, _B)), _group(*subnets), _PLACED)


_VPC = Node(tokens.VPC, "main")
_A, _B = _subnet("a", "eu-central-1a"), _subnet("b", "eu-central-1b")
_PLACED = cluster(dbSubnetGroupName=Ref("data"))
_OPEN = (
    Node(tokens.INTERNET_GATEWAY, "igw"),
    Node(tokens.ROUTE_TABLE, "table", {"routes": [{"cidrBlock": "0.0.0.0/0", "gatewayId": "igw-1"}]}),
    Node(tokens.ROUTE_TABLE_ASSOCIATION, "link", {"subnetId": Ref("a"), "routeTableId": Ref("table")}),
)
_OPEN_BY_DEFAULT = (
    _OPEN[0],
    replace(_OPEN[1], type=tokens.DEFAULT_ROUTE_TABLE, props={**_OPEN[1].props, "defaultRouteTableId": Ref("main")}),
)
_MULTI_AZ = {"engine": "postgres", "dbClusterInstanceClass": "db.m6gd.large"}

RULES = (
    Rule(
        id="RDS-02",
        name="database-stands-in-private-subnets",
        summary="Every database stands in private or isolated subnets of this stack, in two zones or more.",
        severity=Severity.CRITICAL,
        pack=Pack.ACCESS_CONTROL,
        types=SERVERS,
        reads=(
            _GROUP,
            "subnetIds",
            "availabilityZone",
            "tags",
            "routeTableId",
            "gatewayId",
            "availabilityZoneId",
            "replicateSourceDb",
            "replicationSourceIdentifier",
            "subnetId",
            "vpcId",
            "defaultRouteTableId",
        ),
        controls=(*pci("L", "1.3.1", "1.4.1"), *unverified("soc2", "CC6.6")),
        remedy="Name an rds.SubnetGroup of the isolated subnets of components.Network.",
        problems=_subnet_problems,
        needs_graph=True,
        passes=(
            _example(),
            _example(_subnet("a", "eu-central-1a", "private"), _B),
            _example(*(_subnet(name, None, availabilityZoneId=f"euc1-az{name}") for name in "ab")),
            (*_example(), Node(tokens.DATABASE_CLUSTER, "follower", {"replicationSourceIdentifier": "ledger"})),
            (*_example()[:-1], instance(dbSubnetGroupName="data")),
            (*_example(), member()),
            (*_example(), member(dbSubnetGroupName="data")),
            (
                *_example()[:-1],
                instance(dbSubnetGroupName="data"),
                Node(tokens.DATABASE_INSTANCE, "copy", {"replicateSourceDb": "ledger"}),
            ),
        ),
        fails=(
            (cluster(),),
            (instance(),),
            (instance(replicateSourceDb="elsewhere"),),
            (cluster(replicationSourceIdentifier="elsewhere"),),
            (cluster(dbSubnetGroupName="elsewhere"), _group()),
            _example(subnets=(Ref("a"),)),
            _example(subnets=()),
            _example(_A, _subnet("b", "eu-central-1a")),
            _example(_A, _subnet("b", "eu-central-1b", "public")),
            _example(_A, _subnet("b", "eu-central-1b", None)),
            _example(_A, _subnet("b", "eu-central-1b", "Private")),
            _example(subnets=(Ref("a"), Ref("b"), "subnet-elsewhere")),
            _example(_A, _B, *_OPEN),
            _example(_A, _subnet("b", "eu-central-1b", vpcId="vpc-elsewhere"), *_OPEN_BY_DEFAULT),
        ),
        undecided=(
            _example(subnets=(Ref("a"), Ref("b"), Ref("nowhere"))),
            _example(_A, _subnet("b", None)),
            (cluster(dbSubnetGroupName=Ref("nowhere")),),
        ),
    ),
    Rule(
        id="RDS-12",
        name="production-database-has-a-standby",
        summary="In production every database has a standby or a second instance in another zone.",
        severity=Severity.MEDIUM,
        pack=Pack.OPERATIONS,
        types=DATABASES,
        reads=(
            "engine",
            "multiAz",
            "clusterIdentifier",
            "availabilityZone",
            "dbClusterInstanceClass",
            "replicateSourceDb",
            "replicationSourceIdentifier",
        ),
        controls=(*cis((), ("2.2.4",)), *unverified("soc2", "A1.2")),
        remedy="Add a second rds.ClusterInstance, or set multi_az=True.",
        problems=_standby_problems,
        applies=_needs_standby,
        needs_graph=True,
        passes=(
            (instance(multiAz=True),),
            (cluster(), member(), member("ledger-1")),
            (cluster(), member(cluster="ledger"), member("ledger-1"), member("other", Ref("nowhere"))),
            (
                cluster(),
                member(availabilityZone="eu-central-1a"),
                member("ledger-1", availabilityZone="eu-central-1b"),
            ),
            (cluster(**_MULTI_AZ),),
        ),
        fails=(
            (instance(),),
            (instance(multiAz=False),),
            (cluster(),),
            (cluster(), member()),
            (cluster(), member(), member("other", "another")),
            (
                cluster(),
                member(availabilityZone="eu-central-1a"),
                member("ledger-1", availabilityZone="eu-central-1a"),
            ),
            (cluster(engine="postgres"),),
        ),
        undecided=(
            (cluster(), member(), member("ledger-1", Ref("nowhere"))),
            (instance(multiAz=Ref("nowhere")),),
            (cluster(engine="postgres", dbClusterInstanceClass=Ref("nowhere")),),
        ),
        ignores=(
            (instance(replicateSourceDb="other"),),
            (cluster(replicationSourceIdentifier="other"),),
        ),
    ),
)
