"""What a deployment may do, and what looking at an environment may read, as statements."""

from components.account_names import PLATFORM_PATH
from components.policy_document import Statement

_SERVICES = (  # whose every kind of resource a deployment makes, changes and deletes
    "acm:*",
    "aps:*",
    "athena:*",
    "autoscaling:*",
    "backup-storage:*",
    "backup:*",
    "cloudtrail:*",
    "cloudwatch:*",
    "config:*",
    "dynamodb:*",
    "ec2:*",
    "ecr:*",
    "eks:*",
    "elasticloadbalancing:*",
    "events:*",
    "firehose:*",
    "glue:*",
    "grafana:*",
    "guardduty:*",
    "lambda:*",
    "logs:*",
    "route53:*",
    "route53resolver:*",
    "securityhub:*",
    "sns:*",
    "sqs:*",
    "ssm:*",
    "tag:*",
    "wafv2:*",
)
# Actions by their names, without the service.
_RDS = """
    Add Apply Copy Create Delete Describe Enable List Modify Reboot Remove Restore Start Stop Switchover
"""

_S3 = """
    CreateBucket DeleteBucket DeleteBucketPolicy GetAccelerateConfiguration GetBucket*
    GetEncryptionConfiguration GetLifecycleConfiguration GetReplicationConfiguration ListBucket
    ListBucketVersions ListTagsForResource PutBucket* PutEncryptionConfiguration PutLifecycleConfiguration
    PutReplicationConfiguration TagResource UntagResource
"""
_KMS = """
    CreateAlias CreateGrant CreateKey DeleteAlias DescribeKey DisableKeyRotation EnableKeyRotation GetKeyPolicy
    GetKeyRotationStatus ListAliases ListGrants ListKeys ListResourceTags PutKeyPolicy TagResource UntagResource
    UpdateAlias UpdateKeyDescription
"""
_SECRETS = """
    CancelRotateSecret CreateSecret DeleteResourcePolicy DeleteSecret DescribeSecret GetResourcePolicy
    ListSecretVersionIds PutResourcePolicy RemoveRegionsFromReplication ReplicateSecretToRegions RestoreSecret
    RotateSecret TagResource UntagResource UpdateSecret
"""
_ROLES = """
    AttachRolePolicy CreateRole DeleteRole DeleteRolePolicy DetachRolePolicy GetRole GetRolePolicy
    ListAttachedRolePolicies ListInstanceProfilesForRole ListRolePolicies ListRoleTags
    PutRolePermissionsBoundary PutRolePolicy TagRole UntagRole UpdateAssumeRolePolicy UpdateRole
    UpdateRoleDescription
"""
_POLICIES = """
    CreatePolicy CreatePolicyVersion DeletePolicy DeletePolicyVersion GetPolicy GetPolicyVersion
    ListEntitiesForPolicy ListPolicyTags ListPolicyVersions TagPolicy UntagPolicy
"""

_PROFILES = """
    AddRoleToInstanceProfile CreateInstanceProfile DeleteInstanceProfile GetInstanceProfile
    RemoveRoleFromInstanceProfile TagInstanceProfile UntagInstanceProfile
"""
_PASSED_TO = """
    backup cloudtrail config ec2 eks events firehose lambda monitoring.rds pods.eks s3 scheduler vpc-flow-logs
"""
_READING = (  # what things are, never what they hold
    "access-analyzer:Get*",
    "access-analyzer:List*",
    "athena:GetWorkGroup",
    "athena:List*",
    "backup:Describe*",
    "backup:GetBackupPlan",
    "backup:GetBackupSelection",
    "backup:GetBackupVaultAccessPolicy",
    "backup:GetBackupVaultNotifications",
    "backup:GetRestoreTesting*",
    "backup:List*",
    "cloudtrail:Describe*",
    "cloudtrail:GetEventSelectors",
    "cloudtrail:GetInsightSelectors",
    "cloudtrail:GetTrail*",
    "cloudtrail:List*",
    "cloudwatch:Describe*",
    "cloudwatch:GetDashboard",
    "cloudwatch:GetMetric*",
    "cloudwatch:List*",
    "config:Describe*",
    "dynamodb:DescribeTable",
    "dynamodb:ListTables",
    "dynamodb:ListTagsOfResource",
    "ec2:Describe*",
    "ec2:GetEbsEncryptionByDefault",
    "ec2:GetInstanceMetadataDefaults",
    "ecr:Describe*",
    "ecr:GetLifecyclePolicy",
    "ecr:GetRegistryPolicy",
    "ecr:GetRegistryScanningConfiguration",
    "ecr:GetRepositoryPolicy",
    "ecr:List*",
    "eks:Describe*",
    "eks:List*",
    "elasticloadbalancing:Describe*",
    "events:Describe*",
    "events:List*",
    "firehose:Describe*",
    "firehose:List*",
    "glue:GetDatabase*",
    "glue:GetTable*",
    "glue:GetTags",
    "guardduty:Get*",
    "guardduty:List*",
    "iam:Get*",
    "iam:List*",
    "kms:Describe*",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:List*",
    "logs:Describe*",
    "logs:List*",
    "rds:Describe*",
    "rds:List*",
    "route53:Get*",
    "route53:List*",
    "route53resolver:Get*",
    "route53resolver:List*",
    "s3:GetAccountPublicAccessBlock",
    "s3:GetBucket*",
    "s3:GetEncryptionConfiguration",
    "s3:GetLifecycleConfiguration",
    "s3:GetReplicationConfiguration",
    "s3:ListAllMyBuckets",
    "s3:ListTagsForResource",
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetResourcePolicy",
    "secretsmanager:ListSecrets",
    "securityhub:Describe*",
    "securityhub:Get*",
    "securityhub:List*",
    "sns:Get*",
    "sns:List*",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    "sqs:List*",
    "tag:Get*",
    "wafv2:Get*",
    "wafv2:List*",
)
# Denied besides, so that no later grant opens data to who only looks.
_DATA = (
    "athena:GetQueryResults",
    "dynamodb:BatchGetItem",
    "dynamodb:GetItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "lambda:GetFunction",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "logs:StartQuery",
    "rds-data:*",
    "rds-db:connect",
    "rds:DownloadCompleteDBLogFile",
    "rds:DownloadDBLogFilePortion",
    "secretsmanager:BatchGetSecretValue",
    "secretsmanager:GetSecretValue",
    "sqs:ReceiveMessage",
    "ssm:GetParameter*",
)


