"""What becomes of the policies' data on its way to the API server, which tests/cluster/test_admission.py asks."""

import re
from dataclasses import asdict
from typing import Any

import pytest

from components.admission_policies import AdmissionPolicies, AdmissionPoliciesArgs, AdmissionPolicyArgs
from components.charts.versions import images_by_namespace
from components.labels import Labels
from components.namespace import POD_SECURITY_VERSION, pod_security_labels
from policies import kubernetes_facts as facts
from policies.admission import policies
from policies.rules import ALL
from tests.components.conftest import Built, build

LABELS = Labels(owner="platform-engineering", environment="prod", data_class="internal", pci_scope="connected")
REGISTRY = "730218645519.dkr.ecr.eu-central-1.amazonaws.com"
POLICIES = policies(REGISTRY, images_by_namespace(), "arn:aws:iam::730218645519:role/platform/prod-")
ARGS: dict[str, Any] = {
    "name": "no-tags",
    "kinds": (("", "v1", ("pods",)),),
    "validations": (("false", "'never'"),),
}


@pytest.fixture(scope="module")
def built() -> Built:
    args = tuple(AdmissionPolicyArgs(**asdict(policy)) for policy in POLICIES)
    return build(lambda: AdmissionPolicies("admission", AdmissionPoliciesArgs(labels=LABELS, policies=args)))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"name": "No tags"}, r"name must be 1 to 52 of a-z 0-9 -, a letter first and no - last, got 'No tags'"),
        ({"validations": ()}, r"no-tags needs kinds and validations: a policy that asks nothing refuses nothing"),
        ({"kinds": ()}, r"no-tags needs kinds and validations"),
        (
            {"namespaces": ("a",), "but_namespaces": ("b",)},
            r"no-tags must have namespaces or but_namespaces, got both: keep one",
        ),
    ],
)
def test_policies_that_say_nothing_or_two_things_are_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        AdmissionPolicyArgs(**{**ARGS, **changed})


def test_what_cannot_be_evaluated_is_refused_and_every_refusal_recorded(built: Built) -> None:
    for made in built.all("ValidatingAdmissionPolicy"):
        assert made.inputs["spec"]["failurePolicy"] == "Fail"
        assert all(
            {"expression", "messageExpression", "reason"} == set(one) for one in made.inputs["spec"]["validations"]
        )
    for made in built.all("ValidatingAdmissionPolicyBinding"):
        assert made.inputs["spec"]["validationActions"] == ["Deny", "Audit"]


def test_each_policy_is_bound_to_itself_and_after_it(built: Built) -> None:
    known = {made.name: made for made in built.all("ValidatingAdmissionPolicy")}
    bindings = built.all("ValidatingAdmissionPolicyBinding")
    assert {made.name for made in bindings} == set(known) == {f"admission-{policy.name}" for policy in POLICIES}
    for made in bindings:
        policy = known[made.name]
        assert made.inputs["spec"]["policyName"] == policy.inputs["metadata"]["name"]
        assert made.dependencies == (policy.urn,)


def test_the_cluster_s_own_namespaces_are_left_alone_and_the_platform_s_have_their_images() -> None:
    found: dict[str, tuple[str, ...]] = {policy.name: policy.but_namespaces for policy in POLICIES}
    assert found["pods-apart-from-nodes"] == facts.EXEMPT_NAMESPACES
    assert found["images-by-digest"] == (*facts.EXEMPT_NAMESPACES, *images_by_namespace())
    assert {policy.namespaces for policy in POLICIES if policy.name.startswith("images-of-")} == {
        (namespace,) for namespace in images_by_namespace()
    }
    assert {*images_by_namespace()} == {*facts.PLATFORM_NAMESPACES}


def test_namespaces_are_bound_by_a_label_that_nobody_can_write(built: Built) -> None:
    bound = built.one("ValidatingAdmissionPolicyBinding", "admission-required-labels").inputs["spec"]
    (term,) = bound["matchResources"]["namespaceSelector"]["matchExpressions"]
    assert (term["key"], term["operator"]) == ("kubernetes.io/metadata.name", "NotIn")
    everywhere = built.one("ValidatingAdmissionPolicyBinding", "admission-no-further-administrators").inputs["spec"]
    assert "matchResources" not in everywhere


def test_policies_name_rules_that_there_are(built: Built) -> None:
    known = {rule.id for rule in ALL}
    named = {rule for policy in POLICIES for rule in policy.rules}
    assert named <= known
    assert named >= {"K8S-01", "K8S-02", "K8S-05", "K8S-06", "K8S-07", "K8S-09", "K8S-11", "K8S-12", "K8S-13"}
    made = built.one("ValidatingAdmissionPolicy", "admission-images-by-digest").inputs["metadata"]
    assert made["annotations"] == {"platform/rules": "K8S-06"}


def test_expressions_hold_the_rules_own_values() -> None:
    text = {policy.name: str(policy.validations) for policy in POLICIES}
    assert facts.image_pattern(REGISTRY) in dict(POLICIES[0].validations[0:1]).popitem()[0]
    assert all(label in text["required-labels"] for label in facts.REQUIRED_POD_LABELS)
    assert all(probe in text["probes"] for probe in facts.REQUIRED_PROBES)
    assert facts.API_ANNOTATION in text["declared-tokens"]


def test_the_registry_s_pattern_is_of_the_common_part_of_both_languages() -> None:
    """Python's `re` and RE2, which CEL uses, agree on what has no look-around, back-reference or possessive."""
    pattern = facts.image_pattern(REGISTRY)
    assert not re.search(r"\(\?[=!<P]|\\[1-9]|[*+?}]\+", pattern)
    assert re.fullmatch(pattern, f"{REGISTRY}/billing/api@sha256:{'0' * 64}")


def test_components_and_rules_pin_the_same_pod_security() -> None:
    assert POD_SECURITY_VERSION == facts.POD_SECURITY_VERSION
    labels = pod_security_labels("restricted")
    assert labels[facts.ENFORCE_LABEL] == facts.POD_SECURITY_LEVEL
    assert labels[facts.ENFORCE_VERSION_LABEL] == facts.POD_SECURITY_VERSION
