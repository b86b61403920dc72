"""Grafana's namespace on a real control plane: its pods are let in, and a port is forwarded to them and to no others.

The chart is not to be had here: the pod is the one that its templates/_pod.tpl makes of the values.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from components.charts.grafana import ACCOUNT as SERVICE_ACCOUNT
from components.charts.grafana import NAME, PORT, GrafanaValues
from components.cluster_access import ClusterAccess, ClusterAccessArgs
from components.cluster_grants import FORWARDING_ROLE
from components.cluster_network import DASHBOARDS, ClusterNetwork
from components.grafana import Grafana, GrafanaArgs
from components.grafana_dashboards import config_map
from components.namespace import Namespace, NamespaceArgs
from components.namespace_quota import NamespaceQuota
from components.pod_role import ClusterFacts
from sandbox.cluster.client import ApiError
from tests.cluster.conftest import Api, eventually
from tests.cluster.delivered import ACCOUNT, LABELS, manifests

UID = "billing-service-levels"
OTHER = "platform-telemetry"
LABEL = {"app.kubernetes.io/name": NAME}
SHOWING: dict[str, Any] = {
    "dashboards": {UID: config_map(UID)},
    "home": UID,
    "prometheus_url": "http://prometheus:9090",
}


def _program() -> None:
    ClusterAccess("access", ClusterAccessArgs(labels=LABELS))
    for name in (DASHBOARDS, OTHER):
        Namespace(
            name,
            NamespaceArgs(
                name=name,
                owner="platform-engineering",
                environment="prod",
                data_class="internal",
                pci_scope="connected",
                quota=NamespaceQuota(cpu_cores=4, memory_gib=8, pods=12),
                controllers=(),
            ),
        )
    facts = ClusterFacts(name="billing-prod", arn="arn:cluster", account_id=ACCOUNT, region="eu-central-1")
    network = ClusterNetwork(vpc_cidr="10.32.0.0/16", service_cidr="172.20.0.0/16")
    args = GrafanaArgs(
        namespace=DASHBOARDS,
        labels=LABELS,
        cluster=facts,
        cluster_name="billing-prod",
        network=network,
        private_cloudwatch=True,
        **SHOWING,
    )
    Grafana("grafana", args)


def _object(api_version: str, kind: str, name: str, **more: Any) -> dict[str, Any]:
    meta = {"name": name, "namespace": DASHBOARDS}
    return {"apiVersion": api_version, "kind": kind, "metadata": meta, **more}


Volumes = dict[str, tuple[dict[str, Any], str]]  # by name: the volume, and where it is mounted


def _volumes(values: dict[str, Any]) -> Volumes:
    maps: Volumes = {
        one["name"]: ({"configMap": {"name": one["configMap"]}}, one["mountPath"])
        for one in values["extraConfigmapMounts"]
    }
    empty: Volumes = {one["name"]: ({"emptyDir": {}}, one["mountPath"]) for one in values["extraEmptyDirMounts"]}
    return {**maps, **empty, "storage": ({"emptyDir": {}}, "/var/lib/grafana")}


def _deployment(values: dict[str, Any]) -> dict[str, Any]:
    volumes, image = _volumes(values), values["image"]
    container = {
        "name": NAME,
        "image": f"{image['registry']}/{image['repository']}:{image['tag']}",
        "securityContext": values["containerSecurityContext"],
        "env": [{"name": name, "value": value} for name, value in values["env"].items()],
        "ports": [{"name": NAME, "containerPort": PORT}],
        "readinessProbe": values["readinessProbe"],
        "livenessProbe": values["livenessProbe"],
        "resources": values["resources"],
        "volumeMounts": [{"name": name, "mountPath": path} for name, (_, path) in volumes.items()],
    }
    pod = {
        "serviceAccountName": values["serviceAccount"]["name"],
        "automountServiceAccountToken": values["automountServiceAccountToken"],
        "enableServiceLinks": values["enableServiceLinks"],
        "securityContext": values["securityContext"],
        "topologySpreadConstraints": values["topologySpreadConstraints"],
        "containers": [container],
        "volumes": [{"name": name, **volume} for name, (volume, _) in volumes.items()],
    }
    spec = {
        "replicas": values["replicas"],
        "selector": {"matchLabels": LABEL},
        "template": {"metadata": {"labels": LABEL | values["podLabels"]}, "spec": pod},
    }
    return _object("apps/v1", "Deployment", NAME, spec=spec)


@pytest.fixture(scope="module")
def shown(api: Api) -> Iterator[Api]:
    """What the component makes, and what the chart would make of its values."""
    for manifest in manifests(_program):
        api.put(manifest)
    api.put(_object("v1", "ServiceAccount", SERVICE_ACCOUNT))
    api.put(_object("v1", "ConfigMap", config_map(UID), data={f"{UID}.json": "{}"}))
    yield api
    for name in (DASHBOARDS, OTHER):
        api.remove("v1", "Namespace", "", name)


def test_the_pipeline_lets_people_in_without_being_let_in_itself(shown: Api) -> None:
    wanted = [one for one in manifests(_program) if one["metadata"]["name"] == FORWARDING_ROLE]
    assert {one["kind"] for one in wanted} == {"Role", "RoleBinding"}
    for manifest in wanted:
        where = shown.path(manifest["apiVersion"], manifest["kind"], DASHBOARDS, FORWARDING_ROLE)
        shown.call(
            "PATCH",
            f"{where}?fieldManager=pipeline&force=true",
            manifest,
            content_type="application/apply-patch+yaml",
            headers={"Impersonate-User": "pipeline", "Impersonate-Group": "platform:deploy"},
        )


def test_its_pods_are_let_into_a_restricted_namespace_and_run(shown: Api) -> None:
    values = GrafanaValues(labels={"platform/owner": "platform-engineering"}, region="eu-central-1", **SHOWING).values()
    shown.put(_deployment(values))

    def ready() -> bool:
        found = shown.find("apps/v1", "Deployment", DASHBOARDS, NAME)
        return bool(found["status"].get("readyReplicas") == values["replicas"])

    eventually("both replicas are ready", ready, 60)
    pods = shown.all("v1", "Pod", DASHBOARDS, f"app.kubernetes.io/name={NAME}")
    assert len(pods) == 2
    for pod in pods:
        sources = [one for volume in pod["spec"]["volumes"] for one in volume.get("projected", {}).get("sources", [])]
        assert sources == []  # no token of the Kubernetes API


def test_a_pod_that_is_less_strict_is_not(shown: Api) -> None:
    values = GrafanaValues(labels={}, region="eu-central-1", **SHOWING).values()
    values["containerSecurityContext"] = {**values["containerSecurityContext"], "capabilities": {"add": ["NET_RAW"]}}
    loose = _deployment(values)
    pod = {**_object("v1", "Pod", "loose"), "spec": loose["spec"]["template"]["spec"]}
    with pytest.raises(ApiError, match="violates PodSecurity"):
        shown.put(pod)


@pytest.mark.parametrize("group", ["platform:engineer", "platform:on-call"])
def test_a_port_is_forwarded_to_it_and_to_nothing_else(shown: Api, group: str) -> None:
    def allowed(verb: str, resource: str, namespace: str) -> bool:
        return shown.allowed(verb, resource, namespace, groups=(group,))

    eventually("roles are in force", lambda: allowed("create", "pods/portforward", DASHBOARDS))
    assert all(allowed("get", what, DASHBOARDS) for what in ("pods", "pods/portforward", "services"))
    assert not allowed("create", "pods/portforward", OTHER)
    assert not allowed("create", "pods/portforward", "")
    assert not any(allowed("create", f"pods/{what}", DASHBOARDS) for what in ("exec", "attach", "proxy"))
    assert not allowed("create", "services/proxy", DASHBOARDS)
    assert not allowed("get", "secrets", DASHBOARDS)


@pytest.mark.parametrize("group", ["platform:auditor", "platform:preview", "platform:deploy"])
def test_others_forward_none(shown: Api, group: str) -> None:
    assert not shown.allowed("create", "pods/portforward", DASHBOARDS, groups=(group,))


def test_its_account_may_do_nothing(shown: Api) -> None:
    user = f"system:serviceaccount:{DASHBOARDS}:{SERVICE_ACCOUNT}"
    groups = ("system:serviceaccounts", f"system:serviceaccounts:{DASHBOARDS}")
    for what in ("configmaps", "secrets", "pods", "namespaces"):
        assert not shown.allowed("list", what, DASHBOARDS, user=user, groups=groups)