def reading() -> Statement:
    """What every resource of the account is: names, settings and policies."""
    why = "a preview compares all that exists with what the program asks for; names are not known before"
    return Statement(sid="ReadWhatThingsAre", actions=_READING, resources=("*",), why=why)


def no_data(state_bucket: str) -> tuple[Statement, ...]:
    """Never what they hold, except the state."""
    return (
        Statement(sid="NeverReadData", effect="Deny", actions=_DATA, resources=("*",)),
        Statement(
            sid="NeverReadObjectsButState",
            effect="Deny",
            actions=("s3:GetObject", "s3:GetObjectVersion"),
            resources_but=(f"arn:aws:s3:::{state_bucket}/*",),
        ),
    )


def state_access(state_bucket: str, *, write: bool) -> tuple[Statement, ...]:
    """The engine's state: previews read it and take no lock."""
    bucket = f"arn:aws:s3:::{state_bucket}"
    objects = ("s3:GetObject", *(("s3:PutObject", "s3:DeleteObject") if write else ()))
    return (
        Statement(sid="ListState", actions=("s3:ListBucket",), resources=(bucket,)),
        Statement(sid="State", actions=objects, resources=(f"{bucket}/*",)),
    )


def lock_access(state_bucket: str) -> tuple[Statement, ...]:
    """The locks beside the state, and the uses of break-glass: read and replaced, never removed, and not the state."""
    bucket = f"arn:aws:s3:::{state_bucket}"
    return (
        Statement(sid="ListState", actions=("s3:ListBucket",), resources=(bucket,)),  # else what is absent is denied
        Statement(sid="Locks", actions=("s3:GetObject", "s3:PutObject"), resources=(f"{bucket}/.platform/*",)),
    )


def deploying(account_id: str, region: str, organisation: str, environment: str) -> tuple[Statement, ...]:
    """Making, changing and deleting the resources of an environment: no identity outside the boundary, no secret's
    value, no object's content.
    """
    whole = "a deployment makes, changes and deletes every kind of resource here; the boundary takes evidence away"
    buckets = (f"arn:aws:s3:::{organisation}-{environment}-*",)
    secrets = (f"arn:aws:secretsmanager:{region}:{account_id}:secret:{environment}/*",)
    roles = (f"arn:aws:iam::{account_id}:role{PLATFORM_PATH}*",)
    policies = (f"arn:aws:iam::{account_id}:policy{PLATFORM_PATH}*",)
    profiles = (f"arn:aws:iam::{account_id}:instance-profile{PLATFORM_PATH}*",)
    passed = {"StringEquals": {"iam:PassedToService": [f"{name}.amazonaws.com" for name in _PASSED_TO.split()]}}
    named = "buckets begin with organisation and environment"
    keys = "keys have no names of their own; key policies say who uses each"
    return (
        Statement(sid="Services", actions=_SERVICES, resources=("*",), why=whole),
        Statement(sid="Databases", actions=_each("rds", _RDS, "*"), resources=("*",), why=whole),
        Statement(sid="Buckets", actions=_each("s3", _S3), resources=buckets, why=named),
        Statement(
            sid="AccountBuckets", actions=("s3:PutAccountPublicAccessBlock",), resources=("*",), why="no resource"
        ),
        Statement(sid="Keys", actions=_each("kms", _KMS), resources=("*",), why=keys),
        Statement(sid="Secrets", actions=_each("secretsmanager", _SECRETS), resources=secrets),
        Statement(sid="Roles", actions=_each("iam", _ROLES), resources=roles),
        Statement(sid="Policies", actions=_each("iam", _POLICIES), resources=policies),
        Statement(sid="Profiles", actions=_each("iam", _PROFILES), resources=profiles),
        Statement(sid="PassRoles", actions=("iam:PassRole",), resources=roles, conditions=passed),
        Statement(
            sid="ServiceLinkedRoles",
            actions=("iam:CreateServiceLinkedRole",),
            resources=(f"arn:aws:iam::{account_id}:role/aws-service-role/*",),
        ),
    )


def _each(service: str, actions: str, ending: str = "") -> tuple[str, ...]:
    return tuple(f"{service}:{action}{ending}" for action in actions.split())
