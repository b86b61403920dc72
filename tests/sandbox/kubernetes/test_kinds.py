"""Which types are objects, which live in no namespace, and how the others are refused."""

import pytest

from sandbox.kubernetes.kinds import Kind, UnsupportedTypeError, kind_of


def test_a_token_is_a_group_a_version_and_a_kind() -> None:
    assert kind_of("kubernetes:core/v1:Namespace") == Kind("", "v1", "Namespace")
    assert kind_of("kubernetes:apps/v1:Deployment").api_version == "apps/v1"
    rollout = kind_of("kubernetes:argoproj.io/v1alpha1:Rollout")
    assert (str(rollout), rollout.namespaced) == ("argoproj.io/v1alpha1 Rollout", None)


@pytest.mark.parametrize(
    ("token", "said"),
    [
        ("kubernetes:core/v1:SecretList", "a list is no object of its own"),
        ("kubernetes:apps/v1:DeploymentPatch", "declare the Deployment"),
        ("kubernetes:yaml/v2:ConfigGroup", "outside of the engine's sight"),
        ("kubernetes:kustomize/v2:Directory", "outside of the engine's sight"),
        ("kubernetes:helm.sh/v4:Chart", "has to be rendered by Helm"),
        ("aws:sqs/queue:Queue", "does not serve resource type aws:sqs/queue:Queue"),
    ],
)
def test_what_is_no_object_is_refused_by_name(token: str, said: str) -> None:
    with pytest.raises(UnsupportedTypeError, match=said) as raised:
        kind_of(token)
    assert token in str(raised.value)


def test_kinds_of_custom_groups_may_be_called_list_or_patch() -> None:
    assert kind_of("kubernetes:made.test/v1:AllowList").name == "AllowList"


@pytest.mark.parametrize(("token", "namespaced"), [("core/v1:Node", False), ("core/v1:Pod", True),
                                                   ("rbac.authorization.k8s.io/v1:ClusterRole", False),
                                                   ("rbac.authorization.k8s.io/v1:Role", True)])  # fmt: skip
def test_built_in_kinds_are_known_to_have_a_namespace_or_none(token: str, namespaced: bool) -> None:
    assert kind_of(f"kubernetes:{token}").namespaced is namespaced
