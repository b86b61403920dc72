"""The fields of a Rollout: evidence alone moves it forward, and an abort moves the traffic first."""

from typing import Any

import pytest

from components.canary.plan import ExpectedTraffic, RiskClass
from components.canary_strategy import CanaryPlan, analysis_templates, rollout_spec
from tests.components.canary.plans import CLASSES, plan

REQUESTS: tuple[RiskClass, ...] = ("payment-write", "read")
ARRIVES = {
    "payment-write": ["setWeight"],
    "read": ["setWeight"],
    "webhook-out": ["setCanaryScale", "setWeight"],
    "worker": ["setCanaryScale"],
}


def canary(of: CanaryPlan) -> dict[str, Any]:
    found: dict[str, Any] = rollout_spec(of)["strategy"]["canary"]
    return found


def kinds(of: CanaryPlan) -> list[str]:
    return [next(iter(step)) for step in canary(of)["steps"]]


@pytest.mark.parametrize("risk", CLASSES)
def test_no_step_is_left_by_time(risk: RiskClass) -> None:
    """Every growth of the canary is followed by an analysis, and no step is a pause."""
    steps = kinds(plan(risk))
    assert "pause" not in steps
    climb, one = steps[canary(plan(risk))["analysis"]["startingStep"] :], [*ARRIVES[risk], "analysis"]
    assert climb == one * (len(climb) // len(one))
    assert not {"setWeight", "pause"} & set(steps[: -len(climb)])


@pytest.mark.parametrize("risk", CLASSES)
def test_every_template_that_steps_name_exists_and_no_other(risk: RiskClass) -> None:
    of = plan(risk)
    made = {one["metadata"]["name"] for one in analysis_templates(of)}
    analyses = [step["analysis"] for step in canary(of)["steps"] if "analysis" in step] + [canary(of)["analysis"]]
    assert {ref["templateName"] for one in analyses for ref in one["templates"]} == made


@pytest.mark.parametrize("risk", CLASSES)
def test_arms_are_told_by_their_hashes(risk: RiskClass) -> None:
    of = plan(risk)
    for analysis in [step["analysis"] for step in canary(of)["steps"] if "analysis" in step] + [canary(of)["analysis"]]:
        assert {arg["name"]: arg["valueFrom"]["podTemplateHashValue"] for arg in analysis["args"]} == {
            "canary-hash": "Latest",
            "stable-hash": "Stable",
        }
    for template in analysis_templates(of):
        assert [arg["name"] for arg in template["spec"]["args"]] == ["canary-hash", "stable-hash"]


@pytest.mark.parametrize("risk", REQUESTS)
def test_abort_moves_traffic_first_and_keeps_the_evidence(risk: RiskClass) -> None:
    spec = rollout_spec(plan(risk))
    assert spec["progressDeadlineAbort"] is True
    assert spec["progressDeadlineSeconds"] == 600
    assert spec["rollbackWindow"] == {"revisions": 3}
    assert spec["revisionHistoryLimit"] > spec["rollbackWindow"]["revisions"]
    found = canary(plan(risk))
    wanted = {
        "abortScaleDownDelaySeconds": 600,
        "scaleDownDelaySeconds": 1800,
        "maxUnavailable": 0,
        "minPodsPerReplicaSet": 2,
        "stableService": "billing-api-stable",
        "canaryService": "billing-api-canary",
    }
    assert {key: found[key] for key in wanted} == wanted
    assert "dynamicStableScale" not in found
    assert found["trafficRouting"] == {
        "managedRoutes": [{"name": "billing-api-preflight"}],
        "alb": {
            "ingress": "billing-api",
            "servicePort": 80,
            "rootService": "billing-api",
            "annotationPrefix": "alb.ingress.kubernetes.io",
        },
    }


def test_preflight_has_two_pods_the_header_and_no_traffic() -> None:
    steps = canary(plan())["steps"]
    route = {"headerName": "x-canary-preflight", "headerValue": {"exact": "billing-api-preflight"}}
    assert steps[:6] == [
        {"setCanaryScale": {"replicas": 2}},
        {"setHeaderRoute": {"name": "billing-api-preflight", "match": [route]}},
        {"analysis": steps[2]["analysis"]},
        {"setHeaderRoute": {"name": "billing-api-preflight"}},
        {"setCanaryScale": {"matchTrafficWeight": True}},
        {"setWeight": 1},
    ]
    assert canary(plan())["analysis"]["startingStep"] == 5


def test_class_without_preflight_is_asked_for_pages_alone() -> None:
    """No pod and no route for it: nothing is sent."""
    of = plan("read", preflight=None, traffic=ExpectedTraffic(requests_per_s=100))
    assert kinds(of)[:2] == ["analysis", "setWeight"]
    assert canary(of)["analysis"]["startingStep"] == 1
    (before,) = [one for one in analysis_templates(of) if "preflight" in one["metadata"]["name"]]
    assert [one["name"] for one in before["spec"]["metrics"]] == ["no-burn-rate-page"]


def test_class_without_preflight_or_budgets_begins_with_its_first_weight() -> None:
    of = plan("read", preflight=None, levels=(), traffic=ExpectedTraffic(requests_per_s=100))
    assert kinds(of)[0] == "setWeight"
    assert canary(of)["analysis"]["startingStep"] == 0
    assert not any("preflight" in one["metadata"]["name"] for one in analysis_templates(of))


def test_worker_has_a_partition_and_stops_working_at_once() -> None:
    """`trafficRouting` is empty, not absent: without it the controller scales the stable arm down."""
    found = canary(plan("worker"))
    assert found["trafficRouting"] == {}
    assert found["canaryMetadata"]["labels"] == {"platform/partition": "canary"}
    assert found["stableMetadata"]["labels"] == {"platform/partition": "stable"}
    assert found["abortScaleDownDelaySeconds"] == found["scaleDownDelaySeconds"] == 1  # 0 would be for ever
    assert "stableService" not in found
    weights = [step["setCanaryScale"]["weight"] for step in found["steps"] if "setCanaryScale" in step]
    assert weights == [10, 50, 100]


def test_webhooks_have_a_weight_for_requests_and_a_partition_for_deliveries() -> None:
    found = canary(plan("webhook-out"))
    assert found["trafficRouting"]["alb"]["ingress"] == "billing-api"
    assert found["canaryMetadata"]["labels"] == {"platform/partition": "canary"}
    assert found["abortScaleDownDelaySeconds"] == 1
    assert found["steps"][1:3] == [{"setCanaryScale": {"weight": 10}}, {"setWeight": 10}]


def test_preflight_is_a_restricted_job_of_the_same_image() -> None:
    template = analysis_templates(plan())[0]
    metric = template["spec"]["metrics"][0]
    job = metric["provider"]["job"]["spec"]
    pod = job["template"]["spec"]
    (container,) = pod["containers"]
    assert (metric["name"], job["backoffLimit"], job["activeDeadlineSeconds"]) == ("preflight", 0, 300)
    assert container["image"].endswith(f"billing-api@sha256:{'0' * 64}")
    assert container["args"] == ["preflight"]
    environment = {one["name"]: one["value"] for one in container["env"]}
    assert environment["PREFLIGHT_SCHEMA_REVISIONS"] == "3"  # those of the rollback window
    assert environment["PREFLIGHT_HEADER"] == "x-canary-preflight: billing-api-preflight"
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"] == {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert job["template"]["metadata"]["labels"]["app.kubernetes.io/name"] == "billing-api-preflight"


def test_every_gate_of_a_template_is_explained_in_it() -> None:
    for template in analysis_templates(plan()):
        explained = {key.removeprefix("gates.platform/") for key in template["metadata"]["annotations"]}
        names = {metric["name"] for metric in template["spec"]["metrics"]}
        assert explained == names - {"preflight", "decided-in-time"}
        assert all(len(key) <= 63 for key in explained)
        for text in template["metadata"]["annotations"].values():
            assert all(word in text for word in ("Passes while", "Fails (abort)", "Starved", "Blind"))
