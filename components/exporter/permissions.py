"""What the exporter may do in AWS: read what it tells of, by name, and change nothing."""

from components.exporter.observed import Observed
from components.key_permissions import key_use
from components.policy_document import Statement


def exporter_role_name(environment: str) -> str:
    """Known before the role exists: the key of evidence lets it decrypt."""
    return f"{environment}-platform-exporter"


def reading(observed: Observed, key_alias: str) -> tuple[Statement, ...]:
    """The statements of its role. `key_alias`: of the key that evidence is encrypted with, without `alias/`.

    Source: Service authorization reference, "Actions, resources, and condition keys" of each service.
    """
    return (
        *_databases(observed),
        Statement(
            sid="ReadReplicaLag",
            actions=("cloudwatch:GetMetricData",),
            resources=("*",),
            why="CloudWatch has no resources for metrics that are read",
        ),
        Statement(
            sid="FindCopies",
            actions=("backup:DescribeBackupVault", "backup:ListRecoveryPointsByBackupVault"),
            resources=tuple(
                f"arn:aws:backup:{region}:{observed.account}:backup-vault:{vault}"
                for vault, region in observed.vaults.items()
            ),
        ),
        *_evidence(observed),
        key_use(
            "DecryptEvidence",
            account_id=observed.account,
            region=observed.region,
            alias=key_alias,
            actions=("kms:Decrypt",),
        ),
        Statement(
            sid="KnowKeysOfDigests",
            actions=("cloudtrail:ListPublicKeys",),
            resources=("*",),
            why="the keys are CloudTrail's own, public, and no resources of anybody",
        ),
    )


def _databases(observed: Observed) -> tuple[Statement, ...]:
    """Instances of a cluster are called as it is, with a number behind it that RDS gives those of Multi-AZ clusters."""
    arns = f"arn:aws:rds:{observed.region}:{observed.account}"
    clusters = [one.identifier for one in observed.databases.values() if one.is_cluster]
    alone = [one.identifier for one in observed.databases.values() if not one.is_cluster]
    instances = Statement(
        sid="DescribeInstances",
        actions=("rds:DescribeDBInstances",),
        resources=(*(f"{arns}:db:{name}" for name in alone), *(f"{arns}:db:{name}-*" for name in clusters)),
        why="RDS numbers the instances of a cluster; what begins with its name belongs to it",
    )
    if not clusters:
        return (instances,)
    described = tuple(f"{arns}:cluster:{name}" for name in clusters)
    return Statement(sid="DescribeClusters", actions=("rds:DescribeDBClusters",), resources=described), instances


def _evidence(observed: Observed) -> tuple[Statement, ...]:
    """Objects of Firehose are told by their names alone: what is in them it cannot read."""
    archive = f"arn:aws:s3:::{observed.archive}"
    trail = f"{observed.trail_prefix}/AWSLogs/{observed.account}/"
    read = (trail, observed.records_prefix)
    return (
        Statement(
            sid="ListEvidence",
            actions=("s3:ListBucket",),
            resources=(archive,),
            conditions={"StringLike": {"s3:prefix": [f"{prefix}*" for prefix in (*read, *observed.streams)]}},
        ),
        Statement(
            sid="ReadEvidence", actions=("s3:GetObject",), resources=tuple(f"{archive}/{prefix}*" for prefix in read)
        ),
    )
