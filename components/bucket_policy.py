"""Bucket policies: nobody without TLS 1.2, and the AWS services that deliver logs, for our account alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any


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


def access_log_delivery(source_buckets: str) -> LogWriter:
    """S3 server access logs of the buckets whose names match `source_buckets`, each under its own name.

    Source: S3 user guide, "Enabling Amazon S3 server access logging": the logging service principal.
    """
    arn = f"arn:aws:s3:::{source_buckets}"
    return LogWriter("AccessLogs", "logging.s3.amazonaws.com", arn, ("",), reads_acl=False)


def bucket_policy(bucket: str, account_id: str, writers: Iterable[LogWriter] = ()) -> dict[str, Any]:
    """The whole policy of `bucket`."""
    arn = f"arn:aws:s3:::{bucket}"
    statements = [
        _deny("DenyPlainHttp", arn, {"Bool": {"aws:SecureTransport": "false"}}),
        _deny("DenyOldTls", arn, {"NumericLessThan": {"s3:TlsVersion": "1.2"}}),
    ]
    for writer in writers:
        statements += _writer_statements(arn, account_id, writer)
    return {"Version": "2012-10-17", "Statement": statements}


def _writer_statements(arn: str, account_id: str, writer: LogWriter) -> list[dict[str, Any]]:
    source = {
        "StringEquals": {"aws:SourceAccount": account_id},
        "ArnLike": {"aws:SourceArn": writer.source_arn},
    }
    objects = [f"{arn}/{prefix}*" for prefix in writer.prefixes]
    if not writer.reads_acl:
        return [_allow(writer, f"{writer.sid}Write", ["s3:PutObject"], objects, source)]
    owned = {**source["StringEquals"], "s3:x-amz-acl": "bucket-owner-full-control"}
    return [
        _allow(writer, f"{writer.sid}Write", ["s3:PutObject"], objects, {**source, "StringEquals": owned}),
        _allow(writer, f"{writer.sid}Check", ["s3:GetBucketAcl", "s3:ListBucket"], [arn], source),
    ]


def _allow(
    writer: LogWriter, sid: str, actions: Sequence[str], resources: Sequence[str], condition: dict[str, Any]
) -> dict[str, Any]:
    principal = {"Service": writer.principal}
    statement = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": principal,
        "Action": actions,
        "Resource": resources,
    }
    return {**statement, "Condition": condition}


def _deny(sid: str, arn: str, condition: dict[str, Any]) -> dict[str, Any]:
    statement = {
        "Sid": sid,
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
    }
    return {**statement, "Condition": condition}
