"""Who may do what, asked of the API server with the platform's own objects in it."""

from collections.abc import Iterator

import pytest

from components.cluster_access import ClusterAccess, ClusterAccessArgs
from components.controller_access import ControllerAccess, ControllerAccessArgs
from components.controller_grants import CONTROLLERS, ControllerName
from components.deploy_access import DeploySecret, DeploySecretArgs
from components.deploy_grants import ALERTMANAGER_ROLE, WEBHOOK_ROLE, SecretRoleName
from components.namespace import Namespace, NamespaceArgs
from sandbox.cluster.client import ApiError
from tests.cluster.conftest import Api, eventually
from tests.cluster.delivered import LABELS, manifests

API, PAYOUTS, ROLLOUTS = "billing-api", "billing-payouts", "platform-rollouts"
ALL = ("platform:engineer", "platform:on-call", "platform:auditor", "platform:preview", "platform:deploy")
PEOPLE = ("platform:engineer", "platform:on-call", "platform:auditor")
SECRETS = ("get", "list", "watch", "create", "update", "patch", "delete")
SECRETS_OF_CHARTS: tuple[tuple[SecretRoleName, str], ...] = (
    (WEBHOOK_ROLE, "platform-ingress"),
    (ALERTMANAGER_ROLE, "platform-telemetry"),
)
CHANGES = ("create", "update", "patch", "delete", "deletecollection")


def _platform() -> None:
    ClusterAccess("access", ClusterAccessArgs(labels=LABELS))
    for name in (API, PAYOUTS, *{one.namespace for one in CONTROLLERS.values()}):
        Namespace(
            name,
            NamespaceArgs(
                name=name,
                owner="payments",
                environment="prod",
                data_class="financial",
                pci_scope="cde",
                **({} if name.startswith("billing-") else {"controllers": ()}),  # type: ignore[arg-type]
            ),
        )
    for controller in CONTROLLERS:
        ControllerAccess(controller, ControllerAccessArgs(controller=controller, labels=LABELS))
    for number, (role, namespace) in enumerate(SECRETS_OF_CHARTS):
        DeploySecret(f"secret-{number}", DeploySecretArgs(namespace=namespace, labels=LABELS, role=role))


@pytest.fixture(scope="module")
def platform(api: Api) -> Iterator[Api]:
    """The access of the platform, two namespaces of services, and those of the controllers."""
    made = manifests(_platform)
    for manifest in made:
        api.put(manifest)
    eventually("roles are in force", lambda: api.allowed("get", "pods", API, groups=("platform:auditor",)))
    yield api
    for manifest in made:
        if manifest["kind"] == "Namespace":
            api.remove("v1", "Namespace", "", manifest["metadata"]["name"])


