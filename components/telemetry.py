"""What measures the cluster and tells people: Prometheus, by which releases are judged, its alerts, and collectors."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pulumi import ComponentResource, Input, ResourceOptions
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.helm import v3 as helm
from pulumi_kubernetes.storage import v1 as storage

from components.alerting.configuration import configuration
from components.alerting.platform_rules import platform_rules
from components.alerting.told import Told
from components.charts import alertmanager, collectors, prometheus
from components.charts.versions import PROMETHEUS
from components.cluster_network import DASHBOARDS, TELEMETRY, ClusterNetwork, metrics_scraped
from components.collectors import OTLP_ENDPOINT, Collectors, CollectorsArgs, ServiceLogs
from components.controller_grants import CONTROLLERS
from components.deploy_access import DeploySecret, DeploySecretArgs
from components.deploy_grants import ALERTMANAGER_ROLE
from components.key_permissions import key_use
from components.labels import Labels
from components.network_policies import allow_in, in_namespace
from components.platform_controller import PlatformController, PlatformControllerArgs, pod_labels
from components.pod_role import ClusterFacts, PodRoleArgs
from components.policy_document import Statement
from components.waiting import after

__all__ = ["OTLP_ENDPOINT", "PROMETHEUS_URL", "Telemetry", "TelemetryArgs"]
PROMETHEUS_URL = f"http://{prometheus.NAME}-prometheus.{TELEMETRY}.svc:{prometheus.PORT}"
STORAGE_CLASS = "encrypted"


@dataclass(frozen=True, kw_only=True)
class TelemetryArgs:
    """`namespace`: an output that waits for it. `disk_key_arn`: of volumes, which the EBS driver may use. `told`: whom
    alerts are told to; `topics_key`: alias of the key that its topics are encrypted with. `collector_image`,
    `collector_digest`: built from collector/.
    """

    namespace: Input[str]
    labels: Labels
    cluster: ClusterFacts
    cluster_name: Input[str]
    network: ClusterNetwork
    disk_key_arn: Input[str]
    retention_days: int
    storage_gib: int
    told: Told
    topics_key: str
    collector_image: str
    collector_digest: str
    logs: ServiceLogs


class Telemetry(ComponentResource):
    """Prometheus and Alertmanager, the platform's own alerts, then the collectors; after its releases monitors of
    services can be made.
    """

    releases: tuple[helm.Release, ...]

    def __init__(self, name: str, args: TelemetryArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:delivery:Telemetry", name, {}, opts)
        child = ResourceOptions(parent=self)
        scraped = _prometheus(f"{name}-prometheus", args, child)
        later = ResourceOptions.merge(child, after(scraped))
        _alerts(f"{name}-alerts", args, later)
        collected = Collectors(
            f"{name}-collectors",
            CollectorsArgs(
                namespace=args.namespace,
                labels=args.labels,
                cluster=args.cluster,
                cluster_name=args.cluster_name,
                network=args.network,
                image=args.collector_image,
                digest=args.collector_digest,
                prometheus_urls=prometheus.otlp_urls(TELEMETRY),
                logs=args.logs,
            ),
            later,
        )
        self.releases = (scraped, *collected.releases)
        self.register_outputs({})


def _prometheus(name: str, args: TelemetryArgs, opts: ResourceOptions) -> helm.Release:
    labels = args.labels
    volumes = storage.StorageClass(
        name,
        metadata={"name": STORAGE_CLASS, "labels": labels.of("storage")},
        provisioner="ebs.csi.aws.com",
        parameters={"type": "gp3", "encrypted": "true", "kmsKeyId": args.disk_key_arn},
        reclaim_policy="Retain",
        volume_binding_mode="WaitForFirstConsumer",  # in the zone of the pod
        allow_volume_expansion=True,
        opts=opts,
    )
    secret = DeploySecretArgs(namespace=args.namespace, labels=labels, role=ALERTMANAGER_ROLE)
    kept = DeploySecret(f"{name}-alertmanager-configuration", secret, opts)
    return PlatformController(
        name,
        PlatformControllerArgs(
            controllers=("prometheus-operator", "prometheus", "kube-state-metrics"),
            chart=PROMETHEUS,
            values=_values(args).values(),
            namespace=args.namespace,
            labels=labels,
            network=_network(args.network),
            role=_telling(args),
        ),
        ResourceOptions.merge(opts, after(volumes, kept)),
    ).release


def _values(args: TelemetryArgs) -> prometheus.PrometheusValues:
    labels = args.labels
    return prometheus.PrometheusValues(
        account=CONTROLLERS["prometheus"].account,
        operator_account=CONTROLLERS["prometheus-operator"].account,
        state_account=CONTROLLERS["kube-state-metrics"].account,
        labels=pod_labels(labels, prometheus.NAME),
        retention_days=args.retention_days,
        storage_gib=args.storage_gib,
        storage_class=STORAGE_CLASS,
        environment=labels.environment,
        alertmanager=alertmanager.AlertmanagerValues(
            configuration=configuration(args.told),
            labels=pod_labels(labels, alertmanager.NAME),
            storage_class=STORAGE_CLASS,
        ),
    )


def _network(network: ClusterNetwork) -> Mapping[str, Any]:
    asking = [in_namespace("platform-rollouts"), in_namespace(DASHBOARDS), in_namespace(TELEMETRY)]
    alerting = {"app.kubernetes.io/name": "alertmanager"}
    mesh = allow_in(alerting, [in_namespace(TELEMETRY, alerting)], [alertmanager.MESH_PORT])
    mesh["ingress"][0]["ports"].append({"port": alertmanager.MESH_PORT, "protocol": "UDP"})
    return {
        "to-api-server": network.to_api_server(),
        "to-metrics": network.to_metrics(),
        "queries": allow_in({"app.kubernetes.io/name": "prometheus"}, asking, [prometheus.PORT]),
        "alerts": allow_in(alerting, [in_namespace(TELEMETRY)], [alertmanager.PORT]),
        "alerts-mesh": mesh,
        "metrics": metrics_scraped(prometheus.OPERATOR_METRICS_PORT, collectors.METRICS_PORT),
    }


def _telling(args: TelemetryArgs) -> PodRoleArgs:
    """Alertmanager's role: it publishes to the topics, and needs their key for it (SNS developer guide, "Key
    management").
    """
    cluster, environment = args.cluster, args.labels.environment
    topics = tuple(args.told.topics[severity] for severity in sorted(args.told.topics))
    return PodRoleArgs(
        cluster=cluster,
        cluster_name=args.cluster_name,
        role_name=f"{environment}-{alertmanager.ACCOUNT}",
        namespace=TELEMETRY,
        account=alertmanager.ACCOUNT,
        description="Alertmanager: tells people",
        permissions=(
            Statement(sid="Tell", actions=("sns:Publish",), resources=topics),
            key_use(
                "EncryptWhatIsTold",
                account_id=cluster.account_id,
                region=cluster.region,
                alias=args.topics_key,
                actions=("kms:Decrypt", "kms:GenerateDataKey"),
                via="sns",
            ),
        ),
    )


def _alerts(name: str, args: TelemetryArgs, opts: ResourceOptions) -> None:
    labels = args.labels.of("platform-alerts")
    CustomResource(
        name,
        api_version="monitoring.coreos.com/v1",
        kind="PrometheusRule",
        metadata={"name": "platform-alerts", "namespace": args.namespace, "labels": labels},
        spec={"groups": platform_rules(args.labels.owner)},
        opts=opts,
    )
