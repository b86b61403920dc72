"""A customer-managed KMS key: those who manage it cannot use it, those who use it cannot manage it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi import ComponentResource, Output, ResourceOptions
from pulumi_aws import kms

from components.tags import tagged

DELETION_WINDOW_DAYS = 30  # the longest that KMS offers: time to notice and cancel

_MANAGE = [
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListKeyRotations",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:RevokeGrant",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
]
_USE = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]


@dataclass(frozen=True)
class ServiceUse:
    """An AWS service that uses the key on our behalf: its principal, and for which resources of ours."""

    principal: str  # delivery.logs.amazonaws.com
    source_arn: str  # an ARN, `*` allowed in it: arn:aws:logs:eu-central-1:123456789012:*


@dataclass(frozen=True, kw_only=True)
class EncryptionKeyArgs:
    """`administrators` and `users` are ARNs of IAM roles that exist before the key: KMS checks them."""

    alias: str  # without `alias/`
    description: str
    account_id: str
    administrators: tuple[str, ...]
    users: tuple[str, ...] = ()
    services: tuple[ServiceUse, ...] = ()
    protect: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-zA-Z0-9/_-]{1,250}", self.alias) or self.alias.startswith("aws/"):
            raise ValueError(f"alias must be 1 to 250 of a-z A-Z 0-9 / _ - and not start with aws/, got {self.alias!r}")
        if not self.administrators:
            raise ValueError(f"administrators of {self.alias} must name at least one role: who would manage the key?")
        if both := sorted({*self.administrators} & {*self.users}):
            raise ValueError(f"administrators and users of {self.alias} must differ, both have {', '.join(both)}")
        for arn in (*self.administrators, *self.users):
            if not re.fullmatch(rf"arn:aws:iam::{self.account_id}:role/[\w+=,.@/-]+", arn):
                raise ValueError(f"principals of {self.alias} must be roles of account {self.account_id}, got {arn!r}")


class EncryptionKey(ComponentResource):
    """A key with yearly rotation, and its alias. The account's root may manage it: it is never orphaned."""

    arn: Output[str]

    def __init__(self, name: str, args: EncryptionKeyArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:keys:EncryptionKey", name, {}, opts)
        key = kms.Key(
            name,
            description=args.description,
            policy=json.dumps(key_policy(args)),
            enable_key_rotation=True,
            deletion_window_in_days=DELETION_WINDOW_DAYS,
            multi_region=False,
            tags=tagged(name, args.tags),
            opts=ResourceOptions(parent=self, protect=args.protect),
        )
        kms.Alias(name, name=f"alias/{args.alias}", target_key_id=key.key_id, opts=ResourceOptions(parent=self))
        self.arn = key.arn
        self.register_outputs({"arn": self.arn})


def key_policy(args: EncryptionKeyArgs) -> dict[str, Any]:
    """The key's policy. Only who is named here can use the key: root's statement lets IAM policies grant its
    management alone. What services may do is that of the CloudWatch Logs user guide, "Amazon S3 bucket
    server-side encryption".
    """
    root = f"arn:aws:iam::{args.account_id}:root"
    statements = [
        _allow("RootManages", {"AWS": root}, _MANAGE),
        _allow("AdministratorsManage", {"AWS": list(args.administrators)}, _MANAGE),
    ]
    if args.users:
        statements.append(_allow("UsersUse", {"AWS": list(args.users)}, _USE))
    for index, service in enumerate(sorted(args.services, key=lambda use: (use.principal, use.source_arn))):
        condition = {
            "StringEquals": {"aws:SourceAccount": args.account_id},
            "ArnLike": {"aws:SourceArn": service.source_arn},
        }
        statement = _allow(f"ServiceUses{index}", {"Service": service.principal}, _USE)
        statements.append({**statement, "Condition": condition})
    return {"Version": "2012-10-17", "Statement": statements}


def _allow(sid: str, principal: Mapping[str, Any], actions: list[str]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Principal": principal, "Action": actions, "Resource": "*"}
