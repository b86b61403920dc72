"""What nobody who works in an account may do, the pipeline and break-glass included; administrators stand outside.

The trail, the archive and what detects intrusions are made and changed by an account administrator: whoever deploys
must not be able to switch off what records the deployment.
"""

from collections.abc import Sequence

from components.account_names import FOUNDATION_PATH, boundary_arn, foundation_role_arn
from components.policy_document import Conditions, Statement

# Services without regions, or whose control plane stands in us-east-1. Source: Organizations user guide, "Deny access
# to AWS based on the requested AWS Region". LookupEvents, because us-east-1 alone tells what was done to services
# without regions (CloudTrail user guide, "About global service events").
_GLOBAL = (
    "access-analyzer:*",
    "account:*",
    "budgets:*",
    "cloudfront:*",
    "cloudtrail:ListPublicKeys",  # a trail signs the digests of each region with keys that only this region tells
    "cloudtrail:LookupEvents",
    "health:*",
    "iam:*",
    "kms:*",
    "organizations:*",
    "route53:*",
    "s3:GetAccountPublicAccessBlock",
    "s3:ListAllMyBuckets",
    "s3:PutAccountPublicAccessBlock",
    "sts:*",
    "support:*",
    "tag:*",
)
_KEEP_AUDIT = (
    "access-analyzer:DeleteAnalyzer",
    "cloudtrail:DeleteTrail",
    "cloudtrail:PutEventSelectors",
    "cloudtrail:PutInsightSelectors",
    "cloudtrail:StopLogging",
    "cloudtrail:UpdateTrail",
    "config:DeleteConfigurationRecorder",
    "config:DeleteDeliveryChannel",
    "config:StopConfigurationRecorder",
    "guardduty:DeleteDetector",
    "guardduty:DisassociateFromAdministratorAccount",
    "guardduty:StopMonitoringMembers",
    "s3:BypassGovernanceRetention",
    "securityhub:BatchDisableStandards",
    "securityhub:DisableSecurityHub",
)
_CHANGE_ARCHIVE = (
    "s3:DeleteBucket",
    "s3:DeleteBucketPolicy",
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:PutBucketAcl",
    "s3:PutBucketObjectLockConfiguration",
    "s3:PutBucketPolicy",
    "s3:PutBucketPublicAccessBlock",
    "s3:PutBucketVersioning",
    "s3:PutEncryptionConfiguration",
    "s3:PutLifecycleConfiguration",
    "s3:PutObjectLegalHold",
    "s3:PutObjectRetention",
    "s3:PutReplicationConfiguration",
)
_CHANGE_STATE = (
    "s3:DeleteBucket*",
    "s3:DeleteObjectVersion",
    "s3:PutBucket*",
    "s3:PutEncryptionConfiguration",
    "s3:PutLifecycleConfiguration",
    "s3:PutReplicationConfiguration",
)
_DELETE_BACKUPS = (
    "backup:DeleteBackupVault",
    "backup:DeleteBackupVaultAccessPolicy",
    "backup:DeleteBackupVaultLockConfiguration",
    "backup:DeleteRecoveryPoint",
    "backup:DisassociateRecoveryPoint",
    "backup:UpdateRecoveryPointLifecycle",
    "rds:DeleteDBClusterAutomatedBackup",
    "rds:DeleteDBClusterSnapshot",
    "rds:DeleteDBInstanceAutomatedBackup",
    "rds:DeleteDBSnapshot",
)
_DELETE_DATA = ("rds:DeleteDBCluster", "rds:DeleteDBInstance", "rds:DeleteGlobalCluster", "s3:DeleteBucket")
_DELETE_KEYS = ("kms:DeleteImportedKeyMaterial", "kms:DisableKey", "kms:ScheduleKeyDeletion")
_MAKE_USERS = ("iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:CreateUser", "iam:UpdateLoginProfile")
_MAKE_ROLES = ("iam:CreateRole", "iam:PutRolePermissionsBoundary")
_CHANGE_ROLES = ("iam:AttachRolePolicy", "iam:PutRolePolicy")
_CHANGE_FOUNDATION = (
    "iam:AttachRolePolicy",
    "iam:CreatePolicyVersion",
    "iam:DeletePolicy",
    "iam:DeletePolicyVersion",
    "iam:DeleteRole",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PutRolePolicy",
    "iam:SetDefaultPolicyVersion",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
)
_CHANGE_PROVIDERS = (
    "iam:AddClientIDToOpenIDConnectProvider",
    "iam:CreateOpenIDConnectProvider",
    "iam:CreateSAMLProvider",
    "iam:DeleteOpenIDConnectProvider",
    "iam:UpdateOpenIDConnectProviderThumbprint",
    "iam:UpdateSAMLProvider",
)


