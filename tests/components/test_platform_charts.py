"""Every chart at one version, installed whole, with pods that are restricted, doubled and apart from each other."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from components.alerting.configuration import configuration
from components.charts.alertmanager import AlertmanagerValues
from components.charts.argo_rollouts import ArgoRolloutsValues
from components.charts.external_secrets import ExternalSecretsValues
from components.charts.grafana import GrafanaValues
from components.charts.load_balancer_controller import LoadBalancerControllerValues
from components.charts.pods import Resources
from components.charts.prometheus import PrometheusValues
from components.charts.telemetry_collector import TelemetryCollectorValues
from components.charts.telemetry_sampler import TelemetrySamplerValues
from components.charts.versions import ARGO_ROLLOUTS, CHARTS, Chart, images_by_namespace
from components.cluster_network import ClusterNetwork
from components.collectors import ServiceLogs
from components.controller_grants import CONTROLLERS
from components.ingress_controller import IngressController, IngressControllerArgs
from components.labels import Labels
from components.platform_chart import PlatformChart, PlatformChartArgs
from components.pod_role import ClusterFacts
from components.secret_controller import SecretController, SecretControllerArgs, reader_role_arn
from components.telemetry import OTLP_ENDPOINT, PROMETHEUS_URL, Telemetry, TelemetryArgs
from tests.components.alerting.cases import TOPICS, told
from tests.components.conftest import Built, build

ACCOUNT, REGION = "730218645519", "eu-central-1"
LABELS = Labels(owner="platform-engineering", environment="prod", data_class="internal", pci_scope="connected")
CLUSTER = ClusterFacts(
    name="billing-prod",
    arn=f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/billing-prod",
    account_id=ACCOUNT,
    region=REGION,
)
COMMON: dict[str, Any] = {
    "labels": LABELS,
    "cluster": CLUSTER,
    "cluster_name": "billing-prod",
    "network": ClusterNetwork(vpc_cidr="10.32.0.0/16", service_cidr="172.20.0.0/16"),
}
TELEMETRY: dict[str, Any] = {
    **COMMON,
    "namespace": "platform-telemetry",
    "disk_key_arn": "arn:key",
    "retention_days": 15,
    "storage_gib": 50,
    "told": told(),
    "topics_key": "prod-internal",
    "collector_image": "registry/billing/telemetry-collector",
    "collector_digest": f"sha256:{'1' * 64}",
    "logs": ServiceLogs(
        days={"internal": 90, "personal": 30, "financial": 400},
        key_arns={"internal": "arn:internal", "personal": "arn:personal", "financial": "arn:financial"},
    ),
}
PODS = {"platform/owner": "platform-engineering"}
SCRAPING: dict[str, Any] = {
    "account": "prometheus",
    "operator_account": "prometheus-operator",
    "state_account": "kube-state-metrics",
    "labels": PODS,
    "retention_days": 15,
    "storage_gib": 50,
    "storage_class": "encrypted",
    "environment": "prod",
    "alertmanager": AlertmanagerValues(configuration=configuration(told()), labels=PODS, storage_class="encrypted"),
}
DIGEST = f"sha256:{'1' * 64}"
OURS = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/billing/telemetry-collector"
COLLECTING: dict[str, Any] = {
    "labels": PODS,
    "image": OURS,
    "digest": DIGEST,
    "sampler": "telemetry-sampler.platform-telemetry.svc:4317",
    "prometheus_urls": ("http://prometheus-0:9090/api/v1/otlp", "http://prometheus-1:9090/api/v1/otlp"),
}
SHOWING: dict[str, Any] = {
    "labels": PODS,
    "dashboards": {"billing-service": "dashboard-billing-service"},
    "home": "billing-service",
    "prometheus_url": PROMETHEUS_URL,
    "region": REGION,
}
LOG_GROUPS: dict[Any, str] = {one: f"/prod/services/{one}" for one in ("internal", "personal", "financial")}
VALUES: dict[str, dict[str, Any]] = {
    "argo-rollouts": ArgoRolloutsValues(account="argo-rollouts", labels=PODS, notifications={}).values(),
    "external-secrets": ExternalSecretsValues(account="external-secrets", labels=PODS).values(),
    "aws-load-balancer-controller": LoadBalancerControllerValues(
        account="aws-load-balancer-controller",
        labels=PODS,
        cluster_name="billing-prod",
        region=REGION,
        vpc_id="vpc-1",
        ingress_class="alb",
        tags={},
    ).values(),
    "kube-prometheus-stack": PrometheusValues(**SCRAPING).values(),
    "telemetry-collector": TelemetryCollectorValues(**COLLECTING).values(),
    "telemetry-sampler": TelemetrySamplerValues(labels=PODS, region=REGION, log_groups=LOG_GROUPS).values(),
    "grafana": GrafanaValues(**SHOWING).values(),
}
ONE_REPLICA = ("telemetry-sampler",)  # a trace is judged where all of it is


def _found(values: Any, *keys: str) -> Iterator[Any]:
    """Every value under one of the keys, however deep."""
    for key, value in values.items() if isinstance(values, dict) else enumerate(values):
        if key in keys:
            yield value
        if isinstance(value, dict | list):
            yield from _found(value, *keys)


def test_every_chart_has_an_exact_version_and_images_with_exact_tags() -> None:
    for chart in CHARTS:
        assert re.fullmatch(r"\d+\.\d+\.\d+", chart.version), chart
        assert chart.repository.startswith("https://"), chart
        assert all(re.search(r":v?\d+\.\d+\.\d+$", image) for image in chart.images.values()), chart
    assert set(VALUES) == {chart.called for chart in CHARTS}


def test_the_canary_suite_s_controller_is_the_one_that_is_installed() -> None:
    from sandbox.tools.table import packages

    (tested,) = [one.version for one in packages if one.name == "argo-rollouts"]
    assert ARGO_ROLLOUTS.app_version == f"v{tested}"
    assert ARGO_ROLLOUTS.images["controller"].endswith(f":v{tested}")


def test_a_digest_stands_behind_the_tag_once_it_is_known() -> None:
    known: dict[str, Any] = {"repository": "https://x.test", "name": "x", "version": "1.0.0", "app_version": "1.0.0"}
    chart = Chart(**known, namespace="platform-x", images={"main": "x.test/a:1.0.0"})
    assert chart.image("main") == ("x.test/a", "1.0.0")
    pinned = Chart(**known, namespace="platform-x", images=chart.images, digests={"main": "sha256:0"})
    assert pinned.image("main") == ("x.test/a", "1.0.0@sha256:0")


def test_values_name_the_images_of_the_table_and_no_others() -> None:
    for chart in CHARTS:
        named = set()
        for image in _found(VALUES[chart.called], "image"):
            if chart.called == "telemetry-collector":  # ours, by digest
                assert image == {"repository": OURS, "tag": "", "digest": DIGEST}
                continue
            registry = f"{image['registry']}/" if "registry" in image else ""
            named.add(f"{registry}{image['repository']}:{image['tag']}")
        assert named == set(chart.images.values()), chart.called
    everything = [image for images in images_by_namespace().values() for image in images]
    assert sorted(everything) == sorted(image for chart in CHARTS for image in chart.images.values())


@pytest.mark.parametrize("name", VALUES)
def test_pods_pass_the_restricted_level(name: str) -> None:
    contexts = [*_found(VALUES[name], "containerSecurityContext", "securityContext", "podSecurityContext")]
    containers = [one for one in contexts if "allowPrivilegeEscalation" in one]
    pods = [one for one in contexts if "allowPrivilegeEscalation" not in one]
    assert all(one["runAsNonRoot"] is True for one in contexts)
    for one in containers:
        assert one["allowPrivilegeEscalation"] is False
        assert one["capabilities"] == {"drop": ["ALL"]}
        assert one["readOnlyRootFilesystem"] is True
    # seccomp stands on the pod or on its containers.
    for one in containers or pods:
        assert one["seccompProfile"] == {"type": "RuntimeDefault"}
    assert containers or name == "kube-prometheus-stack"
    assert "hostNetwork" not in str(VALUES[name])


@pytest.mark.parametrize("name", VALUES)
def test_pods_are_doubled_spread_budgeted_and_bounded(name: str) -> None:
    values = VALUES[name]
    assert max(_found(values, "replicas", "replicaCount")) >= 2 or name in ONE_REPLICA
    budgets = [*_found(values, "pdb", "podDisruptionBudget")]
    assert len(budgets) == (2 if name == "kube-prometheus-stack" else 1)
    for budget in budgets:
        assert budget["maxUnavailable"] == 1
        assert not budget.get("minAvailable")
    for spread in _found(values, "topologySpreadConstraints"):
        assert [one["topologyKey"] for one in spread] == ["topology.kubernetes.io/zone", "kubernetes.io/hostname"]
    for resources in _found(values, "resources"):
        if "limits" in resources:
            assert resources["requests"]["memory"] == resources["limits"]["memory"]
            assert "cpu" in resources["requests"]
    assert PODS in [*_found(values, "podLabels")] or {"labels": PODS} in [*_found(values, "podMetadata")]


def test_no_chart_makes_its_own_rights() -> None:
    rights = {
        "argo-rollouts": [VALUES["argo-rollouts"]["controller"]["createClusterRole"]],
        "external-secrets": [VALUES["external-secrets"]["rbac"]["create"]],
        "aws-load-balancer-controller": [VALUES["aws-load-balancer-controller"]["rbac"]["create"]],
        "kube-prometheus-stack": [VALUES["kube-prometheus-stack"]["global"]["rbac"]["create"]],
        "telemetry-collector": [VALUES["telemetry-collector"]["clusterRole"]["create"]],
        "telemetry-sampler": [VALUES["telemetry-sampler"]["clusterRole"]["create"]],
        "grafana": [VALUES["grafana"]["rbac"]["create"]],
    }
    assert {name: made for name, made in rights.items() if made != [False]} == {}
    accounts = {one.account for one in CONTROLLERS.values()} - {"platform-exporter"}  # which no chart makes
    used = {
        account["name"]
        for values in VALUES.values()
        for account in _found(values, "serviceAccount")
        if account["create"] is False
    }
    assert used == accounts


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Resources(cpu_m=0, memory_mib=1), "cpu_m and memory_mib must be 1 or more, got 0 and 1"),
        (lambda: ExternalSecretsValues(account="a", labels={}, replicas=1), "replicas must be 2 or more, got 1"),
        (lambda: TelemetryCollectorValues(**COLLECTING, replicas=0), "replicas must be 2 or more, got 0"),
        (
            lambda: TelemetrySamplerValues(labels={}, region=REGION, log_groups={"internal": "x"}),
            "log_groups must have one for financial, got internal",
        ),
        (lambda: GrafanaValues(**SHOWING, replicas=1), "replicas must be 2 or more, got 1"),
        (
            lambda: GrafanaValues(**SHOWING | {"home": "billing-x"}),
            "home must be one of billing-service, got 'billing-x'",
        ),
        (
            lambda: AlertmanagerValues(configuration={}, labels={}, storage_class="c", replicas=1),
            "replicas must be 2 or more, got 1",
        ),
        (
            lambda: PrometheusValues(**SCRAPING | {"retention_days": 0, "storage_gib": 5}),
            "retention_days must be 1 or more and storage_gib 10 or more, got 0 and 5",
        ),
        (
            lambda: PlatformChartArgs(chart=ARGO_ROLLOUTS, namespace="x", values={}),
            "values of argo-rollouts must not be empty",
        ),
    ],
)
def test_bad_arguments_are_refused(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        make()


def test_a_release_is_whole_or_not_at_all() -> None:
    args = PlatformChartArgs(chart=ARGO_ROLLOUTS, namespace="platform-rollouts", values={"a": 1})
    built = build(lambda: PlatformChart("rollouts", args))
    release = built.one("Release", "rollouts").inputs
    assert {key: value for key, value in release.items() if key not in ("values", "compat")} == {
        "name": "argo-rollouts",
        "chart": "argo-rollouts",
        "version": "2.43.0",
        "repositoryOpts": {"repo": "https://argoproj.github.io/argo-helm"},
        "namespace": "platform-rollouts",
        "createNamespace": False,
        "atomic": True,
        "cleanupOnFail": True,
        "skipAwait": False,
        "waitForJobs": True,
        "timeout": 600,
        "maxHistory": 5,
        "lint": True,
    }
    assert release["values"] == {"a": 1}
    assert built.identities() == {
        "platform:kubernetes:PlatformChart::rollouts",
        "platform:kubernetes:PlatformChart$kubernetes:helm.sh/v3:Release::rollouts",
    }


def _permissions(built: Built, name: str) -> list[dict[str, Any]]:
    import json

    statements: list[dict[str, Any]] = json.loads(built.one("RolePolicy", name).inputs["policy"])["Statement"]
    return statements


def test_external_secrets_reads_nothing_itself_and_takes_roles_of_services() -> None:
    args = SecretControllerArgs(namespace="platform-secrets", **COMMON)
    built = build(lambda: SecretController("external-secrets", args))
    (statement,) = _permissions(built, "external-secrets")
    assert statement["Action"] == ["sts:AssumeRole", "sts:TagSession"]
    assert statement["Resource"] == [f"arn:aws:iam::{ACCOUNT}:role/platform/prod-*"]
    role = built.one("Role", "external-secrets").inputs
    assert f"role{role['path']}{role['name']}" == reader_role_arn(ACCOUNT, "prod").split(":")[-1]
    association = built.one("PodIdentityAssociation", "external-secrets").inputs
    assert (association["namespace"], association["serviceAccount"]) == ("platform-secrets", "external-secrets")


def test_the_load_balancer_controller_changes_what_carries_its_cluster_s_tag() -> None:
    args = IngressControllerArgs(namespace="platform-ingress", vpc_id="vpc-1", tags={}, **COMMON)
    built = build(lambda: IngressController("ingress", args))
    for statement in _permissions(built, "ingress"):
        if statement["Sid"] in ("SeeTheNetwork", "MakeGroupsInVpcs", "ProtectLoadBalancers", "LetWebAclsProtect"):
            assert not [one for one in statement["Action"] if "Delete" in one or "Modify" in one]
            continue
        tags = statement["Condition"]["StringEquals"]
        if statement["Sid"] == "OpenNodes":
            assert tags == {"aws:ResourceTag/kubernetes.io/cluster/billing-prod": "owned"}
            assert all("SecurityGroupIngress" in action for action in statement["Action"])
        else:
            assert tags.get("aws:RequestTag/elbv2.k8s.aws/cluster", "billing-prod") == "billing-prod"
            assert [key for key in tags if key.endswith("elbv2.k8s.aws/cluster")], statement["Sid"]
    release = built.one("Release", "ingress")
    waits = [urn for urn in release.dependencies if "PodIdentityAssociation" in urn or "NetworkPolicy" in urn]
    assert len(waits) == 6


def test_telemetry_stands_at_the_addresses_that_others_are_given() -> None:
    args = TelemetryArgs(**TELEMETRY)
    built = build(lambda: Telemetry("telemetry", args))
    releases = {made.inputs["name"]: made.inputs for made in built.all("Release")}
    assert PROMETHEUS_URL == "http://prometheus-prometheus.platform-telemetry.svc:9090"
    assert releases["kube-prometheus-stack"]["values"]["fullnameOverride"] == "prometheus"
    assert OTLP_ENDPOINT == "http://telemetry-collector.platform-telemetry.svc:4317"
    assert releases["telemetry-collector"]["values"]["fullnameOverride"] == "telemetry-collector"
    first = releases["telemetry-collector"]["values"]["alternateConfig"]["exporters"]
    assert first["otlp_grpc/sampler"]["endpoint"] == "telemetry-sampler.platform-telemetry.svc:4317"
    assert releases["telemetry-sampler"]["values"]["fullnameOverride"] == "telemetry-sampler"
    volumes = built.one("StorageClass", "telemetry-prometheus").inputs
    assert volumes["parameters"] == {"type": "gp3", "encrypted": "true", "kmsKeyId": "arn:key"}
    assert volumes["reclaimPolicy"] == "Retain"
    claim = releases["kube-prometheus-stack"]["values"]["prometheus"]["prometheusSpec"]["storageSpec"]
    assert claim["volumeClaimTemplate"]["spec"]["storageClassName"] == volumes["metadata"]["name"]


def test_alertmanager_publishes_to_its_topics_with_their_key_and_does_nothing_else() -> None:
    built = build(lambda: Telemetry("telemetry", TelemetryArgs(**TELEMETRY)))
    tell, encrypt = _permissions(built, "telemetry-prometheus")
    assert tell["Action"] == ["sns:Publish"]
    assert tell["Resource"] == sorted(TOPICS.values())
    assert encrypt["Condition"]["StringEquals"] == {"kms:ViaService": f"sns.{REGION}.amazonaws.com"}
    assert encrypt["Condition"]["ForAnyValue:StringEquals"] == {"kms:ResourceAliases": "alias/prod-internal"}
    association = built.one("PodIdentityAssociation", "telemetry-prometheus").inputs
    assert association["serviceAccount"] == _found_account("kube-prometheus-stack", "alertmanager")


def _found_account(chart: str, part: str) -> str:
    return str(VALUES[chart][part]["serviceAccount"]["name"])


def test_logs_are_kept_by_their_class_with_its_key_and_written_by_the_sampler_alone() -> None:
    built = build(lambda: Telemetry("telemetry", TelemetryArgs(**TELEMETRY)))
    groups = {made.inputs["name"]: made.inputs for made in built.all("LogGroup")}
    assert {name: (one["retentionInDays"], one["kmsKeyId"]) for name, one in groups.items()} == {
        "/prod/services/financial": (400, "arn:financial"),
        "/prod/services/internal": (90, "arn:internal"),
        "/prod/services/personal": (30, "arn:personal"),
    }
    statements = _permissions(built, "telemetry-collectors-sampler")
    (writing,) = [one for one in statements if one["Sid"] == "Logs"]
    assert writing["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert [one.split("log-group:")[1] for one in writing["Resource"]] == [f"{name}:*" for name in sorted(groups)]
    accounts = {made.inputs["serviceAccount"] for made in built.all("PodIdentityAssociation")}
    assert accounts == {"alertmanager", "telemetry-sampler"}  # the first collector, which sees card data, has no role


def test_everything_passes_the_first_collector_s_processor_before_it_goes_anywhere() -> None:
    config = TelemetryCollectorValues(**COLLECTING).config()
    assert set(config["service"]["pipelines"]) == {"traces", "logs", "metrics"}
    for pipeline in config["service"]["pipelines"].values():
        assert pipeline["processors"] == ["memory_limiter", "sensitive_data", "batch"]
        assert all(part in config["receivers"] for part in pipeline["receivers"])
        assert all(part in config["exporters"] for part in pipeline["exporters"])


def test_a_latency_leads_to_a_trace_and_what_is_pushed_is_told_apart() -> None:
    server = VALUES["kube-prometheus-stack"]["prometheus"]["prometheusSpec"]
    assert server["enableFeatures"] == ["exemplar-storage"]
    assert server["exemplars"]["maxSize"] > 0
    assert server["scrapeProtocols"][0].startswith("OpenMetrics")  # the only ones with exemplars
    assert server["enableOTLPReceiver"] is True
    assert {"service.name", "platform.revision_hash"} <= {*server["otlp"]["promoteResourceAttributes"]}
    assert {server[f"enforced{limit}"] > 0 for limit in ("SampleLimit", "LabelLimit", "LabelValueLengthLimit")} == {
        True
    }
