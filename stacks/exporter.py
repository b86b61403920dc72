"""What makes the series of the platform's own service levels (stacks/slo.py), and what it watches for them."""

from pulumi import ResourceOptions
from pulumi_aws import Provider

from components.account_names import bucket_name
from components.databases.topology import Cluster as DatabaseCluster
from components.evidence.streams import prefix
from components.exporter.observed import Observed, ObservedDatabase
from components.platform_exporter import PlatformExporter, PlatformExporterArgs
from components.waiting import after
from stacks.cluster import Cluster
from stacks.delivery import EXPORTER_IMAGE, Delivery, in_cluster, registry
from stacks.sections.data import topology
from stacks.settings import PROJECT, Settings


def deploy_exporter(settings: Settings, aws: Provider, cluster: Cluster, delivery: Delivery) -> None:
    """In the namespace of what measures, whose ways to AWS it shares."""
    given = in_cluster(settings, cluster)
    PlatformExporter(
        "exporter",
        PlatformExporterArgs(
            namespace=delivery.namespaces["platform-telemetry"].name,
            labels=given["labels"],
            cluster=given["cluster"],
            cluster_name=given["cluster_name"],
            image=f"{registry(settings)}/{EXPORTER_IMAGE}",
            digest=settings.delivery.exporter.digest,
            observed=observed(settings),
            key_alias=f"{settings.environment}-audit",
        ),
        ResourceOptions.merge(ResourceOptions(providers=[aws, cluster.kubernetes]), after(*delivery.ready)),
    )


def observed(settings: Settings) -> Observed:
    """Every database, every vault with its copy, and the archive: by names that are known before they exist."""
    account, environment = settings.account, settings.environment
    vaults = {f"{environment}-{name}": account.region for name in settings.recovery.classes}
    copies = {f"{vault}-copy": account.recovery_region for vault in vaults}
    postgres = prefix("postgres", account.id)
    return Observed(
        account=account.id,
        region=account.region,
        project=PROJECT,
        stack=environment,
        databases={
            name: ObservedDatabase(
                identifier=f"{environment}-{name}", is_cluster=isinstance(topology(one), DatabaseCluster)
            )
            for name, one in settings.data.databases.items()
        },
        vaults={**vaults, **copies},
        archive=bucket_name(account.organisation, environment, "archive", account.id),
        trail=environment,
        trail_prefix=prefix("trail", account.id).rstrip("/"),
        streams=(
            f"{prefix('kubernetes', account.id)}kubernetes/",
            *(f"{postgres}postgres-{name}/" for name in settings.data.databases),
        ),
        records_prefix=f"{prefix('deployments', account.id)}{PROJECT}/{environment}/",
    )