def archive_arns(organisation: str, account_id: str) -> tuple[str, ...]:
    """The archive's buckets of every environment in the account, in both regions, and their objects."""
    bucket = f"arn:aws:s3:::{organisation}-*-archive*-{account_id}"
    return bucket, f"{bucket}/*"


def _state_arns(organisation: str, account_id: str) -> tuple[str, ...]:
    """The buckets of the engine's state and of its copy, and their objects."""
    names = tuple(f"arn:aws:s3:::{organisation}-*-{purpose}-{account_id}" for purpose in ("state", "state-copy"))
    return (*names, *(f"{name}/*" for name in names))


def keep_evidence(account_id: str, organisation: str, exempt: Sequence[str] = ()) -> tuple[Statement, ...]:
    """Nobody but those in `exempt` stops or alters the audit, opens the archive, changes where the state is kept, or
    deletes backups and keys.
    """
    archive = archive_arns(organisation, account_id)
    readers = [foundation_role_arn(account_id, role) for role in ("auditor", "on-call")]
    manager = foundation_role_arn(account_id, "key-administrator")
    audit_keys = {"ForAnyValue:StringLike": {"kms:ResourceAliases": "alias/*-audit*"}}
    return (
        _deny("KeepAudit", _KEEP_AUDIT, but=exempt),
        _deny("KeepArchive", _CHANGE_ARCHIVE, archive, but=exempt),
        _deny("KeepState", _CHANGE_STATE, _state_arns(organisation, account_id), but=exempt),
        _deny("ReadArchive", ("s3:GetObject", "s3:GetObjectVersion"), archive, but=(*readers, *exempt)),
        _deny("KeepArchiveKey", ("kms:CreateGrant", "kms:PutKeyPolicy"), when=audit_keys, but=(manager, *exempt)),
        _deny("KeepBackups", _DELETE_BACKUPS, but=exempt),
        _deny("KeepKeys", _DELETE_KEYS, but=(manager, *exempt)),
    )


def keep_data(exempt: Sequence[str] = ()) -> tuple[Statement, ...]:
    """Nobody but those in `exempt` deletes a database or a bucket, whatever the engine's state says of its protection.

    No update does: what is to go is retained on its way out of the program. Deletion protection is no such guard, for
    whoever may change a database may take it off, and IAM has no condition on it (Service Authorization Reference,
    Amazon RDS).
    """
    return (_deny("KeepData", _DELETE_DATA, but=exempt),)


def keep_boundary(account_id: str, regions: Sequence[str], exempt: Sequence[str] = ()) -> tuple[Statement, ...]:
    """Nobody makes identities outside the boundary, changes the foundation's, or works elsewhere."""
    other_boundary = {"StringNotEquals": {"iam:PermissionsBoundary": boundary_arn(account_id)}}
    foundation = tuple(f"arn:aws:iam::{account_id}:{kind}{FOUNDATION_PATH}*" for kind in ("policy", "role"))
    elsewhere = {"StringNotEquals": {"aws:RequestedRegion": list(regions)}}
    return (
        _deny("NoUsers", _MAKE_USERS, but=exempt),
        _deny("BoundaryOnRoles", (*_MAKE_ROLES, *_CHANGE_ROLES), when=other_boundary, but=exempt),
        _deny("BoundaryStays", ("iam:DeleteRolePermissionsBoundary",), but=exempt),
        _deny("KeepFoundation", _CHANGE_FOUNDATION, foundation, but=exempt),
        _deny("KeepProviders", _CHANGE_PROVIDERS, but=exempt),
        _deny("KeepOrganisation", ("account:CloseAccount", "organizations:LeaveOrganization"), but=exempt),
        Statement(sid="AllowedRegions", effect="Deny", all_but=_GLOBAL, resources=("*",), conditions=elsewhere),
    )


def _deny(
    sid: str,
    actions: tuple[str, ...],
    resources: tuple[str, ...] = ("*",),
    when: Conditions | None = None,
    but: Sequence[str] = (),
) -> Statement:
    others: Conditions = {"ArnNotEquals": {"aws:PrincipalArn": list(but)}} if but else {}
    conditions = {**(when or {}), **others}
    return Statement(sid=sid, effect="Deny", actions=actions, resources=resources, conditions=conditions)
