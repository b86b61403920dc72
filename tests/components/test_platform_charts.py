"""Every chart at one version, installed whole, with pods that are restricted, doubled and apart from each other."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from components.charts.argo_rollouts import ArgoRolloutsValues
from components.charts.external_secrets import ExternalSecretsValues
from components.charts.load_balancer_controller import LoadBalancerControllerValues
from components.charts.pods import Resources
from components.charts.prometheus import PrometheusValues
from components.charts.telemetry_collector import _BLOCKED, TelemetryCollectorValues
from components.charts.versions import ARGO_ROLLOUTS, CHARTS, Chart, images_by_namespace
from components.cluster_network import ClusterNetwork
from components.controller_grants import CONTROLLERS
from components.ingress_controller import IngressController, IngressControllerArgs
from components.labels import Labels
from components.platform_chart import PlatformChart, PlatformChartArgs
from components.pod_role import ClusterFacts
from components.secret_controller import SecretController, SecretControllerArgs, reader_role_arn
from components.telemetry import OTLP_ENDPOINT, PROMETHEUS_URL, Telemetry, TelemetryArgs
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
PODS = {"platform/owner": "platform-engineering"}
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
    "kube-prometheus-stack": PrometheusValues(
        account="prometheus",
        operator_account="prometheus-operator",
        labels=PODS,
        retention_days=15,
        storage_gib=50,
        storage_class="encrypted",
        environment="prod",
    ).values(),
    "opentelemetry-collector": TelemetryCollectorValues(labels=PODS, region=REGION).values(),
}


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
    assert set(VALUES) == {chart.name for chart in CHARTS}


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
        for image in _found(VALUES[chart.name], "image"):
            registry = f"{image['registry']}/" if "registry" in image else ""
            named.add(f"{registry}{image['repository']}:{image['tag']}")
        assert named == set(chart.images.values()), chart.name
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
    assert max(_found(values, "replicas", "replicaCount")) >= 2
    (budget,) = _found(values, "pdb", "podDisruptionBudget")
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
        "opentelemetry-collector": [VALUES["opentelemetry-collector"]["clusterRole"]["create"]],
    }
    assert {name: made for name, made in rights.items() if made != [False]} == {}
    accounts = {one.account for one in CONTROLLERS.values()}
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
        (lambda: TelemetryCollectorValues(labels={}, region=REGION, replicas=0), "replicas must be 2 or more, got 0"),
        (
            lambda: PrometheusValues(
                account="a",
                operator_account="b",
                labels={},
                retention_days=0,
                storage_gib=5,
                storage_class="c",
                environment="prod",
            ),
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
    args = TelemetryArgs(
        namespace="platform-telemetry", disk_key_arn="arn:key", retention_days=15, storage_gib=50, **COMMON
    )
    built = build(lambda: Telemetry("telemetry", args))
    releases = {made.inputs["name"]: made.inputs for made in built.all("Release")}
    assert PROMETHEUS_URL == "http://prometheus-prometheus.platform-telemetry.svc:9090"
    assert releases["kube-prometheus-stack"]["values"]["fullnameOverride"] == "prometheus"
    assert OTLP_ENDPOINT == "http://telemetry-collector.platform-telemetry.svc:4317"
    assert releases["opentelemetry-collector"]["values"]["fullnameOverride"] == "telemetry-collector"
    volumes = built.one("StorageClass", "telemetry-prometheus").inputs
    assert volumes["parameters"] == {"type": "gp3", "encrypted": "true", "kmsKeyId": "arn:key"}
    assert volumes["reclaimPolicy"] == "Retain"
    claim = releases["kube-prometheus-stack"]["values"]["prometheus"]["prometheusSpec"]["storageSpec"]
    assert claim["volumeClaimTemplate"]["spec"]["storageClassName"] == volumes["metadata"]["name"]


def test_traces_leave_without_card_data() -> None:
    config = TelemetryCollectorValues(labels={}, region=REGION).config()
    for pipeline in config["service"]["pipelines"].values():
        assert pipeline["processors"].index("redaction") < pipeline["processors"].index("batch")
        assert all(part in config["receivers"] for part in pipeline["receivers"])
        assert all(part in config["exporters"] for part in pipeline["exporters"])
    patterns = [re.compile(pattern) for pattern in _BLOCKED]
    for text in (
        "4111111111111111",
        "4111 1111 1111 1111",
        "card=5555-5555-5555-4444;",
        "2221000000000009",
        "378282246310005",
        "3782 822463 10005",
        "DE89 3704 0044 0532 0130 00",
        "DE89370400440532013000",
        "Authorization: Bearer abc.def",
    ):
        assert any(pattern.search(text) for pattern in patterns), text
    for text in ("order 123456", "2026-01-01T00:00:00Z", "7a6c1f0e-1111-4222-8333-123456789abc", "amount=199900"):
        assert not any(pattern.search(text) for pattern in patterns), text
