"""Who may change the archive: nobody may take evidence away, and only those who deliver it may add any."""

from components.account_names import FOUNDATION_PATH, PLATFORM_PATH, foundation_role_arn
from components.policy_document import EVERYONE, Conditions, Statement

_TAKE_AWAY = (
    "s3:BypassGovernanceRetention",
    "s3:DeleteBucket",
    "s3:DeleteBucketPolicy",
    "s3:DeleteObject",
    "s3:DeleteObjectTagging",
    "s3:DeleteObjectVersion",
    "s3:DeleteObjectVersionTagging",
    "s3:PutObjectRetention",
    "s3:ReplicateDelete",
)
_CONFIGURE = (
    "s3:PutBucketAcl",
    "s3:PutBucketLogging",
    "s3:PutBucketObjectLockConfiguration",
    "s3:PutBucketOwnershipControls",
    "s3:PutBucketPolicy",
    "s3:PutBucketPublicAccessBlock",
    "s3:PutBucketVersioning",
    "s3:PutEncryptionConfiguration",
    "s3:PutLifecycleConfiguration",
    "s3:PutReplicationConfiguration",
)
_WRITE = ("s3:PutObject", "s3:ReplicateObject")


def archive_statements(
    bucket: str, account_id: str, deliverers: tuple[str, ...], written_by_services: tuple[str, ...], records: str
) -> tuple[Statement, ...]:
    """The denials of an archive's bucket policy.

    The lock and the lifecycle alone end an object's life: S3 does both itself, and no bucket policy concerns it
    (S3 user guide, "Expiring objects"). Nobody who works in the account configures the bucket, the pipeline and
    those with the role for emergencies included: an administrator deploys its changes, and takes nothing away either.
    Root can always replace a bucket policy (S3 user guide, "Bucket policies"): then the lock still holds, and an
    alarm tells.

    deliverers: roles, `*` allowed in them, that write besides AWS's services.
    written_by_services: prefixes where the pipeline may not write.
    records: the prefix where it writes its records, each only once (S3 user guide, "Enforce conditional writes").
    """
    arn = f"arn:aws:s3:::{bucket}"
    everything = (arn, f"{arn}/*")
    pipeline = foundation_role_arn(account_id, "deploy")
    workers = [f"arn:aws:iam::{account_id}:role{path}*" for path in (FOUNDATION_PATH, PLATFORM_PATH)]
    outsiders: Conditions = {
        "Bool": {"aws:PrincipalIsAWSService": "false"},
        "ArnNotLike": {"aws:PrincipalArn": [*deliverers, pipeline]},
    }
    return (
        _deny("DenyTakingAway", _TAKE_AWAY, everything, {}),
        _deny("DenyConfiguring", _CONFIGURE, everything, {"ArnLike": {"aws:PrincipalArn": workers}}),
        _deny("DenyForging", _WRITE, (f"{arn}/*",), outsiders),
        _deny(
            "DenyForgingByPipeline",
            _WRITE,
            tuple(f"{arn}/{prefix}*" for prefix in written_by_services),
            {"ArnEquals": {"aws:PrincipalArn": pipeline}},
        ),
        _deny(
            "DenyChangingRecords",
            ("s3:PutObject",),
            (f"{arn}/{records}*",),
            {"Null": {"s3:if-none-match": "true"}, "Bool": {"s3:ObjectCreationOperation": "true"}},
        ),
    )


def _deny(sid: str, actions: tuple[str, ...], resources: tuple[str, ...], conditions: Conditions) -> Statement:
    return Statement(
        sid=sid, effect="Deny", principals=EVERYONE, actions=actions, resources=resources, conditions=conditions
    )
