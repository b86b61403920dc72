"""What joins this network to another one, or lets others in as a service."""

from collections.abc import Iterator, Mapping

from platformctl.review.compared import Compared, label, raw, text
from platformctl.review.model import Item
from policies import tokens

# By type: what it comes to, and the properties that say with whom.
_JOINS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    tokens.PEERING: ("joins this network to another", ("vpcId", "peerVpcId", "peerOwnerId", "peerRegion")),
    tokens.PEERING_ACCEPTER: ("accepts that another network is joined to this one", ("vpcPeeringConnectionId",)),
    "aws:ec2transitgateway/vpcAttachment:VpcAttachment": ("joins a transit gateway", ("transitGatewayId", "vpcId")),
    "aws:ec2/vpnConnection:VpnConnection": ("joins this network to another by VPN", ("customerGatewayId",)),
    "aws:ec2clientvpn/endpoint:Endpoint": ("lets people in by VPN", ("clientCidrBlock",)),
    "aws:ec2/vpcEndpointService:VpcEndpointService": ("offers a service to other networks", ("allowedPrincipals",)),
    "aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple": (
        "lets somebody use an endpoint service",
        ("principalArn",),
    ),
    "aws:directconnect/gatewayAssociation:GatewayAssociation": ("joins a direct connection", ("dxGatewayId",)),
    "aws:ram/principalAssociation:PrincipalAssociation": ("shares resources with somebody", ("principal",)),
    tokens.INTERNET_GATEWAY: ("joins the VPC to the internet", ("vpcId",)),
    tokens.LISTENER: ("listens", ("port", "protocol", "loadBalancerArn")),
    tokens.VPC_ENDPOINT: ("reaches a service of AWS, or of others, from inside", ("serviceName", "vpcEndpointType")),
}


def joins(compared: Compared) -> Iterator[Item]:
    """One item for each that is new, or joins something else than before."""
    for pair in compared.pairs(*_JOINS):
        if pair.after is None:
            continue
        words, keys = _JOINS[pair.type]
        if pair.before is None:
            details = (f"{key}: {_shown(compared, pair.urn, key)}" for key in keys if raw(pair.after, key) is not None)
            yield compared.item(pair.urn, words, *details)
            continue
        changed = [
            f"{key}: {text(was)} → {text(now)}"
            for key in keys
            if (was := raw(pair.before, key)) != (now := raw(pair.after, key)) and pair.urn in compared.changes
        ]
        if changed:
            yield compared.item(pair.urn, words, *changed)


def _shown(compared: Compared, urn: str, key: str) -> str:
    """The value, or what it is taken from while it is not known."""
    resource = compared.after.by_urn[urn]
    makers = [
        compared.after.by_urn[maker]
        for maker in resource.property_dependencies.get(key, ())
        if maker in compared.after.by_urn
    ]
    return ", ".join(map(label, makers)) if makers else text(raw(resource, key))
