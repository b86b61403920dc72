"""What the environment offers to its services, gathered from the layers before them."""

from collections.abc import Mapping

from components.account_names import bucket_name
from components.networks.layout import TierBlock, subnets
from components.services.surroundings import (
    Blocks,
    DatabaseFacts,
    NodePool,
    QueueFacts,
    SecretFacts,
    Surroundings,
    WayIn,
)
from components.tags import PciScope
from components.web_firewall import WebFirewall
from components.work_queue import WorkQueueArgs
from stacks.cluster import Cluster
from stacks.data import Data
from stacks.delivery import Delivery
from stacks.settings import Settings

_SCOPE_LABEL = "platform/pci-scope"  # of nodes that are kept for a scope


def surroundings(
    settings: Settings,
    data: Data,
    queues: Mapping[str, WorkQueueArgs],
    cluster: Cluster,
    delivery: Delivery,
    firewall: WebFirewall,
) -> Surroundings:
    """What is known before anything is deployed stands as text, so that previews and policies can read it."""
    account, services = settings.account, settings.services
    return Surroundings(
        environment=settings.environment,
        account_id=account.id,
        region=account.region,
        cluster_name=settings.cluster.name,
        zones=len(settings.network.zones),
        node_pools=_node_pools(settings),
        registry=f"{account.id}.dkr.ecr.{account.region}.amazonaws.com",
        prometheus_url=delivery.prometheus_url,
        telemetry_url=delivery.otlp_endpoint,
        reader_role_arn=delivery.secret_reader_role_arn,
        blocks=_blocks(settings),
        way_in=WayIn(
            ingress_class=delivery.ingress_class,
            certificate_arn=services.certificate_arn,
            web_acl_arn=firewall.arn,
            access_log_bucket=bucket_name(account.organisation, settings.environment, "access-logs", account.id),
        ),
        cluster_group_id=cluster.eks.security_group_id,
        database_clients_group_id=data.clients.security_group_id,
        databases={
            name: DatabaseFacts(endpoint=one.endpoint, port=one.port, database=one.database)
            for name, one in data.databases.items()
        },
        queues={
            name: QueueFacts(arn=one.arn_of(), url=one.url, data_class=one.data_class) for name, one in queues.items()
        },
        secrets={
            name: SecretFacts(secret_name=f"{settings.environment}/{one.service}/{name}", data_class=one.data_class)
            for name, one in settings.secrets.credentials.items()
        },
    )


def _node_pools(settings: Settings) -> Mapping[PciScope, NodePool]:
    """Nodes that carry the label of a scope are kept for it; by a taint, nothing else runs there."""
    scopes: tuple[PciScope, ...] = ("out", "connected", "cde")
    return {
        scope: NodePool(_SCOPE_LABEL, scope, any(taint.key == _SCOPE_LABEL for taint in group.taints))
        for group in settings.cluster.node_groups.values()
        for scope in scopes
        if group.labels.get(_SCOPE_LABEL) == scope
    }


def _blocks(settings: Settings) -> Blocks:
    """By what stands in the tiers; load balancers that are not public stand in any private one."""
    network = settings.network
    laid = subnets(
        network.cidr,
        network.zones,
        {name: TierBlock(tier.prefix, tier.slot) for name, tier in network.tiers.items()},
    )

    def of(*names: str) -> tuple[str, ...]:
        return tuple(str(block.cidr) for (_, tier), block in sorted(laid.items()) if tier in names)

    kinds = {
        kind: [name for name, tier in network.tiers.items() if tier.kind == kind] for kind in ("public", "private")
    }
    return Blocks(
        databases=of(settings.data.tier),
        endpoints=of(network.endpoints.tier or ""),
        public=of(*kinds["public"]),
        internal=of(*kinds["private"]),
        egress={host: tuple(map(str, blocks)) for host, blocks in settings.services.egress.items()},
    )
