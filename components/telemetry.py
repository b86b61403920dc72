"""What measures the cluster: Prometheus, which releases are judged by, and a collector of traces."""

from dataclasses import dataclass
from typing import Any

from pulumi import ComponentResource, Input, ResourceOptions
from pulumi_kubernetes.helm import v3 as helm
from pulumi_kubernetes.networking import v1 as networking
from pulumi_kubernetes.storage import v1 as storage

from components.charts import prometheus, telemetry_collector
from components.charts.versions import PROMETHEUS, TELEMETRY_COLLECTOR
from components.cluster_network import TELEMETRY, ClusterNetwork, metrics_scraped
from components.controller_grants import CONTROLLERS
from components.labels import PART_OF, Labels
from components.network_policies import allow_in, in_namespace
from components.platform_chart import PlatformChart, PlatformChartArgs
from components.platform_controller import PlatformController, PlatformControllerArgs, pod_labels
from components.pod_role import ClusterFacts, PodRole, PodRoleArgs
from components.policy_document import Statement
from components.waiting import after

PROMETHEUS_URL = f"http://{prometheus.NAME}-prometheus.{TELEMETRY}.svc:{prometheus.PORT}"
OTLP_ENDPOINT = f"http://{telemetry_collector.NAME}.{TELEMETRY}.svc:{telemetry_collector.GRPC_PORT}"
STORAGE_CLASS = "encrypted"
_COLLECTOR = {"app.kubernetes.io/name": "opentelemetry-collector"}


@dataclass(frozen=True, kw_only=True)
class TelemetryArgs:
    """`namespace`: an output that waits for it. `disk_key_arn`: of volumes, which the EBS driver may use."""

    namespace: Input[str]
    labels: Labels
    cluster: ClusterFacts
    cluster_name: Input[str]
    network: ClusterNetwork
    disk_key_arn: Input[str]
    retention_days: int
    storage_gib: int


class Telemetry(ComponentResource):
    """Prometheus, then the collector; after its releases monitors of services can be made."""

    releases: tuple[helm.Release, ...]

    def __init__(self, name: str, args: TelemetryArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:delivery:Telemetry", name, {}, opts)
        child = ResourceOptions(parent=self)
        scraped = _prometheus(f"{name}-prometheus", args, child)
        collected = _collector(f"{name}-collector", args, ResourceOptions.merge(child, after(scraped)))
        self.releases = (scraped, collected)
        self.register_outputs({})


def _prometheus(name: str, args: TelemetryArgs, opts: ResourceOptions) -> helm.Release:
    labels, network = args.labels, args.network
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
    values = prometheus.PrometheusValues(
        account=CONTROLLERS["prometheus"].account,
        operator_account=CONTROLLERS["prometheus-operator"].account,
        labels=pod_labels(labels, prometheus.NAME),
        retention_days=args.retention_days,
        storage_gib=args.storage_gib,
        storage_class=STORAGE_CLASS,
        environment=labels.environment,
    )
    asking = [in_namespace("platform-rollouts"), in_namespace(TELEMETRY)]
    return PlatformController(
        name,
        PlatformControllerArgs(
            controllers=("prometheus-operator", "prometheus"),
            chart=PROMETHEUS,
            values=values.values(),
            namespace=args.namespace,
            labels=labels,
            network={
                "to-api-server": network.to_api_server(),
                "to-metrics": network.to_metrics(),
                "queries": allow_in({"app.kubernetes.io/name": "prometheus"}, asking, [prometheus.PORT]),
                "metrics": metrics_scraped(prometheus.OPERATOR_METRICS_PORT, telemetry_collector.METRICS_PORT),
            },
        ),
        ResourceOptions.merge(opts, after(volumes)),
    ).release


def _collector(name: str, args: TelemetryArgs, opts: ResourceOptions) -> helm.Release:
    labels = args.labels
    ours = [{"namespaceSelector": {"matchLabels": {"app.kubernetes.io/part-of": PART_OF}}}]
    ports = [telemetry_collector.GRPC_PORT, telemetry_collector.HTTP_PORT]
    for called, spec in {
        "traces": allow_in(_COLLECTOR, ours, ports),
        "to-aws": args.network.to_public_https(),
        "to-aws-credentials": args.network.to_aws_credentials(),
    }.items():
        meta: Any = {"name": called, "namespace": args.namespace, "labels": labels.of(telemetry_collector.NAME)}
        networking.NetworkPolicy(f"{name}-{called}", metadata=meta, spec=spec, opts=opts)
    role = PodRole(
        name,
        PodRoleArgs(
            cluster=args.cluster,
            cluster_name=args.cluster_name,
            role_name=f"{labels.environment}-{telemetry_collector.NAME}",
            namespace=TELEMETRY,
            account=telemetry_collector.ACCOUNT,
            description="OpenTelemetry collector: hands traces to X-Ray",
            permissions=(_tracing(),),
        ),
        opts,
    )
    values = telemetry_collector.TelemetryCollectorValues(
        labels=pod_labels(labels, telemetry_collector.NAME), region=args.cluster.region
    )
    chart = PlatformChartArgs(chart=TELEMETRY_COLLECTOR, namespace=args.namespace, values=values.values())
    return PlatformChart(name, chart, ResourceOptions.merge(opts, after(role))).release


def _tracing() -> Statement:
    actions = ("xray:PutTelemetryRecords", "xray:PutTraceSegments")
    return Statement(sid="Traces", actions=actions, resources=("*",), why="X-Ray has no resources for traces")
