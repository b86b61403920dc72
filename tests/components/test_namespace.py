"""A namespace begins closed: by label, by policy, by quota, and for everybody who is not named."""

from typing import Any

import pytest

from components.labels import Labels
from components.namespace import Namespace, NamespaceArgs
from components.namespace_quota import NamespaceQuota
from tests.components.conftest import Built, build

ARGS: dict[str, Any] = {
    "name": "billing-api",
    "owner": "payments",
    "environment": "staging",
    "data_class": "financial",
    "pci_scope": "cde",
}
KIND = "platform:kubernetes:Namespace"


def _built(**changed: Any) -> Built:
    return build(lambda: Namespace("billing-api", NamespaceArgs(**{**ARGS, **changed})))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"name": "Billing"}, "name must be 1 to 63 of a-z 0-9 -, a letter first and no - last, got 'Billing'"),
        ({"name": "default"}, "name must be none of the cluster's own namespaces, got 'default'"),
        ({"name": "kube-system"}, "name must be none of the cluster's own namespaces, got 'kube-system'"),
        ({"pod_security": "baseline"}, "pod_security of billing-api is 'baseline': say why as pod_security_reason"),
        ({"roles": ("platform:deploy",)}, "roles of billing-api must be platform:engineer or platform:on-call"),
        ({"controllers": ("prometheus",)}, "controllers of billing-api must be of rollouts, external-secrets, ingress"),
    ],
)
def test_arguments_that_would_open_it_are_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        NamespaceArgs(**{**ARGS, **changed})


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"pods": 0}, "pods must be 1 or more, got 0"),
        ({"volumes": -1}, "volumes must be 0 or more, got -1"),
        ({"container_memory_gib": 40}, r"container_memory_gib must be at most memory_gib \(32\), got 40"),
    ],
)
def test_quotas_that_contradict_themselves_are_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        NamespaceQuota(**changed)


@pytest.mark.parametrize("key", ["owner", "environment"])
def test_labels_must_be_fit_for_the_api_server(key: str) -> None:
    given: dict[str, Any] = {"owner": "payments", "environment": "prod", "data_class": "internal", "pci_scope": "out"}
    with pytest.raises(ValueError, match=f"^{key} must be fit for a label: 1 to 63 of .*, got 'team: payments'"):
        Labels(**{**given, key: "team: payments"})
    with pytest.raises(ValueError, match=r"^name must be fit for a label"):
        Labels(**given).of("platform:engineer")


def test_pod_security_is_restricted_in_every_mode_at_one_version() -> None:
    made = [made for made in _built().resources if made.type == "kubernetes:core/v1:Namespace"]
    labels = made[0].inputs["metadata"]["labels"]
    assert {key: value for key, value in labels.items() if key.startswith("pod-security")} == {
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/enforce-version": "v1.34",
        "pod-security.kubernetes.io/audit": "restricted",
        "pod-security.kubernetes.io/audit-version": "v1.34",
        "pod-security.kubernetes.io/warn": "restricted",
        "pod-security.kubernetes.io/warn-version": "v1.34",
    }
    assert {key: value for key, value in labels.items() if not key.startswith("pod-security")} == {
        "app.kubernetes.io/name": "billing-api",
        "app.kubernetes.io/part-of": "billing",
        "app.kubernetes.io/managed-by": "pulumi",
        "platform/owner": "payments",
        "platform/environment": "staging",
        "platform/data-class": "financial",
        "platform/pci-scope": "cde",
    }


