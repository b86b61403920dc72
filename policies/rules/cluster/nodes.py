"""Nodes stand where nothing comes in, and nobody logs in to them."""

from collections.abc import Iterator
from dataclasses import replace

from policies import tokens
from policies.controls import cis_eks, pci, unverified
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.cluster.examples import node_group
from policies.rules.cluster.templates import launch_template
from policies.rules.links import strangers
from policies.rules.network.tiers import declared_kind, is_public


def _problems(group: Resource, graph: Graph) -> Iterator[Problem]:
    parts = (_login_problems, _subnet_problems)
    yield from decide(parts, lambda part: part(group, graph))


def _login_problems(group: Resource, graph: Graph) -> Iterator[Problem]:
    remote = group.props.get("remoteAccess")
    if remote is not None and remote.get("ec2SshKey"):
        yield Problem("remoteAccess", "a key opens a shell on its nodes")
    template = launch_template(group, graph)
    if template is not None and template.props.get("keyName"):
        yield Problem("launchTemplate", f"a key opens a shell on its nodes: that of {template.name}")


def _subnet_problems(group: Resource, graph: Graph) -> Iterator[Problem]:
    for stranger in strangers(group, "subnetIds", graph, tokens.SUBNET):
        yield Problem("subnetIds", f"the subnet {stranger} is not part of this stack")
    yield from decide(graph.references(group, "subnetIds", tokens.SUBNET), lambda subnet: _openness(subnet, graph))


def _openness(subnet: Resource, graph: Graph) -> Iterator[Problem]:
    if declared_kind(subnet, graph) == "public" or is_public(subnet, graph):
        yield Problem("subnetIds", f"the subnet {subnet.name} has a way in from the internet")
    elif subnet.props.get("mapPublicIpOnLaunch") is True:
        yield Problem("subnetIds", f"nodes in the subnet {subnet.name} get an address on the internet")


def _subnet(name: str = "a", **properties: object) -> Node:
    return Node(tokens.SUBNET, name, {"vpcId": Ref("main")} | properties)


def _in(*nodes: Node, subnets: object = (Ref("a"),), **properties: object) -> Example:
    listed = list(subnets) if isinstance(subnets, tuple) else subnets
    return (_VPC, *(nodes or (_subnet(),)), node_group(subnetIds=listed, **properties))


_VPC = Node(tokens.VPC, "main")
_OPEN = (
    Node(tokens.INTERNET_GATEWAY, "igw"),
    Node(tokens.ROUTE_TABLE, "table", {"routes": [{"cidrBlock": "0.0.0.0/0", "gatewayId": "igw-1"}]}),
    Node(tokens.ROUTE_TABLE_ASSOCIATION, "link", {"subnetId": Ref("a"), "routeTableId": Ref("table")}),
)
_OPEN_BY_DEFAULT = (
    _OPEN[0],
    replace(_OPEN[1], type=tokens.DEFAULT_ROUTE_TABLE, props={**_OPEN[1].props, "defaultRouteTableId": Ref("main")}),
)
_LOGIN = Node(tokens.LAUNCH_TEMPLATE, "template", {"keyName": "ops"})

RULES = (
    Rule(
        id="EKS-07",
        name="nodes-are-private",
        summary="Node groups stand in private subnets, and no key opens a shell on a node.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.EKS_NODE_GROUP,),
        reads=(
            "subnetIds",
            "remoteAccess",
            "launchTemplate",
            "keyName",
            "tags",
            "gatewayId",
            "mapPublicIpOnLaunch",
            "routeTableId",
            "subnetId",
            "vpcId",
            "defaultRouteTableId",
        ),
        controls=(*pci("L", "1.3.1", "1.4.2"), *cis_eks("5.4.3"), *unverified("soc2", "CC6.6")),
        remedy="Name subnets of a private tier of components.Network, and leave out remote_access and key_name.",
        problems=_problems,
        needs_graph=True,
        passes=(
            _in(),
            _in(_subnet(tags={"tier-kind": "private"}), _subnet("b"), subnets=(Ref("a"), Ref("b"))),
            _in(remoteAccess={}),
            _in(remoteAccess={"ec2SshKey": ""}),
            _in(_subnet(), Node(tokens.LAUNCH_TEMPLATE, "template"), launchTemplate={"id": Ref("template")}),
        ),
        fails=(
            _in(_subnet(), *_OPEN),
            _in(_subnet(), *_OPEN_BY_DEFAULT),
            _in(_subnet(), _subnet("b", tags={"tier-kind": "public"}), subnets=(Ref("a"), Ref("b"))),
            _in(_subnet(mapPublicIpOnLaunch=True)),
            _in(subnets=("subnet-elsewhere",)),
            _in(remoteAccess={"ec2SshKey": "ops"}),
            _in(remoteAccess={"ec2SshKey": "ops", "sourceSecurityGroupIds": ["sg-1"]}),
            _in(_subnet(), _LOGIN, launchTemplate={"id": Ref("template"), "version": "1"}),
            _in(
                _subnet(),
                Node(tokens.LAUNCH_TEMPLATE, "t", {"name": "t", "keyName": "k"}),
                launchTemplate={"name": "t"},
            ),
        ),
        undecided=(
            _in(subnets=Ref("nowhere")),
            _in(subnets=(Ref("a"), Ref("nowhere"))),
            _in(remoteAccess=Ref("nowhere")),
        ),
    ),
)
