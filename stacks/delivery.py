"""What services are delivered with: who may do what in the cluster, what it admits, and the controllers."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pulumi import Resource, ResourceOptions
from pulumi_aws import Provider

from components.account_names import platform_role_arn
from components.admission_policies import AdmissionPolicies, AdmissionPoliciesArgs, AdmissionPolicyArgs
from components.alerting.told import SEVERITIES, Hours, Owner, Told
from components.canary_controller import CanaryController, CanaryControllerArgs
from components.charts.versions import CHARTS, images_by_namespace
from components.cluster_access import ClusterAccess, ClusterAccessArgs
from components.cluster_network import ClusterNetwork
from components.collectors import ServiceLogs
from components.ingress_controller import INGRESS_CLASS, IngressController, IngressControllerArgs
from components.labels import Labels
from components.namespace import Namespace, NamespaceArgs
from components.namespace_quota import NamespaceQuota
from components.network import Network
from components.notification_topic import NotificationTopic
from components.pod_role import ClusterFacts
from components.secret_controller import SecretController, SecretControllerArgs, reader_role_arn
from components.service_level import ServiceLevels, ServiceLevelsArgs
from components.telemetry import OTLP_ENDPOINT, PROMETHEUS_URL, Telemetry, TelemetryArgs
from components.waiting import after
from policies.admission import policies  # the one exception to stacks knowing no policies: docs/decisions/0020
from stacks.cluster import Cluster
from stacks.dashboards import deploy_dashboards
from stacks.keys import Keys, disk_class
from stacks.notifications import TOPICS_CLASS, Urgency, topic_arn
from stacks.settings import Settings
from stacks.slo import PLATFORM_LEVELS


@dataclass(frozen=True)
class Delivery:
    """What services need of it.

    namespaces: of the platform, by name. prometheus_url: asked by analyses. otlp_endpoint: where services send
    traces to. ingress_class: of every Ingress. secret_reader_role_arn: takes a service's role to read its secrets.
    ready: what services wait for, so that their kinds exist and what they ask for is admitted or refused.
    """

    namespaces: Mapping[str, Namespace]
    prometheus_url: str
    otlp_endpoint: str
    ingress_class: str
    secret_reader_role_arn: str
    ready: tuple[Resource, ...]


def deploy_delivery(
    settings: Settings,
    aws: Provider,
    keys: Keys,
    topics: Mapping[Urgency, NotificationTopic],
    network: Network,
    cluster: Cluster,
) -> Delivery:
    """Access and admission first, then the controllers, each in a namespace of its own."""
    inside = ResourceOptions(provider=cluster.kubernetes)
    labels = _labels(settings)
    access = ClusterAccess("access", ClusterAccessArgs(labels=labels), inside)
    admission = AdmissionPolicies("admission", _admission(settings, labels), inside)
    guarded = (*access.bindings, *admission.bindings)
    opts = ResourceOptions.merge(ResourceOptions(providers=[aws, cluster.kubernetes]), after(*guarded))
    spaces = {name: Namespace(name, _space(settings, name), opts) for name in _NAMESPACES}
    common = in_cluster(settings, cluster)
    telemetry = Telemetry(
        "telemetry",
        TelemetryArgs(
            namespace=spaces["platform-telemetry"].name,
            disk_key_arn=keys.home[disk_class(settings, settings.cluster.tier)].arn,
            retention_days=settings.delivery.prometheus.retention_days,
            storage_gib=settings.delivery.prometheus.storage_gib,
            told=_told(settings),
            topics_key=f"{settings.environment}-{TOPICS_CLASS}",
            collector_image=f"{registry(settings)}/{_COLLECTOR}",
            collector_digest=settings.delivery.collector.digest,
            logs=_logs(settings, keys),
            **common,
        ),
        ResourceOptions.merge(opts, after(*topics.values())),
    )
    deploy_dashboards(settings, spaces["platform-dashboards"].name, common, telemetry.releases, opts)
    monitored = ResourceOptions.merge(opts, after(*telemetry.releases))
    ServiceLevels("platform-slo", _platform_levels(spaces["platform-telemetry"], labels), monitored)
    canary = CanaryController(
        "rollouts",
        CanaryControllerArgs(
            namespace=spaces["platform-rollouts"].name, webhook_url=settings.delivery.release_webhook, **common
        ),
        monitored,
    )
    secrets = SecretController(
        "external-secrets", SecretControllerArgs(namespace=spaces["platform-secrets"].name, **common), monitored
    )
    ingress = IngressController(
        "ingress",
        IngressControllerArgs(
            namespace=spaces["platform-ingress"].name,
            vpc_id=network.vpc_id,
            tags={"owner": settings.tags.owner, "environment": settings.environment},
            **common,
        ),
        monitored,
    )
    return Delivery(
        namespaces=spaces,
        prometheus_url=PROMETHEUS_URL,
        otlp_endpoint=OTLP_ENDPOINT,
        ingress_class=INGRESS_CLASS,
        secret_reader_role_arn=reader_role_arn(settings.account.id, settings.environment),
        ready=(*telemetry.releases, canary.release, secrets.release, ingress.release),
    )


def facts(delivery: Delivery) -> dict[str, Any]:
    """What people need to know of it."""
    return {
        "prometheus_url": delivery.prometheus_url,
        "charts": {chart.called: {"chart": chart.version, "app": chart.app_version} for chart in CHARTS},
        "namespaces": {name: one.name for name, one in delivery.namespaces.items()},
    }


_COLLECTOR = "billing/telemetry-collector"  # in the registry of the account, as the images of services
EXPORTER_IMAGE = "billing/platform-exporter"
_NAMESPACES = tuple(dict.fromkeys(chart.namespace for chart in CHARTS))


def _platform_levels(space: Namespace, labels: Labels) -> ServiceLevelsArgs:
    own = labels.of("slo")
    return ServiceLevelsArgs(called="platform-slo", namespace=space.name, labels=own, levels=PLATFORM_LEVELS)


def _labels(settings: Settings) -> Labels:
    tags = settings.tags
    return Labels(
        owner=tags.owner, environment=settings.environment, data_class=tags.data_class, pci_scope=tags.pci_scope
    )


def _space(settings: Settings, name: str) -> NamespaceArgs:
    tags = settings.tags
    measures = NamespaceQuota(cpu_cores=8, memory_gib=24, pods=20, volumes=4)
    return NamespaceArgs(
        name=name,
        owner=tags.owner,
        environment=settings.environment,
        data_class=tags.data_class,
        pci_scope=tags.pci_scope,
        quota=measures if name == "platform-telemetry" else NamespaceQuota(cpu_cores=4, memory_gib=8, pods=12),
        controllers=(),
    )


def in_cluster(settings: Settings, cluster: Cluster) -> dict[str, Any]:
    """What every part of the platform in the cluster is told."""
    account, name = settings.account, settings.cluster.name
    return {
        "labels": _labels(settings),
        "cluster": ClusterFacts(
            name=name,
            arn=f"arn:aws:eks:{account.region}:{account.id}:cluster/{name}",
            account_id=account.id,
            region=account.region,
        ),
        "cluster_name": cluster.eks.name,
        "network": ClusterNetwork(vpc_cidr=str(settings.network.cidr), service_cidr=str(settings.cluster.service_cidr)),
    }


def registry(settings: Settings) -> str:
    return f"{settings.account.id}.dkr.ecr.{settings.account.region}.amazonaws.com"


def _told(settings: Settings) -> Told:
    account, alerts, hours = settings.account, settings.delivery.alerts, settings.delivery.alerts.ticket_hours
    return Told(
        environment=settings.environment,
        region=account.region,
        owners={name: Owner(webhooks=one.webhooks) for name, one in alerts.owners.items()},
        fallback=settings.tags.owner,
        topics={one: topic_arn(settings, one) for one in SEVERITIES},
        heartbeat_url=alerts.heartbeat_url,
        heartbeat_s=alerts.heartbeat_s,
        hours=Hours(start=hours.start, end=hours.end, zone=hours.zone),
    )


def _logs(settings: Settings, keys: Keys) -> ServiceLogs:
    days = settings.delivery.collector.log_days
    return ServiceLogs(days=days, key_arns={one: keys.home[one].arn for one in days})


def _admission(settings: Settings, labels: Labels) -> AdmissionPoliciesArgs:
    account, environment = settings.account, settings.environment
    images = images_by_namespace()
    ours = tuple(f"{registry(settings)}/{name}" for name in (_COLLECTOR, EXPORTER_IMAGE))
    images["platform-telemetry"] = (*images["platform-telemetry"], *ours)
    wanted = policies(
        registry=registry(settings),
        platform_images=images,
        service_role_prefix=platform_role_arn(account.id, f"{environment}-"),
    )
    return AdmissionPoliciesArgs(labels=labels, policies=tuple(AdmissionPolicyArgs(**asdict(one)) for one in wanted))
