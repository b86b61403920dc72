"""Chains: from role to role, by changes, and through a cluster and back."""

from typing import Any

import pytest

from policies.access.decision import Outcome
from policies.access.estate import Estate
from policies.access.reach import Reach
from policies.adapters import from_state
from tests.policies.access.states import ACCOUNT, attach, document, item, policy, role, says, state, trusts, user

_SECRET = f"arn:aws:secretsmanager:eu-central-1:{ACCOUNT}:secret:card-AbCdEf"
_IAM = f"arn:aws:iam::{ACCOUNT}"
_READ = says("secretsmanager:GetSecretValue", _SECRET)
_POD = document(trusts({"Service": "pods.eks.amazonaws.com"}, ["sts:AssumeRole", "sts:TagSession"]))
_CLUSTER = item("aws:eks/cluster:Cluster", "main", name="main", arn=f"arn:aws:eks:eu-central-1:{ACCOUNT}:cluster/main")


def _path(*parts: Any, who: str = "app") -> tuple[str, Outcome] | None:
    estate = Estate(from_state(state(*parts)))
    asker = estate.asker(who)
    assert estate.can(asker, "secretsmanager:GetSecretValue", _SECRET).outcome is Outcome.DENY
    found = Reach(estate).shortest(asker, "secretsmanager:GetSecretValue", _SECRET)
    return (", then ".join(map(str, found.steps)), found.outcome) if found else None


def _target(service: str = "lambda", **outputs: Any) -> list[dict[str, Any]]:
    trust = document(trusts({"Service": f"{service}.amazonaws.com"}))
    return role("target", _READ, **{"assumeRolePolicy": trust, **outputs})


