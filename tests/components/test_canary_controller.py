"""The controller of releases: its chart, its rights, its ways out, and what it tells."""

import json
from typing import Any

import pytest

from components.canary_controller import CanaryController, CanaryControllerArgs
from components.cluster_network import ClusterNetwork
from components.labels import Labels
from components.pod_role import ClusterFacts
from components.release_notifications import EVENTS, notification_values
from tests.components.conftest import Built, build

ACCOUNT, REGION = "730218645519", "eu-central-1"
URL = "https://alerts.kestrel-billing.example/prod/releases"
ARGS: dict[str, Any] = {
    "namespace": "platform-rollouts",
    "labels": Labels(owner="platform-engineering", environment="prod", data_class="internal", pci_scope="connected"),
    "cluster": ClusterFacts(
        name="billing-prod",
        arn=f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/billing-prod",
        account_id=ACCOUNT,
        region=REGION,
    ),
    "cluster_name": "billing-prod",
    "network": ClusterNetwork(vpc_cidr="10.32.0.0/16", service_cidr="172.20.0.0/16"),
    "webhook_url": URL,
}
OUTER = "platform:delivery:CanaryController"
INNER = f"{OUTER}$platform:kubernetes:PlatformController"


@pytest.fixture(scope="module")
def built() -> Built:
    return build(lambda: CanaryController("rollouts", CanaryControllerArgs(**ARGS)))


def test_what_it_tells_goes_over_tls() -> None:
    with pytest.raises(ValueError, match=r"^webhook_url must begin with https://, got 'http://x'"):
        CanaryControllerArgs(**{**ARGS, "webhook_url": "http://x"})


def test_fewer_than_two_replicas_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^replicas must be 2 or more, got 1"):
        build(lambda: CanaryController("rollouts", CanaryControllerArgs(**{**ARGS, "replicas": 1})))


def test_two_replicas_with_a_budget_metrics_and_no_rights_of_the_chart(built: Built) -> None:
    values = built.one("Release", "rollouts").inputs["values"]
    controller = values["controller"]
    assert controller["replicas"] == 2
    assert controller["pdb"] == {"enabled": True, "maxUnavailable": 1}
    assert controller["metrics"] == {"enabled": True, "serviceMonitor": {"enabled": True}}
    assert controller["createClusterRole"] is False
    assert values["createClusterAggregateRoles"] is False
    assert values["providerRBAC"] == {"enabled": False}
    assert values["serviceAccount"] == {"create": False, "name": "argo-rollouts"}
    assert values["dashboard"] == {"enabled": False}
    assert values["keepCRDs"] is True
    assert values["notifications"]["secret"] == {"create": False}
    assert controller["awsVerifyTargetGroup"] is True


def test_the_chart_waits_for_rights_ways_out_and_the_role(built: Built) -> None:
    waits = built.one("Release", "rollouts").dependencies
    for kind in ("ServiceAccount", "ClusterRoleBinding", "RoleBinding", "NetworkPolicy", "PodIdentityAssociation"):
        assert [urn for urn in waits if f":{kind}::" in urn], kind


def test_it_reaches_the_api_prometheus_and_the_webhook_and_is_only_scraped(built: Built) -> None:
    policies = {made.inputs["metadata"]["name"]: made.inputs["spec"] for made in built.all("NetworkPolicy")}
    assert set(policies) == {"to-api-server", "to-aws-credentials", "to-prometheus", "to-webhook", "metrics"}
    assert all(made["policyTypes"] == ["Egress"] for name, made in policies.items() if name != "metrics")
    (public,) = policies["to-webhook"]["egress"][0]["to"]
    assert public["ipBlock"]["cidr"] == "0.0.0.0/0"
    assert {"10.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"} <= {*public["ipBlock"]["except"]}
    (scraped,) = policies["metrics"]["ingress"]
    assert scraped["ports"] == [{"port": 8090, "protocol": "TCP"}]
    namespace = {"kubernetes.io/metadata.name": "platform-telemetry"}
    assert scraped["from"] == [{"namespaceSelector": {"matchLabels": namespace}}]


def test_in_aws_it_only_looks_at_load_balancers(built: Built) -> None:
    (statement,) = json.loads(built.one("RolePolicy", "rollouts").inputs["policy"])["Statement"]
    assert all(action.startswith("elasticloadbalancing:Describe") for action in statement["Action"])
    trust = json.loads(built.one("Role", "rollouts").inputs["assumeRolePolicy"])["Statement"][0]
    told = trust["Condition"]["StringEquals"]
    assert told["aws:RequestTag/kubernetes-namespace"] == "platform-rollouts"
    assert told["aws:RequestTag/kubernetes-service-account"] == "argo-rollouts"


@pytest.mark.parametrize("event", EVENTS)
def test_each_event_has_a_trigger_and_a_document_for_the_webhook(event: str) -> None:
    values = notification_values(URL, "prod")
    service = json.loads(values["notifiers"]["service.webhook.releases"])
    assert service["url"] == URL
    assert json.loads(values["triggers"][f"trigger.{event}"]) == [{"send": [event]}]
    template = json.loads(values["templates"][f"template.{event}"])
    body = template["webhook"]["releases"]["body"]
    filled = json.loads(
        body.replace("{{ ", '"')
        .replace(" | toJson }}", '"')
        .replace('"" .rollout', ".rollout")
        .replace('dig "', "dig ")
        .replace('" "', " ")
        .replace('" .rollout', " .rollout")
    )
    assert set(filled) == {
        "environment",
        "event",
        "remedy",
        "namespace",
        "rollout",
        "owner",
        "revision",
        "message",
    }
    assert (filled["event"], filled["remedy"]) == EVENTS[event]
    assert event in values["subscriptions"][0]["triggers"]


def test_identities_are_what_they_were(built: Built) -> None:
    access, role = f"{INNER}$platform:kubernetes:ControllerAccess", f"{INNER}$platform:identity:PodRole"
    rbac = f"{access}$kubernetes:rbac.authorization.k8s.io/v1"
    policies = ("to-api-server", "to-aws-credentials", "to-prometheus", "to-webhook", "metrics")
    assert built.identities() == {
        f"{OUTER}::rollouts",
        f"{INNER}::rollouts",
        f"{access}::rollouts-rollouts",
        f"{access}$kubernetes:core/v1:ServiceAccount::rollouts-rollouts",
        f"{rbac}:ClusterRole::rollouts-rollouts-watching",
        f"{rbac}:ClusterRoleBinding::rollouts-rollouts-watching",
        f"{rbac}:ClusterRole::rollouts-rollouts-acting",
        f"{rbac}:Role::rollouts-rollouts-own",
        f"{rbac}:RoleBinding::rollouts-rollouts-own",
        *(f"{INNER}$kubernetes:networking.k8s.io/v1:NetworkPolicy::rollouts-{name}" for name in policies),
        f"{role}::rollouts",
        f"{role}$platform:identity:ServiceRole::rollouts",
        f"{role}$platform:identity:ServiceRole$aws:iam/role:Role::rollouts",
        f"{role}$platform:identity:ServiceRole$aws:iam/rolePolicy:RolePolicy::rollouts",
        f"{role}$aws:eks/podIdentityAssociation:PodIdentityAssociation::rollouts",
        f"{INNER}$platform:kubernetes:PlatformChart::rollouts",
        f"{INNER}$platform:kubernetes:PlatformChart$kubernetes:helm.sh/v3:Release::rollouts",
    }