# (groups, verbs, resources, namespace, allowed). "" is the whole cluster.
TABLE: list[tuple[tuple[str, ...], tuple[str, ...], str, str, bool]] = [
    # Nobody reads secrets, goes into pods or around the network; so also in the controllers' namespaces.
    (ALL, SECRETS, "secrets", API, False),
    (ALL, SECRETS, "secrets", ROLLOUTS, False),
    (ALL, ("list",), "secrets", "", False),
    (ALL, ("create", "get"), "pods/exec pods/attach pods/portforward pods/proxy services/proxy", API, False),
    (ALL, ("get", "create"), "nodes/proxy", "", False),
    (ALL, ("create",), "serviceaccounts/token", API, False),
    (ALL, ("impersonate",), "users groups serviceaccounts", "", False),
    (ALL, ("update", "patch"), "pods/ephemeralcontainers", API, False),
    (PEOPLE, ("bind", "escalate"), "clusterroles.rbac.authorization.k8s.io", "", False),
    (PEOPLE, CHANGES, "clusterroles.rbac.authorization.k8s.io", "", False),
    (PEOPLE, CHANGES, "rolebindings.rbac.authorization.k8s.io networkpolicies.networking.k8s.io", API, False),
    (PEOPLE, CHANGES, "validatingadmissionpolicies.admissionregistration.k8s.io namespaces", "", False),
    # Engineers look at services, one namespace after the other.
    (PEOPLE, ("get", "list", "watch"), "pods configmaps events services rollouts.argoproj.io", API, True),
    (PEOPLE, ("get", "list"), "analysisruns.argoproj.io externalsecrets.external-secrets.io", PAYOUTS, True),
    (("platform:engineer",), ("get", "list", "watch"), "pods configmaps", "", False),
    (("platform:engineer",), ("get", "list"), "pods", "kube-system", False),
    (("platform:engineer",), ("get",), "pods/log", API, False),
    (("platform:engineer",), CHANGES, "pods deployments.apps rollouts.argoproj.io configmaps jobs.batch", API, False),
    (("platform:engineer", "platform:on-call"), ("get", "list"), "namespaces nodes", "", True),
    # On call besides: abort, go on, restart, replace, scale, and what pods print.
    (("platform:on-call",), ("patch",), "rollouts.argoproj.io rollouts.argoproj.io/status", API, True),
    (("platform:on-call",), ("patch", "update"), "rollouts.argoproj.io/scale deployments.apps/scale", API, True),
    (("platform:on-call",), ("get",), "pods/log", API, True),
    (("platform:on-call",), ("delete",), "pods", API, True),
    (("platform:on-call",), ("create",), "pods/eviction", API, True),
    (("platform:on-call",), ("create", "update", "delete"), "rollouts.argoproj.io", API, False),
    (("platform:on-call",), ("create", "update", "patch"), "pods deployments.apps jobs.batch", API, False),
    (("platform:on-call",), ("get", "list"), "pods/log", "kube-system", False),
    (("platform:on-call",), ("delete",), "pods", "kube-system", False),
    # Auditors and the comparison read everything but contents, roles and policies among it.
    (("platform:auditor", "platform:preview"), ("get", "list", "watch"), "pods", "", True),
    (
        ("platform:auditor", "platform:preview"),
        ("get", "list", "watch"),
        "clusterroles.rbac.authorization.k8s.io rolebindings.rbac.authorization.k8s.io "
        "validatingadmissionpolicies.admissionregistration.k8s.io networkpolicies.networking.k8s.io",
        "",
        True,
    ),
    (("platform:auditor", "platform:preview"), ("get",), "pods/log", API, False),
    (
        ("platform:auditor", "platform:preview"),
        CHANGES,
        "pods services rollouts.argoproj.io configmaps namespaces clusterroles.rbac.authorization.k8s.io",
        API,
        False,
    ),
    # The pipeline makes what the program makes.
    (("platform:deploy",), ("create", "patch", "delete"), "namespaces", "", True),
    (("platform:deploy",), ("create", "patch"), "rollouts.argoproj.io ingresses.networking.k8s.io", API, True),
    (("platform:deploy",), ("create", "patch"), "alertmanagers.monitoring.coreos.com", "platform-telemetry", True),
    (("platform:deploy",), ("get",), "pods/log", API, False),
    (("platform:deploy",), ("delete", "create"), "pods", API, False),
    (("platform:deploy",), ("deletecollection",), "pods services namespaces", "", False),
    (("platform:deploy",), ("create",), "secrets", "platform-ingress", True),
    (("platform:deploy",), ("create",), "secrets", "platform-telemetry", True),
    (("platform:deploy",), ("get", "list"), "secrets", "platform-telemetry", False),
    (("platform:deploy",), ("get", "list"), "secrets", "platform-ingress", False),  # but its own one by name
    # Somebody without a group is nobody.
    ((), ("get", "list"), "pods configmaps secrets", API, False),
]
CASES = [
    (group, verb, resource, namespace, allowed)
    for groups, verbs, resources, namespace, allowed in TABLE
    for group in groups or ("",)
    for verb in verbs
    for resource in resources.split()
]