@pytest.mark.parametrize(
    ("parts", "path"),
    [
        (
            (role("app"), _target(assumeRolePolicy=document(trusts({"AWS": f"{_IAM}:role/app"})))),
            "sts:AssumeRole to target",
        ),
        ((role("app", says("iam:UpdateAssumeRolePolicy")), _target()), "iam:UpdateAssumeRolePolicy to target"),
        ((role("app", says("iam:PutRolePolicy")),), "iam:PutRolePolicy to app with any permission"),
        (
            (
                role("app", says("iam:CreatePolicyVersion")),
                policy("own", says("ec2:Describe*")),
                attach("app", f"{_IAM}:policy/own"),
            ),
            "iam:CreatePolicyVersion to app with any permission",
        ),
        (
            (role("app", says("iam:PassRole"), says(["lambda:CreateFunction", "lambda:InvokeFunction"])), _target()),
            "iam:PassRole to lambda:CreateFunction to target",
        ),
        (
            (role("app", says("iam:PassRole"), says("ec2:RunInstances")), _target("ec2")),
            "iam:PassRole to ec2:RunInstances to target",
        ),
        (
            (
                role(
                    "app",
                    says("iam:PassRole", Condition={"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}),
                    says("ec2:RunInstances"),
                ),
                _target("ec2"),
            ),
            "iam:PassRole to ec2:RunInstances to target",
        ),
        ((role("app", says("iam:CreateAccessKey")), user("ada", _READ)), "iam:CreateAccessKey to ada"),
        (
            (
                role("app", says("lambda:UpdateFunctionCode")),
                _target(),
                item(
                    "aws:lambda/function:Function",
                    "f",
                    name="f",
                    role=f"{_IAM}:role/target",
                    arn=f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function:f",
                ),
            ),
            "lambda:UpdateFunctionCode to target",
        ),
        (
            (
                role("app"),
                role("middle", assumeRolePolicy=document(trusts({"AWS": f"{_IAM}:role/app"}))),
                _target(assumeRolePolicy=document(trusts({"AWS": f"{_IAM}:role/middle"}))),
            ),
            "sts:AssumeRole to middle, then sts:AssumeRole to target",
        ),
    ],
)
def test_a_chain_is_found(parts: tuple[Any, ...], path: str) -> None:
    assert _path(*parts) == (path, Outcome.ALLOW)


@pytest.mark.parametrize(
    "parts",
    [
        (role("app", says("iam:PassRole")), _target()),
        (role("app", says("iam:PassRole"), says("ec2:RunInstances")), _target("lambda")),
        (role("app", says("iam:PassRole", f"{_IAM}:role/other"), says("ec2:RunInstances")), _target("ec2")),
        (
            role(
                "app",
                says("iam:PassRole", Condition={"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}),
                says("ec2:RunInstances"),
            ),
            _target("ec2"),
        ),
        (role("app", says("iam:PutRolePolicy", f"{_IAM}:role/target")), _target()),
        (role("app", says("sts:AssumeRole")), _target()),
        (role("app", says("iam:*"), says("iam:*", "*", "Deny")), _target()),
        (
            role("app", says("iam:PutRolePolicy"), permissionsBoundary=f"{_IAM}:policy/limit"),
            policy("limit", says("iam:*")),
        ),
    ],
)
def test_no_chain_where_a_link_is_missing(parts: tuple[Any, ...]) -> None:
    assert _path(*parts) is None


def test_a_condition_makes_a_link_uncertain() -> None:
    trust = document(trusts({"AWS": f"{_IAM}:role/app"}, Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}))
    assert _path(role("app"), _target(assumeRolePolicy=trust)) == ("perhaps sts:AssumeRole to target", Outcome.MAY)


def test_a_user_joins_a_group() -> None:
    group = item("aws:iam/group:Group", "staff", name="staff", arn=f"{_IAM}:group/staff")
    own = item("aws:iam/groupPolicy:GroupPolicy", "p", group="staff", policy=document(_READ))
    found = _path(user("ada", says("iam:AddUserToGroup")), group, own, who="ada")
    assert found == ("iam:AddUserToGroup to ada in staff", Outcome.ALLOW)


def _entry(*groups: str, **more: Any) -> dict[str, Any]:
    return item(
        "aws:eks/accessEntry:AccessEntry",
        "entry",
        clusterName="main",
        principalArn=f"{_IAM}:role/app",
        kubernetesGroups=list(groups),
        **more,
    )


def _bound(verbs: list[str], resource: str, group: str = "", namespace: str = "billing") -> list[dict[str, Any]]:
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "r"}
    return [
        item(
            "kubernetes:rbac.authorization.k8s.io/v1:Role",
            "r",
            metadata={"name": "r", "namespace": namespace},
            rules=[{"apiGroups": [group], "resources": [resource], "verbs": verbs}],
        ),
        item(
            "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
            "b",
            metadata={"name": "b", "namespace": namespace},
            roleRef=reference,
            subjects=[{"kind": "Group", "name": "staff"}],
        ),
    ]


_IDENTITY = item(
    "aws:eks/podIdentityAssociation:PodIdentityAssociation",
    "i",
    clusterName="main",
    namespace="billing",
    serviceAccount="api",
    roleArn=f"{_IAM}:role/target",
)


@pytest.mark.parametrize(
    ("verbs", "resource", "group", "how"),
    [
        (["create"], "pods", "", "make pods"),
        (["patch"], "deployments", "apps", "make deployments"),
        (["create"], "pods/exec", "", "exec into pods"),
        (["create"], "serviceaccounts/token", "", "make tokens"),
        (["impersonate"], "serviceaccounts", "", "impersonate"),
        (["*"], "*", "*", "attach to pods"),
    ],
)
def test_a_role_is_followed_through_the_cluster_and_back(verbs: list[str], resource: str, group: str, how: str) -> None:
    parts = (role("app"), _target(assumeRolePolicy=_POD), _CLUSTER, _entry("staff"), _IDENTITY)
    expected = f"access entry to app in main, then {how} to service account billing/api, then pod identity to target"
    assert _path(*parts, *_bound(verbs, resource, group)) == (expected, Outcome.ALLOW)


@pytest.mark.parametrize(
    "parts",
    [
        (*_bound(["get", "list"], "pods"), _entry("staff")),
        (*_bound(["create"], "pods", namespace="shop"), _entry("staff")),
        (*_bound(["create"], "pods"), _entry("others")),
        (*_bound(["create"], "pods"),),
    ],
)
def test_other_verbs_namespaces_and_groups_lead_nowhere(parts: tuple[Any, ...]) -> None:
    assert _path(role("app"), _target(assumeRolePolicy=_POD), _CLUSTER, _IDENTITY, *parts) is None


def test_an_access_policy_of_eks_leads_on_in_its_namespaces() -> None:
    def associated(namespace: str) -> dict[str, Any]:
        scope = {"type": "namespace", "namespaces": [namespace]}
        arn = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy"
        type_ = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"
        return item(type_, "a", clusterName="main", principalArn=f"{_IAM}:role/app", policyArn=arn, accessScope=scope)

    parts = (role("app"), _target(assumeRolePolicy=_POD), _CLUSTER, _entry(), _IDENTITY)
    assert _path(*parts, associated("billing")) is not None
    assert _path(*parts, associated("shop")) is None


def test_who_makes_access_entries_is_an_administrator() -> None:
    parts = (role("app", says(["eks:CreateAccessEntry", "eks:AssociateAccessPolicy"])), _target(assumeRolePolicy=_POD))
    found = _path(*parts, _CLUSTER, _IDENTITY)
    assert found is not None
    assert found[0].startswith("eks:CreateAccessEntry to administrator of the cluster, then ")


def test_a_token_of_the_cluster_takes_the_role_that_trusts_it() -> None:
    provider = f"{_IAM}:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/AB"
    host = provider.split("oidc-provider/")[1]
    condition = {
        "StringEquals": {f"{host}:sub": "system:serviceaccount:billing:api", f"{host}:aud": "sts.amazonaws.com"}
    }
    trust = document(trusts({"Federated": provider}, "sts:AssumeRoleWithWebIdentity", Condition=condition))
    found = _path(role("app"), _target(assumeRolePolicy=trust), _CLUSTER, _entry("staff"), *_bound(["create"], "pods"))
    assert found == (
        "access entry to app in main, then make pods to service account billing/api,"
        " then sts:AssumeRoleWithWebIdentity to target",
        Outcome.ALLOW,
    )
