"""What the table of roles says, before an API server is asked (tests/cluster/test_access.py asks it)."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from components.cluster_access import NAMESPACED, ROLES, ClusterAccess, ClusterAccessArgs, ClusterRoleName
from components.cluster_grants import Grant
from components.controller_access import ControllerAccess, ControllerAccessArgs
from components.controller_grants import CONTROLLERS, ControllerName, acting_role, own_role, watching_role
from components.deploy_access import DeploySecret, DeploySecretArgs
from components.deploy_grants import DEPLOYING, SECRET_GRANTS, SecretRoleName
from components.labels import Labels
from tests.components.conftest import build

LABELS = Labels(owner="platform-engineering", environment="prod", data_class="internal", pci_scope="connected")
RBAC = "rbac.authorization.k8s.io"
PEOPLE: tuple[ClusterRoleName, ...] = ("platform:engineer", "platform:on-call", "platform:auditor", "platform:preview")
WIDE = ("bind", "escalate", "impersonate")
INTO_PODS = ("pods/exec", "pods/attach", "pods/portforward", "pods/proxy", "services/proxy", "nodes/proxy")


def _granted(grants: Sequence[Grant]) -> set[tuple[str, str, str]]:
    """(group, resource, verb)."""
    return {(one.group, name, verb) for one in grants for name in one.resources.split() for verb in one.verbs}


@pytest.mark.parametrize(
    ("grant", "message"),
    [
        (("", "pods", ("*",)), "a grant names what it allows, got a wildcard in /pods"),
        (("", "*", ("get",)), "a grant names what it allows, got a wildcard in /\\*"),
        (("*", "pods", ("get",)), "a grant names what it allows, got a wildcard in \\*/pods"),
        ((RBAC, "clusterroles", ("bind",)), "bind on clusterroles needs names and a reason"),
        ((RBAC, "clusterroles", ("escalate",), ("platform:x",)), "escalate on clusterroles needs names and a reason"),
        (("", "users", ("impersonate",), (), "why"), "impersonate on users needs names and a reason"),
    ],
)
def test_wide_grants_are_refused(grant: tuple[str, str, tuple[str, ...]], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        Grant(*grant)


@pytest.mark.parametrize("role", ROLES)
def test_nobody_reads_secrets_goes_into_pods_or_becomes_another(role: ClusterRoleName) -> None:
    granted = _granted(ROLES[role])
    assert not [one for one in granted if one[:2] == ("", "secrets") or one[1] in INTO_PODS]
    assert not [one for one in granted if one[2] == "impersonate" or one[1].endswith("/token")]


@pytest.mark.parametrize("role", PEOPLE)
def test_people_grant_nothing(role: ClusterRoleName) -> None:
    assert not [one for one in _granted(ROLES[role]) if one[2] in WIDE]
    assert not [one for one in _granted(ROLES[role]) if one[0] == RBAC and one[2] not in ("get", "list", "watch")]


def test_who_looks_only_looks_and_on_call_adds_little() -> None:
    looks = {"get", "list", "watch"}
    for role in ("platform:engineer", "platform:auditor", "platform:preview"):
        assert {verb for _, _, verb in _granted(ROLES[role])} == looks
    assert _granted(ROLES["platform:on-call"]) - _granted(ROLES["platform:engineer"]) == {
        ("", "pods/log", "get"),
        ("", "pods", "delete"),
        ("", "pods/eviction", "create"),
        *(("apps", "deployments/scale", verb) for verb in ("get", "patch", "update")),
        *(("argoproj.io", "rollouts/scale", verb) for verb in ("get", "patch", "update")),
        ("argoproj.io", "rollouts", "patch"),
        ("argoproj.io", "rollouts/status", "patch"),
    }


def test_the_pipeline_may_pass_on_every_role_but_its_own() -> None:
    names = {name for grant in DEPLOYING if "escalate" in grant.verbs for name in grant.names}
    assert "platform:deploy" not in names
    controllers = {
        role(name)
        for name, one in CONTROLLERS.items()
        for role, grants in ((watching_role, one.watching), (acting_role, one.acting), (own_role, one.own))
        if grants
    }
    assert names == {*PEOPLE, *controllers, *SECRET_GRANTS, "platform:dashboards"}


def test_roles_are_bound_everywhere_or_in_namespaces() -> None:
    built = build(lambda: ClusterAccess("access", ClusterAccessArgs(labels=LABELS)))
    roles = {made.inputs["metadata"]["name"]: made.inputs["rules"] for made in built.all("ClusterRole")}
    assert set(roles) == {*ROLES, "platform:nodes"}
    assert all(rules == [grant.rule() for grant in ROLES[role]] for role in ROLES if (rules := roles[role]))
    bound = {
        made.inputs["roleRef"]["name"]: [subject["name"] for subject in made.inputs["subjects"]]
        for made in built.all("ClusterRoleBinding")
    }
    everywhere: dict[str, list[str]] = {role: [role] for role in ROLES if role not in NAMESPACED}
    assert bound == {**everywhere, "platform:nodes": ["platform:engineer", "platform:on-call"]}


def test_the_names_of_the_groups_are_those_that_the_cluster_s_access_entries_give() -> None:
    given = Path("stacks/cluster.py").read_text()
    assert [role for role in ROLES if f'"{role}"' not in given] == []


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_controllers_get_what_the_table_says_where_it_says(controller: ControllerName) -> None:
    one = CONTROLLERS[controller]
    args = ControllerAccessArgs(controller=controller, labels=LABELS)
    built = build(lambda: ControllerAccess(controller, args))
    roles = {made.inputs["metadata"]["name"]: made.inputs["rules"] for made in built.all("ClusterRole")}
    wanted = {watching_role(controller): one.watching, acting_role(controller): one.acting}
    assert roles == {name: [grant.rule() for grant in grants] for name, grants in wanted.items() if grants}
    subject = {"kind": "ServiceAccount", "name": one.account, "namespace": one.namespace}
    bindings = [*built.all("ClusterRoleBinding"), *built.all("RoleBinding")]
    assert all(made.inputs["subjects"] == [subject] for made in bindings)
    assert [made.inputs["roleRef"]["name"] for made in built.all("ClusterRoleBinding")] == (
        [watching_role(controller)] if one.watching else []
    )
    assert [made.inputs["metadata"]["namespace"] for made in built.all("Role")] == ([one.namespace] if one.own else [])


def test_no_controller_changes_anything_everywhere() -> None:
    changing = {
        name: {verb for grant in one.watching for verb in grant.verbs} - {"get", "list", "watch"}
        for name, one in CONTROLLERS.items()
    }
    assert not any(changing.values())


@pytest.mark.parametrize(
    ("role_name", "namespace", "secret"),
    [
        ("platform:deploy-webhook-certificate", "platform-ingress", "aws-load-balancer-tls"),
        (
            "platform:deploy-alertmanager-configuration",
            "platform-telemetry",
            "alertmanager-prometheus-alertmanager",  # kube-prometheus-stack, templates/alertmanager/secret.yaml
        ),
    ],
)
def test_the_pipeline_touches_one_secret_of_a_chart_in_its_namespace(
    role_name: SecretRoleName, namespace: str, secret: str
) -> None:
    args = DeploySecretArgs(namespace=namespace, labels=LABELS, role=role_name)
    built = build(lambda: DeploySecret("kept", args))
    role, binding = built.one("Role", "kept").inputs, built.one("RoleBinding", "kept").inputs
    assert role["metadata"]["namespace"] == binding["metadata"]["namespace"] == namespace
    assert role["metadata"]["name"] == binding["roleRef"]["name"] == role_name
    named = [rule for rule in role["rules"] if rule["verbs"] != ["create"]]
    assert [rule["resourceNames"] for rule in named] == [[secret]]
    assert {rule["resources"][0] for rule in role["rules"]} == {"secrets"}
    assert [subject["name"] for subject in binding["subjects"]] == ["platform:deploy"]
