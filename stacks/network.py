"""The network that everything runs in."""

from pulumi import ResourceOptions
from pulumi_aws import Provider

from components.network import Network, NetworkArgs, NetworkTier
from stacks.audit import Audit
from stacks.settings import Settings


def deploy_network(settings: Settings, aws: Provider, audit: Audit) -> Network:
    """The VPC, whose traffic and DNS queries are logged into the audit layer's archive."""
    network = settings.network
    nat_zones = {"none": (), "single": (network.nat.zone,), "per_zone": network.zones}[network.nat.mode]
    args = NetworkArgs(
        account_id=settings.account.id,
        region=settings.account.region,
        cidr=network.cidr,
        zones=network.zones,
        tiers={name: NetworkTier(**tier.model_dump()) for name, tier in network.tiers.items()},
        nat_zones=tuple(zone for zone in nat_zones if zone),
        nat_fallback=network.nat.zone,
        gateway_endpoints=network.endpoints.gateway,
        interface_endpoints=network.endpoints.interface,
        endpoint_tier=network.endpoints.tier,
        dual_stack=network.dual_stack,
        cluster_name=network.cluster_name,
        log_bucket_arn=audit.archive.arn,
        protect=settings.policy.protect_stateful,
    )
    return Network("network", args, ResourceOptions(provider=aws))