def test_a_lower_level_keeps_its_reason() -> None:
    built = _built(pod_security="baseline", pod_security_reason="reads the node's logs")
    (made,) = [made for made in built.resources if made.type == "kubernetes:core/v1:Namespace"]
    assert made.inputs["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "baseline"
    assert made.inputs["metadata"]["annotations"] == {"platform/pod-security-reason": "reads the node's logs"}


def test_nothing_goes_in_or_out_but_questions_to_the_cluster_s_dns() -> None:
    built = _built()
    deny, dns = built.one("NetworkPolicy", "billing-api-deny-all"), built.one("NetworkPolicy", "billing-api-allow-dns")
    assert deny.inputs["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    assert dns.inputs["spec"]["policyTypes"] == ["Egress"]
    (egress,) = dns.inputs["spec"]["egress"]
    assert egress["to"] == [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
            "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
        }
    ]
    assert egress["ports"] == [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]


def test_quota_and_limits_are_those_of_the_arguments() -> None:
    built = _built(quota=NamespaceQuota(cpu_cores=6, memory_gib=12, pods=20, container_cpu_cores=2, volumes=1))
    assert built.one("ResourceQuota", "billing-api-quota").inputs["spec"]["hard"] == {
        "requests.cpu": "6",
        "requests.memory": "12Gi",
        "limits.memory": "12Gi",
        "pods": "20",
        "persistentvolumeclaims": "1",
        "services.loadbalancers": "0",
        "services.nodeports": "0",
    }
    (limit,) = built.one("LimitRange", "billing-api-limits").inputs["spec"]["limits"]
    assert limit["type"] == "Container"
    assert limit["max"] == {"cpu": "2", "memory": "8Gi"}
    assert limit["default"]["memory"] == "256Mi"


def test_the_default_service_account_gives_pods_no_token() -> None:
    account = _built().one("ServiceAccount", "billing-api-default").inputs
    assert account["metadata"]["name"] == "default"
    assert account["automountServiceAccountToken"] is False


def test_roles_are_bound_to_the_groups_of_their_names() -> None:
    bindings = _built(controllers=()).all("RoleBinding")
    assert [made.inputs["metadata"]["name"] for made in bindings] == ["platform:engineer", "platform:on-call"]
    for made in bindings:
        role = made.inputs["metadata"]["name"]
        assert made.inputs["metadata"]["namespace"] == "billing-api"
        api = "rbac.authorization.k8s.io"
        assert made.inputs["roleRef"] == {"kind": "ClusterRole", "name": role, "apiGroup": api}
        assert made.inputs["subjects"] == [{"kind": "Group", "name": role, "apiGroup": api}]
    assert _built(roles=(), controllers=()).all("RoleBinding") == []


def test_controllers_act_where_the_namespace_lets_them_in() -> None:
    bindings = _built(roles=()).all("RoleBinding")
    assert {made.inputs["roleRef"]["name"]: made.inputs["subjects"] for made in bindings} == {
        f"platform:{controller}-acting": [{"kind": "ServiceAccount", "name": account, "namespace": namespace}]
        for controller, account, namespace in (
            ("rollouts", "argo-rollouts", "platform-rollouts"),
            ("external-secrets", "external-secrets", "platform-secrets"),
            ("ingress", "aws-load-balancer-controller", "platform-ingress"),
        )
    }


def test_every_guard_stands_in_the_namespace_and_after_it() -> None:
    built = _built()
    children = [made for made in built.resources if f"{KIND}$kubernetes:" in made.urn]
    guards = [made for made in children if not made.type.endswith(":Namespace")]
    (space,) = [made for made in children if made.type.endswith(":Namespace")]
    assert all(made.dependencies == (space.urn,) for made in guards)
    assert {made.inputs["metadata"]["namespace"] for made in guards} == {"billing-api"}


def test_whoever_takes_the_name_waits_for_every_guard() -> None:
    import pulumi
    from pulumi_kubernetes.core import v1 as core

    def program() -> None:
        made = Namespace("billing-api", NamespaceArgs(**ARGS))
        core.ConfigMap("later", metadata={"name": "later", "namespace": made.name}, opts=pulumi.ResourceOptions())

    built = build(program)
    guards = {made.urn for made in built.resources if f"{KIND}$kubernetes:" in made.urn}
    assert len(guards) == 11
    assert {*built.one("ConfigMap", "later").dependencies} == guards


def test_identities_are_what_they_were() -> None:
    inside = f"{KIND}$kubernetes"
    assert _built().identities() == {
        f"{KIND}::billing-api",
        f"{inside}:core/v1:Namespace::billing-api",
        f"{inside}:networking.k8s.io/v1:NetworkPolicy::billing-api-deny-all",
        f"{inside}:networking.k8s.io/v1:NetworkPolicy::billing-api-allow-dns",
        f"{inside}:core/v1:ResourceQuota::billing-api-quota",
        f"{inside}:core/v1:LimitRange::billing-api-limits",
        f"{inside}:core/v1:ServiceAccount::billing-api-default",
        f"{inside}:rbac.authorization.k8s.io/v1:RoleBinding::billing-api-engineer",
        f"{inside}:rbac.authorization.k8s.io/v1:RoleBinding::billing-api-on-call",
        *(
            f"{inside}:rbac.authorization.k8s.io/v1:RoleBinding::billing-api-{controller}-acting"
            for controller in ("rollouts", "external-secrets", "ingress")
        ),
    }
