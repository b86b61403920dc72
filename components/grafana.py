"""Grafana in the cluster: it shows the program's dashboards to those who may forward a port to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pulumi import ComponentResource, Input, ResourceOptions
from pulumi_kubernetes.helm import v3 as helm
from pulumi_kubernetes.rbac import v1 as rbac

from components.charts import grafana
from components.charts.versions import GRAFANA
from components.cluster_access import NAMESPACED, role_ref, subject
from components.cluster_grants import FORWARDING, FORWARDING_ROLE
from components.cluster_network import DASHBOARDS, TELEMETRY, ClusterNetwork
from components.labels import Labels
from components.network_policies import allow_in, in_namespace
from components.platform_controller import PlatformController, PlatformControllerArgs, pod_labels
from components.pod_role import ClusterFacts, PodRoleArgs
from components.policy_document import Statement


@dataclass(frozen=True, kw_only=True)
class GrafanaArgs:
    """`namespace`: an output that waits for it, of Grafana alone. `dashboards`: the ConfigMap of each there, by uid;
    `home`: the one that it opens with. `private_cloudwatch`: the VPC has an endpoint of CloudWatch (`monitoring`).
    """

    namespace: Input[str]
    labels: Labels
    cluster: ClusterFacts
    cluster_name: Input[str]
    network: ClusterNetwork
    prometheus_url: str
    dashboards: Mapping[str, str]
    home: str
    private_cloudwatch: bool


class Grafana(ComponentResource):
    """Two replicas without users, passwords, volumes or a token of Kubernetes, and who may reach them."""

    release: helm.Release

    def __init__(self, name: str, args: GrafanaArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:delivery:Grafana", name, {}, opts)
        child, labels = ResourceOptions(parent=self), args.labels
        values = grafana.GrafanaValues(
            labels=pod_labels(labels, grafana.NAME),
            dashboards=args.dashboards,
            home=args.home,
            prometheus_url=args.prometheus_url,
            region=args.cluster.region,
        )
        _let_in(name, args, child)
        self.release = PlatformController(
            name,
            PlatformControllerArgs(
                controllers=(),
                chart=GRAFANA,
                values=values.values(),
                namespace=args.namespace,
                labels=labels,
                network=_network(args),
                role=_reading(args),
            ),
            child,
        ).release
        self.register_outputs({})


def _let_in(name: str, args: GrafanaArgs, opts: ResourceOptions) -> None:
    """Engineers and those on call, who see the namespace anyway. A forwarded port ends inside of the pod: no network
    policy lets it in, or could keep it out.
    """
    meta: Any = {"name": FORWARDING_ROLE, "namespace": args.namespace, "labels": args.labels.of(grafana.NAME)}
    role = rbac.Role(f"{name}-viewers", metadata=meta, rules=[grant.rule() for grant in FORWARDING], opts=opts)
    rbac.RoleBinding(
        f"{name}-viewers",
        metadata=meta,
        role_ref=role_ref(FORWARDING_ROLE, "Role"),
        subjects=[subject(one) for one in NAMESPACED],
        opts=ResourceOptions.merge(opts, ResourceOptions(depends_on=[role])),
    )


def _network(args: GrafanaArgs) -> Mapping[str, Any]:
    """Out: what it asks. In: what measures it; nobody else comes over the network."""
    network = args.network
    measures = in_namespace(TELEMETRY, {"app.kubernetes.io/name": "prometheus"})
    return {
        "to-prometheus": network.to_prometheus(),
        "to-cloudwatch": network.to_aws_endpoints() if args.private_cloudwatch else network.to_public_https(),
        "to-aws-credentials": network.to_aws_credentials(),
        "metrics": allow_in({}, [measures], [grafana.PORT]),
    }


def _reading(args: GrafanaArgs) -> PodRoleArgs:
    """Source: Grafana documentation, "Amazon CloudWatch data source", IAM policy examples, metrics alone. Neither logs
    nor alarms, tags or instances: no dashboard asks for them.
    """
    reads = Statement(
        sid="ReadMetrics",
        actions=("cloudwatch:GetMetricData", "cloudwatch:ListMetrics"),
        resources=("*",),
        why="metrics of CloudWatch are no resources",
    )
    return PodRoleArgs(
        cluster=args.cluster,
        cluster_name=args.cluster_name,
        role_name=f"{args.labels.environment}-{grafana.ACCOUNT}",
        namespace=DASHBOARDS,
        account=grafana.ACCOUNT,
        description="Grafana: reads metrics of CloudWatch",
        permissions=(reads,),
    )