def test_every_role_may_do_what_the_table_says_and_nothing_else(platform: Api) -> None:
    wrong = [
        case
        for case in CASES
        if platform.allowed(case[1], case[2], case[3], groups=(case[0],) if case[0] else ()) is not case[4]
    ]
    assert wrong == []
    assert len(CASES) > 300
    assert {case[0] for case in CASES} == {*ALL, ""}


def test_services_see_nothing_of_each_other_nor_of_the_cluster(platform: Api) -> None:
    account = f"system:serviceaccount:{API}:api"
    groups = ("system:serviceaccounts", f"system:serviceaccounts:{API}")
    seen = [
        (verb, resource, namespace)
        for verb in ("get", "list", "create", "patch", "delete")
        for resource in ("secrets", "configmaps", "pods", "services", "rollouts.argoproj.io", "pods/exec", "pods/log")
        for namespace in (API, PAYOUTS, "platform-secrets", "kube-system", "")
        if platform.allowed(verb, resource, namespace, user=account, groups=groups)
    ]
    assert seen == []


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_controllers_act_in_services_and_nowhere_else(platform: Api, controller: ControllerName) -> None:
    one = CONTROLLERS[controller]
    account = f"system:serviceaccount:{one.namespace}:{one.account}"

    def may(grant_verb: str, group: str, resource: str, namespace: str) -> bool:
        named, _, sub = resource.partition("/")
        asked = f"{named}.{group}{f'/{sub}' if sub else ''}" if group else resource
        return platform.allowed(grant_verb, asked, namespace, user=account)

    acting = [(verb, one.group, name) for one in one.acting for name in one.resources.split() for verb in one.verbs]
    assert all(may(*what, API) for what in acting)
    assert [what for what in acting if may(*what, "kube-system")] == []
    watching = [(verb, one.group, name) for one in one.watching for name in one.resources.split() for verb in one.verbs]
    assert all(may(*what, "") for what in watching)
    assert not any(platform.allowed(verb, "*", "", user=account) for verb in ("create", "delete", "*"))


def _as_pipeline(api: Api, manifest: dict[str, object]) -> None:
    """Server-side apply, as Pulumi does, by somebody of the pipeline's group."""
    metadata = manifest["metadata"]
    assert isinstance(metadata, dict)
    where = api.path(
        str(manifest["apiVersion"]), str(manifest["kind"]), metadata.get("namespace", ""), metadata["name"]
    )
    headers = {"Impersonate-User": "pipeline", "Impersonate-Group": "platform:deploy"}
    query = "?fieldManager=pipeline&force=true"
    kind = "application/apply-patch+yaml"
    api.call("PATCH", f"{where}{query}", manifest, content_type=kind, headers=headers)


def test_the_pipeline_makes_all_of_this_itself_but_cannot_give_itself_more(platform: Api) -> None:
    made = manifests(_platform)
    for manifest in made:
        _as_pipeline(platform, manifest)
    (own,) = [one for one in made if one["kind"] == "ClusterRole" and one["metadata"]["name"] == "platform:deploy"]
    more = {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}
    with pytest.raises(ApiError, match="is attempting to grant RBAC permissions not currently held") as refused:
        _as_pipeline(platform, {**own, "rules": [*own["rules"], more]})
    assert refused.value.status == 403
    other = {**own, "metadata": {"name": "another"}, "rules": [more]}
    with pytest.raises(ApiError, match="not currently held"):
        _as_pipeline(platform, other)


def test_a_namespace_refuses_pods_that_are_not_restricted(platform: Api) -> None:
    bad = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "bad"},
        "spec": {"containers": [{"name": "main", "image": "x"}]},
    }
    with pytest.raises(ApiError, match=r'violates PodSecurity "restricted:v1\.34"') as refused:
        platform.create(platform.path("v1", "Pod", API), bad, dry_run=True)
    assert refused.value.status == 403
