"""The objects that judge the releases of a service."""

from pulumi import Output

from components.canary_analysis import CanaryAnalysis, CanaryAnalysisArgs
from tests.components.canary.plans import plan
from tests.components.conftest import Built, build

NAMES = ("preflight", "tripwire", *(f"canary-at-{weight}" for weight in (1, 5, 25, 50, 100)))


def made(args: CanaryAnalysisArgs) -> Built:
    return build(lambda: CanaryAnalysis("billing-api", args))


def test_children_are_the_templates_and_the_alerts() -> None:
    parent = "platform:delivery:CanaryAnalysis"
    assert made(CanaryAnalysisArgs(plan=plan())).identities() == {
        f"{parent}::billing-api",
        *(f"{parent}$kubernetes:argoproj.io/v1alpha1:AnalysisTemplate::billing-api-{name}" for name in NAMES),
        f"{parent}$kubernetes:monitoring.coreos.com/v1:PrometheusRule::billing-api-canary",
    }


def test_templates_are_whole_and_in_the_services_namespace() -> None:
    def program() -> None:
        namespace = Output.from_input("billing-api-x")
        labels = {"platform/data-class": "financial"}
        CanaryAnalysis("billing-api", CanaryAnalysisArgs(plan=plan(), namespace=namespace, labels=labels))

    template = build(program).one("AnalysisTemplate", "billing-api-canary-at-1")
    assert template.inputs["kind"] == "AnalysisTemplate"
    assert template.inputs["metadata"]["namespace"] == "billing-api-x"
    assert template.inputs["metadata"]["labels"] == {
        "app.kubernetes.io/name": "billing-api",
        "app.kubernetes.io/part-of": "billing",
        "app.kubernetes.io/managed-by": "pulumi",
        "platform/owner": "payments",
        "platform/data-class": "financial",
    }
    assert "gates.platform/errors-below-ceiling" in template.inputs["metadata"]["annotations"]
    first = template.inputs["spec"]["metrics"][0]
    assert (first["name"], first["consecutiveSuccessLimit"]) == ("metrics-are-fresh", 11)
    assert first["provider"]["prometheus"]["rangeQuery"]["step"] == "1m"


def test_a_person_is_called_to_a_release_that_holds() -> None:
    rule = made(CanaryAnalysisArgs(plan=plan())).one("PrometheusRule", "billing-api-canary")
    holds, aborted = rule.inputs["spec"]["groups"][0]["rules"]
    assert (holds["alert"], holds["for"], holds["labels"]["severity"]) == ("CanaryHolds", "45m", "page")
    assert (aborted["alert"], aborted["labels"]["owner"]) == ("CanaryAborted", "payments")
