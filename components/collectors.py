"""The two collectors of logs, metrics and traces: the first takes out what is sensitive, the second hands on to AWS."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pulumi import ComponentResource, Input, ResourceOptions
from pulumi_aws import cloudwatch
from pulumi_kubernetes.helm import v3 as helm
from pulumi_kubernetes.networking import v1 as networking

from components.charts import collectors, telemetry_collector, telemetry_sampler
from components.charts.versions import TELEMETRY_COLLECTOR, TELEMETRY_SAMPLER
from components.cluster_network import TELEMETRY, ClusterNetwork
from components.labels import PART_OF, Labels
from components.network_policies import allow_in, in_namespace
from components.platform_chart import PlatformChart, PlatformChartArgs
from components.platform_controller import pod_labels
from components.pod_role import ClusterFacts, PodRole, PodRoleArgs
from components.policy_document import Statement
from components.retention import LogGroupDays
from components.tags import DataClass, classified, tagged
from components.waiting import after

OTLP_ENDPOINT = f"http://{telemetry_collector.NAME}.{TELEMETRY}.svc:{collectors.GRPC_PORT}"
_SAMPLER = f"{telemetry_sampler.NAME}.{TELEMETRY}.svc:{collectors.GRPC_PORT}"


@dataclass(frozen=True, kw_only=True)
class ServiceLogs:
    """Of services, kept by the class of what is in them. `key_arns`: what encrypts them, which CloudWatch may use."""

    days: Mapping[DataClass, LogGroupDays]
    key_arns: Mapping[DataClass, Input[str]]

    def __post_init__(self) -> None:
        if missing := sorted({*self.days} - {*self.key_arns}):
            raise ValueError(f"key_arns must have one for {', '.join(missing)}")


@dataclass(frozen=True, kw_only=True)
class CollectorsArgs:
    """`namespace`: an output that waits for it. `image`, `digest`: of the collector that is ours. `prometheus_urls`:
    where each Prometheus takes OTLP.
    """

    namespace: Input[str]
    labels: Labels
    cluster: ClusterFacts
    cluster_name: Input[str]
    network: ClusterNetwork
    image: str
    digest: str
    prometheus_urls: tuple[str, ...]
    logs: ServiceLogs


class Collectors(ComponentResource):
    """Log groups, the second collector, and then the first, which sends to it."""

    releases: tuple[helm.Release, ...]

    def __init__(self, name: str, args: CollectorsArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:delivery:Collectors", name, {}, opts)
        child, environment = ResourceOptions(parent=self), args.labels.environment
        groups = {one: f"/{environment}/services/{one}" for one in sorted(args.logs.days)}
        for data_class, group in groups.items():
            cloudwatch.LogGroup(
                f"{name}-{data_class}",
                name=group,
                kms_key_id=args.logs.key_arns[data_class],
                retention_in_days=args.logs.days[data_class],
                tags=tagged(group, classified(data_class, None)),
                opts=child,
            )
        _network(name, args, child)
        sampler = _sampler(f"{name}-sampler", args, groups, child)
        collected = _collector(f"{name}-collector", args, ResourceOptions.merge(child, after(sampler)))
        self.releases = (sampler, collected)
        self.register_outputs({})


def _network(name: str, args: CollectorsArgs, opts: ResourceOptions) -> None:
    ours = [{"namespaceSelector": {"matchLabels": {"app.kubernetes.io/part-of": PART_OF}}}]
    ports = [collectors.GRPC_PORT, collectors.HTTP_PORT]
    for called, spec in {
        "telemetry": allow_in(_pods(telemetry_collector.NAME), ours, ports),
        "cleaned": allow_in(
            _pods(telemetry_sampler.NAME), [in_namespace(TELEMETRY, _pods(telemetry_collector.NAME))], ports
        ),
        "to-aws": args.network.to_public_https(),
        "to-aws-credentials": args.network.to_aws_credentials(),
    }.items():
        meta: Any = {"name": called, "namespace": args.namespace, "labels": args.labels.of(telemetry_collector.NAME)}
        networking.NetworkPolicy(f"{name}-{called}", metadata=meta, spec=spec, opts=opts)


def _pods(release: str) -> dict[str, str]:
    return {"app.kubernetes.io/instance": release}


def _sampler(name: str, args: CollectorsArgs, groups: Mapping[DataClass, str], opts: ResourceOptions) -> helm.Release:
    labels, cluster = args.labels, args.cluster
    role = PodRole(
        name,
        PodRoleArgs(
            cluster=cluster,
            cluster_name=args.cluster_name,
            role_name=f"{labels.environment}-{telemetry_sampler.NAME}",
            namespace=TELEMETRY,
            account=telemetry_sampler.ACCOUNT,
            description="OpenTelemetry collector: hands traces to X-Ray and logs to CloudWatch",
            permissions=(_tracing(), _logging(cluster, groups)),
        ),
        opts,
    )
    values = telemetry_sampler.TelemetrySamplerValues(
        labels=pod_labels(labels, telemetry_sampler.NAME), region=cluster.region, log_groups=groups
    )
    chart = PlatformChartArgs(chart=TELEMETRY_SAMPLER, namespace=args.namespace, values=values.values())
    return PlatformChart(name, chart, ResourceOptions.merge(opts, after(role))).release


def _collector(name: str, args: CollectorsArgs, opts: ResourceOptions) -> helm.Release:
    values = telemetry_collector.TelemetryCollectorValues(
        labels=pod_labels(args.labels, telemetry_collector.NAME),
        image=args.image,
        digest=args.digest,
        sampler=_SAMPLER,
        prometheus_urls=args.prometheus_urls,
    )
    chart = PlatformChartArgs(chart=TELEMETRY_COLLECTOR, namespace=args.namespace, values=values.values())
    return PlatformChart(name, chart, opts).release


def _tracing() -> Statement:
    actions = ("xray:PutTelemetryRecords", "xray:PutTraceSegments")
    return Statement(sid="Traces", actions=actions, resources=("*",), why="X-Ray has no resources for traces")


def _logging(cluster: ClusterFacts, groups: Mapping[DataClass, str]) -> Statement:
    """Into groups that are there already: their keys and ends are not the collector's to choose."""
    named = tuple(f"arn:aws:logs:{cluster.region}:{cluster.account_id}:log-group:{one}:*" for one in groups.values())
    return Statement(sid="Logs", actions=("logs:CreateLogStream", "logs:PutLogEvents"), resources=named)
