"""Machines get no address on the internet from what starts them."""

from collections.abc import Callable, Iterator

from policies import tokens
from policies.controls import pci, soc2
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.values import Block

# Unset leaves it to the subnet, which NET-09 judges. A carrier's address is one on the internet, by a mobile network.
_ASKS = ("associatePublicIpAddress", "associateCarrierIpAddress")
_YES = (True, "true")  # launch templates take text


def _interfaces(machine: Resource) -> list[Block]:
    return machine.props.blocks("networkInterfaces")


def _itself(machine: Resource) -> list[Block]:
    return [machine.props]


def _launches(fleet: Resource) -> list[Block]:
    return fleet.props.blocks("launchSpecifications")


def _spec(node_class: Resource) -> list[Block]:
    return [node_class.props.block("spec")]


_PLACES: dict[str, Callable[[Resource], list[Block]]] = {
    tokens.LAUNCH_TEMPLATE: _interfaces,
    tokens.LAUNCH_CONFIGURATION: _itself,
    tokens.INSTANCE: _itself,
    tokens.SPOT_INSTANCE: _itself,
    tokens.SPOT_FLEET: _launches,
    tokens.NODE_CLASS: _spec,
}


def _problems(machine: Resource, _: Graph) -> Iterator[Problem]:
    asks = (*_ASKS, "associatePublicIPAddress")  # as Karpenter spells it
    cases = [(block, ask) for block in _PLACES[machine.type](machine) for ask in asks]
    yield from decide(cases, lambda case: _asked(*case))


def _asked(block: Block, ask: str) -> Iterator[Problem]:
    if block.get(ask) in _YES:
        yield Problem(block.at(ask), "what it starts gets an address on the internet")


def _template(**interface: object) -> Example:
    return (Node(tokens.LAUNCH_TEMPLATE, "nodes", {"networkInterfaces": [{"deviceIndex": 0}, interface]}),)


def _machine(kind: str, **properties: object) -> Example:
    return (Node(kind, "machine", properties),)


RULES = (
    Rule(
        id="NET-15",
        name="machine-asks-for-no-public-address",
        summary="No launch template, and nothing else that starts machines, gives them an address on the internet.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=tuple(_PLACES),
        reads=("networkInterfaces", "launchSpecifications", "spec", *_ASKS, "associatePublicIPAddress"),
        controls=(*pci("L", "1.3.1", "1.4.2"), *soc2("CC6.6")),
        remedy="Leave out associate_public_ip_address; reach machines through load balancers and Session Manager.",
        problems=_problems,
        passes=(
            (Node(tokens.LAUNCH_TEMPLATE, "nodes"),),
            _template(associatePublicIpAddress="false"),
            _template(associatePublicIpAddress=False),
            _machine(tokens.LAUNCH_CONFIGURATION),
            _machine(tokens.INSTANCE, associatePublicIpAddress=False),
            _machine(tokens.SPOT_FLEET, launchSpecifications=[{"ami": "ami-1"}]),
            _machine(tokens.NODE_CLASS, spec={"associatePublicIPAddress": False}),
        ),
        fails=(
            _template(associatePublicIpAddress="true"),
            _template(associatePublicIpAddress=True),
            _template(associateCarrierIpAddress="true"),
            _machine(tokens.LAUNCH_CONFIGURATION, associatePublicIpAddress=True),
            _machine(tokens.INSTANCE, associatePublicIpAddress=True),
            _machine(tokens.SPOT_INSTANCE, associatePublicIpAddress=True),
            _machine(tokens.SPOT_FLEET, launchSpecifications=[{}, {"associatePublicIpAddress": True}]),
            _machine(tokens.NODE_CLASS, spec={"associatePublicIPAddress": True}),
        ),
        undecided=(
            _template(associatePublicIpAddress=Ref("nowhere")),
            _machine(tokens.LAUNCH_TEMPLATE, networkInterfaces=Ref("nowhere")),
            _machine(tokens.INSTANCE, associatePublicIpAddress=Ref("nowhere")),
        ),
    ),
)
