"""Bucket policies: nobody without TLS 1.2, and the AWS services that deliver logs, for our account alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from components.evidence.streams import ACCESS_LOG_PREFIX, LOAD_BALANCER_LOG_PREFIX
from components.policy_document import EVERYONE, Conditions, Statement, document


@dataclass(frozen=True)
class LogWriter:
    """An AWS service that writes logs into a bucket: its principal, what it logs, and where it may write."""

    sid: str
    principal: str
    source_arn: str  # `*` allowed in it
    prefixes: tuple[str, ...]  # of object keys: AWSLogs/123456789012/
    reads_acl: bool  # checks the bucket before it writes, and hands the objects to the bucket's owner by ACL


def log_delivery(account_id: str, region: str) -> LogWriter:
    """VPC flow logs and Resolver query logs, with plain and Hive-style keys.

    Source: VPC user guide, "Amazon S3 bucket permissions for flow logs"; CloudWatch Logs user guide,
    "Logs sent to Amazon S3".
    """
    return LogWriter(
        sid="LogDelivery",
        principal="delivery.logs.amazonaws.com",
        source_arn=f"arn:aws:logs:{region}:{account_id}:*",
        prefixes=(f"AWSLogs/{account_id}/", f"AWSLogs/aws-account-id={account_id}/"),
        reads_acl=True,
    )


def trail_delivery(trail_arn: str, prefix: str, account_id: str) -> LogWriter:
    """What a CloudTrail trail of the account writes below `prefix`: events, insights and digests.

    Source: CloudTrail user guide, "Amazon S3 bucket policy for CloudTrail".
    """
    return LogWriter("Trail", "cloudtrail.amazonaws.com", trail_arn, (f"{prefix}AWSLogs/{account_id}/",), True)


def config_delivery(account_id: str, prefix: str) -> LogWriter:
    """What AWS Config writes below `prefix` in whichever region: history and snapshots of every resource.

    Source: AWS Config developer guide, "Permissions for the Amazon S3 Bucket for the AWS Config Delivery Channel".
    """
    folder = f"{prefix}AWSLogs/{account_id}/Config/"
    return LogWriter("Config", "config.amazonaws.com", f"arn:aws:config:*:{account_id}:*", (folder,), True)


def access_log_delivery(source_buckets: str) -> LogWriter:
    """S3 server access logs of the buckets whose names match `source_buckets`, each under its own name.

    Source: S3 user guide, "Enabling Amazon S3 server access logging": the logging service principal.
    """
    arn = f"arn:aws:s3:::{source_buckets}"
    return LogWriter("AccessLogs", "logging.s3.amazonaws.com", arn, (ACCESS_LOG_PREFIX,), reads_acl=False)


def load_balancer_delivery(account_id: str, region: str) -> LogWriter:
    """Access logs of the account's load balancers, for each under its own name.

    Source: Elastic Load Balancing user guide, "Enable access logs for your Application Load Balancer".
    """
    arn = f"arn:aws:elasticloadbalancing:{region}:{account_id}:loadbalancer/*"
    principal = "logdelivery.elasticloadbalancing.amazonaws.com"
    return LogWriter("LoadBalancers", principal, arn, (LOAD_BALANCER_LOG_PREFIX,), reads_acl=False)


def bucket_policy(
    bucket: str, account_id: str, writers: Iterable[LogWriter] = (), more: Iterable[Statement] = ()
) -> dict[str, Any]:
    """The whole policy of `bucket`; `more` are the statements that only some buckets have."""
    arn = f"arn:aws:s3:::{bucket}"
    return document(
        _deny("DenyPlainHttp", arn, {"Bool": {"aws:SecureTransport": "false"}}),
        _deny("DenyOldTls", arn, {"NumericLessThan": {"s3:TlsVersion": "1.2"}}),
        *(statement for writer in writers for statement in _writer_statements(arn, account_id, writer)),
        *more,
    )


def _writer_statements(arn: str, account_id: str, writer: LogWriter) -> list[Statement]:
    source = {
        "StringEquals": {"aws:SourceAccount": account_id},
        "ArnLike": {"aws:SourceArn": writer.source_arn},
    }
    objects = tuple(f"{arn}/{prefix}*" for prefix in writer.prefixes)
    if not writer.reads_acl:
        return [_allow(writer, f"{writer.sid}Write", ("s3:PutObject",), objects, source)]
    owned = {**source["StringEquals"], "s3:x-amz-acl": "bucket-owner-full-control"}
    return [
        _allow(writer, f"{writer.sid}Write", ("s3:PutObject",), objects, {**source, "StringEquals": owned}),
        _allow(writer, f"{writer.sid}Check", ("s3:GetBucketAcl", "s3:ListBucket"), (arn,), source),
    ]


def _allow(
    writer: LogWriter, sid: str, actions: tuple[str, ...], resources: tuple[str, ...], conditions: Conditions
) -> Statement:
    return Statement(
        sid=sid,
        actions=actions,
        resources=resources,
        principals={"Service": writer.principal},
        conditions=conditions,
    )


def _deny(sid: str, arn: str, conditions: Conditions) -> Statement:
    return Statement(
        sid=sid,
        effect="Deny",
        actions=("s3:*",),
        resources=(arn, f"{arn}/*"),
        principals=EVERYONE,
        conditions=conditions,
    )
