"""Changing what others may do, and what runs."""

from policies import tokens
from policies.access.capabilities.capability import Capability, Guarded

_WRITES = ("create", "update", "patch")
_RBAC = "rbac.authorization.k8s.io"
_WORKLOADS = (
    ("", "pods"),
    ("apps", "deployments"),
    ("apps", "statefulsets"),
    ("apps", "daemonsets"),
    ("batch", "jobs"),
    ("batch", "cronjobs"),
    ("argoproj.io", "rollouts"),
)

CHANGE_ACCESS = Capability(
    "change-access",
    "Change access",
    (
        Guarded(
            (
                "iam:AttachRolePolicy",
                "iam:PutRolePolicy",
                "iam:UpdateAssumeRolePolicy",
                "iam:PutRolePermissionsBoundary",
                "iam:DeleteRolePermissionsBoundary",
            ),
            (tokens.ROLE,),
        ),
        Guarded(("iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"), (tokens.POLICY,)),
        Guarded(
            (
                "iam:CreateRole",
                "iam:CreateUser",
                "iam:CreateAccessKey",
                "iam:CreateLoginProfile",
                "iam:CreateOpenIDConnectProvider",
                "iam:CreateSAMLProvider",
            ),
        ),
        Guarded(("kms:PutKeyPolicy",), (tokens.KEY,)),
        Guarded(("s3:PutBucketPolicy",), (tokens.BUCKET,)),
        Guarded(("secretsmanager:PutResourcePolicy",), (tokens.SECRET,)),
        Guarded(("eks:CreateAccessEntry", "eks:AssociateAccessPolicy"), (tokens.EKS_CLUSTER,)),
        Guarded(("eks:CreatePodIdentityAssociation",), (tokens.EKS_CLUSTER,)),
    ),
    (
        *(
            (_RBAC, kind, (*_WRITES, "bind", "escalate"))
            for kind in ("roles", "rolebindings", "clusterroles", "clusterrolebindings")
        ),
        *(("", kind, ("impersonate",)) for kind in ("users", "groups", "serviceaccounts")),
        ("", "serviceaccounts/token", ("create",)),
    ),
)

DEPLOY = Capability(
    "deploy",
    "Deploy",
    (
        Guarded(("s3:PutObject",), (tokens.BUCKET,), project="billing-foundation", part="/x", named=True),
        Guarded(
            (
                "ecr:PutImage",
                "ec2:RunInstances",
                "lambda:CreateFunction",
                "lambda:UpdateFunctionCode",
                "rds:ModifyDBCluster",
            )
        ),
        Guarded(("eks:UpdateNodegroupConfig", "eks:UpdateClusterConfig", "eks:UpdateAddon")),
    ),
    tuple((group, kind, _WRITES) for group, kind in _WORKLOADS),
)
PRIVILEGED = Capability("privileged-roles", "Pass or assume privileged roles", ())  # its roles are found, not listed
