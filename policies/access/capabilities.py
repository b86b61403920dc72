"""The guarded capabilities: what a person reads a change of access for. This table is reviewed as code of security."""

from dataclasses import dataclass

from policies import tokens

_REPOSITORY = "aws:ecr/repository:Repository"
CUSTOMERS = ("personal", "financial")  # values of the tag data-class


@dataclass(frozen=True)
class Guarded:
    """Actions on every resource of the `types` whose tag data-class is one of `classes` (without any: whatever it is),
    and of `project`, if one is given; without types, wherever the principal's own policies allow them.

    `part` is what follows the resource's ARN. `named` says that access is listed for each resource.
    """

    actions: tuple[str, ...]
    types: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    part: str = ""
    named: bool = False
    project: str = ""


@dataclass(frozen=True)
class Capability:
    """One thing that matters: `guarded` in AWS, and `verbs` in a cluster (group, resource, verbs)."""

    id: str
    title: str
    guarded: tuple[Guarded, ...]
    verbs: tuple[tuple[str, str, tuple[str, ...]], ...] = ()


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
# A request that comes from the principal itself, not from a service that works for it.
DIRECTLY = {"kms:ViaService": None, "aws:CalledVia": None, "kms:GrantIsForAWSResource": "false"}

CAPABILITIES = (
    Capability(
        "read-customer-data",
        "Read customer data",
        (
            Guarded(("s3:GetObject",), (tokens.BUCKET,), CUSTOMERS, part="/x", named=True),
            Guarded(("dynamodb:GetItem", "dynamodb:Scan"), (tokens.TABLE,), CUSTOMERS, named=True),
            Guarded(("sqs:ReceiveMessage",), (tokens.QUEUE,), CUSTOMERS, named=True),
            Guarded(("rds-db:connect", "rds-data:ExecuteStatement")),
        ),
        (
            ("", "pods/exec", ("create", "get")),
            ("", "pods/attach", ("create", "get")),
            ("", "nodes/proxy", ("create", "get")),
        ),
    ),
    Capability(
        "decrypt-money-data",
        "Decrypt money data",
        (Guarded(("kms:Decrypt", "kms:CreateGrant"), (tokens.KEY,), ("financial",), named=True),),
    ),
    Capability(
        "alter-audit",
        "Delete or alter audit",
        (
            Guarded(
                (
                    "cloudtrail:StopLogging",
                    "cloudtrail:DeleteTrail",
                    "cloudtrail:UpdateTrail",
                    "cloudtrail:PutEventSelectors",
                ),
                (tokens.TRAIL,),
            ),
            Guarded(("s3:DeleteObject", "s3:DeleteObjectVersion"), (tokens.BUCKET,), ("audit",), part="/x", named=True),
            Guarded(
                (
                    "s3:DeleteBucket",
                    "s3:PutBucketPolicy",
                    "s3:PutLifecycleConfiguration",
                    "s3:PutBucketObjectLockConfiguration",
                ),
                (tokens.BUCKET,),
                ("audit",),
                named=True,
            ),
            Guarded(
                ("logs:DeleteLogGroup", "logs:DeleteLogStream", "logs:PutRetentionPolicy"),
                (tokens.LOG_GROUP,),
                ("audit",),
            ),
            Guarded(
                ("kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:PutKeyPolicy"), (tokens.KEY,), ("audit",), named=True
            ),
            Guarded(
                ("config:StopConfigurationRecorder", "guardduty:DeleteDetector", "securityhub:DisableSecurityHub"),
            ),
        ),
    ),
    Capability(
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
    ),
    Capability(
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
    ),
    Capability(
        "delete-backups",
        "Delete backups",
        (
            Guarded(
                (
                    "backup:DeleteBackupVault",
                    "backup:DeleteBackupVaultLockConfiguration",
                    "backup:PutBackupVaultAccessPolicy",
                ),
                (tokens.BACKUP_VAULT,),
            ),
            Guarded(
                (
                    "backup:DeleteRecoveryPoint",
                    "backup:UpdateRecoveryPointLifecycle",
                    "rds:DeleteDBSnapshot",
                    "rds:DeleteDBClusterSnapshot",
                    "rds:DeleteDBClusterAutomatedBackup",
                    "rds:DeleteDBInstanceAutomatedBackup",
                    "ec2:DeleteSnapshot",
                ),
            ),
        ),
    ),
    Capability(
        "read-secrets",
        "Read secrets",
        (
            Guarded(("secretsmanager:GetSecretValue",), (tokens.SECRET,), named=True),
            Guarded(("ssm:GetParameter",)),
        ),
        (("", "secrets", ("get", "list", "watch")),),
    ),
)
PRIVILEGED = Capability("privileged-roles", "Pass or assume privileged roles", ())  # its roles are found, not listed
ENTRY_POINTS = ("sts:AssumeRole", "iam:PassRole")
MAKES_PRIVILEGED = "change-access"  # a role that can do this itself is privileged
