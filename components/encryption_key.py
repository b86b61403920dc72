"""A customer-managed KMS key: those who manage it cannot use it, those who use it cannot manage it."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from pulumi import ComponentResource, Output, ResourceOptions
from pulumi_aws import kms

from components.policy_document import EVERYONE, Conditions, Principals, Statement, document
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
_WRITE = ["kms:DescribeKey", "kms:GenerateDataKey*"]
_USE = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
_USE_IN_CONTEXT = [action for action in _USE if action != "kms:DescribeKey"]  # whose requests have no context


@dataclass(frozen=True)
class ServiceUse:
    """An AWS service that uses the key on our behalf: its principal, and for which resources of ours.

    `told_by`: the condition key in which the service says for what. Most say aws:SourceArn; CloudWatch Logs and
    CloudTrail say it in the encryption context (CloudWatch Logs user guide, "Encrypt log data using AWS KMS";
    CloudTrail user guide, "Configure AWS KMS key policies for CloudTrail").
    """

    principal: str  # delivery.logs.amazonaws.com
    source_arn: str  # an ARN, `*` allowed in it: arn:aws:logs:eu-central-1:123456789012:*
    told_by: str = "aws:SourceArn"


@dataclass(frozen=True, kw_only=True)
class EncryptionKeyArgs:
    """Whose a key is.

    `administrators` and `users` are ARNs of IAM roles that exist before the key: KMS checks them. `later_users` are
    roles of the account that are made after it; `later_readers` are the same, but only to decrypt what S3 keeps.
    `via`: AWS services (`rds`, `s3`) through which everyone in the account but those who manage the key may use it, if
    the service lets them at what it encrypts: the form of the keys that AWS manages. `write_via`: the same, but only to
    encrypt. `disk_roles`: roles of the account, there or not yet, that start machines or attach disks encrypted with
    the key. `granters`: roles that let an AWS service use it for what they make there, and cannot use it themselves.
    `replica_region`: where the same key is to be had when `region` is lost; it cannot be added to a key later.
    """

    alias: str  # without `alias/`
    description: str
    account_id: str
    administrators: tuple[str, ...]
    users: tuple[str, ...] = ()
    services: tuple[ServiceUse, ...] = ()
    later_users: tuple[str, ...] = ()
    later_readers: tuple[str, ...] = ()
    via: tuple[str, ...] = ()
    write_via: tuple[str, ...] = ()
    disk_roles: tuple[str, ...] = ()
    granters: tuple[str, ...] = ()
    region: str
    replica_region: str | None = None
    protect: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        working = (*self.users, *self.later_users, *self.later_readers, *self.disk_roles, *self.granters)
        check_key(self.alias, self.account_id, self.administrators, "users", working)


def check_key(alias: str, account_id: str, administrators: Sequence[str], what: str, roles: Sequence[str]) -> None:
    """Raises ValueError for an alias that KMS refuses, a key that nobody would manage, somebody who manages and uses
    it, and principals that are no roles of the account. `what`: how the `roles` that use it are called.
    """
    if not re.fullmatch(r"[a-zA-Z0-9/_-]{1,250}", alias) or alias.startswith("aws/"):
        raise ValueError(f"alias must be 1 to 250 of a-z A-Z 0-9 / _ - and not start with aws/, got {alias!r}")
    if not administrators:
        raise ValueError(f"administrators of {alias} must name at least one role: who would manage the key?")
    if both := sorted({*administrators} & {*roles}):
        raise ValueError(f"administrators and {what} of {alias} must differ, both have {', '.join(both)}")
    for arn in (*administrators, *roles):
        if not re.fullmatch(rf"arn:aws:iam::{account_id}:role/[\w+=,.@/-]+", arn):
            raise ValueError(f"principals of {alias} must be roles of account {account_id}, got {arn!r}")


class EncryptionKey(ComponentResource):
    """A key with yearly rotation and its alias, and its replica with the same. The account's root may manage it: it is
    never orphaned.
    """

    arn: Output[str]

    def __init__(self, name: str, args: EncryptionKeyArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:keys:EncryptionKey", name, {}, opts)
        key = kms.Key(
            name,
            description=args.description,
            policy=json.dumps(key_policy(args)),
            enable_key_rotation=True,
            deletion_window_in_days=DELETION_WINDOW_DAYS,
            multi_region=args.replica_region is not None,
            region=args.region,
            tags=tagged(name, args.tags),
            opts=ResourceOptions(parent=self, protect=args.protect),
        )
        key_alias(name, args.alias, key, args.region, ResourceOptions(parent=self))
        if args.replica_region is not None:
            replica = kms.ReplicaKey(
                f"{name}-replica",
                primary_key_arn=key.arn,
                description=args.description,
                policy=json.dumps(key_policy(replace(args, region=args.replica_region))),
                deletion_window_in_days=DELETION_WINDOW_DAYS,
                region=args.replica_region,
                tags=tagged(f"{name}-replica", args.tags),
                opts=ResourceOptions(parent=self, protect=args.protect),
            )
            key_alias(f"{name}-replica", args.alias, replica, args.replica_region, ResourceOptions(parent=self))
        self.arn = key.arn
        self.register_outputs({"arn": self.arn})


def key_alias(name: str, alias: str, key: kms.Key | kms.ReplicaKey, region: str, child: ResourceOptions) -> None:
    """The name by which people and services find the key; `alias` is without `alias/`."""
    kms.Alias(name, name=f"alias/{alias}", target_key_id=key.key_id, region=region, opts=child)


def key_policy(args: EncryptionKeyArgs) -> dict[str, Any]:
    """The key's policy. Only who is named here can use the key: root's statement lets IAM policies grant its
    management alone. What services may do is that of the CloudWatch Logs user guide, "Amazon S3 bucket
    server-side encryption"; `via` is that of the KMS developer guide, "kms:ViaService"; `disk_roles` is that of the
    Auto Scaling user guide, "Required AWS KMS key policy for use with encrypted volumes".
    """
    statements = management(args.account_id, args.administrators)
    if args.users:
        statements.append(key_statement("UsersUse", {"AWS": list(args.users)}, _USE))
    for index, use in enumerate(sorted(args.services, key=lambda use: (use.principal, use.source_arn))):
        statements.append(
            key_statement(f"ServiceUses{index}", {"Service": use.principal}, _used(use), _source(use, args))
        )
    if using := sorted({*args.later_users, *args.disk_roles}):
        statements.append(key_statement("LaterUsersUse", EVERYONE, _USE, _roles(using, args)))
    if args.later_readers:
        statements.append(key_statement("LaterReadersDecrypt", EVERYONE, ["kms:Decrypt"], _reading(args)))
    if granting := sorted({*args.disk_roles, *args.granters}):
        for_services = {**_roles(granting, args), "Bool": {"kms:GrantIsForAWSResource": "true"}}
        statements.append(key_statement("RolesGrantToServices", EVERYONE, ["kms:CreateGrant"], for_services))
    if args.via:
        inside = _inside(args, args.via)
        grants = {**inside, "Bool": {"kms:GrantIsForAWSResource": "true"}}
        statements.append(key_statement("AccountUsesViaServices", EVERYONE, _USE, inside))
        statements.append(key_statement("ServicesGrantThemselves", EVERYONE, ["kms:CreateGrant"], grants))
    if args.write_via:
        statements.append(key_statement("AccountWritesViaServices", EVERYONE, _WRITE, _inside(args, args.write_via)))
    return document(*statements)


def management(account_id: str, administrators: Sequence[str]) -> list[Statement]:
    """Who manages a key and cannot use it: the roles that are named, and who has it from IAM by the account's root."""
    return [
        key_statement("RootManages", {"AWS": f"arn:aws:iam::{account_id}:root"}, _MANAGE),
        key_statement("AdministratorsManage", {"AWS": list(administrators)}, _MANAGE),
    ]


def _roles(arns: list[str], args: EncryptionKeyArgs) -> Conditions:
    """Callers with one of the roles, which KMS does not ask to exist yet."""
    return {
        "StringEquals": {"kms:CallerAccount": args.account_id},
        "ArnEquals": {"aws:PrincipalArn": arns},
    }


def _reading(args: EncryptionKeyArgs) -> Conditions:
    callers = _roles(sorted(args.later_readers), args)
    through = {"kms:ViaService": f"s3.{args.region}.amazonaws.com"}
    return {**callers, "StringEquals": {**callers["StringEquals"], **through}}


def _inside(args: EncryptionKeyArgs, services: tuple[str, ...]) -> Conditions:
    """Callers of the account, through one of the services, but not those who manage the key."""
    return {
        "StringEquals": {
            "kms:CallerAccount": args.account_id,
            "kms:ViaService": [f"{service}.{args.region}.amazonaws.com" for service in sorted(services)],
        },
        "ArnNotEquals": {
            "aws:PrincipalArn": [f"arn:aws:iam::{args.account_id}:root", *args.administrators],
        },
    }


def _used(use: ServiceUse) -> list[str]:
    return _USE if use.told_by == "aws:SourceArn" else _USE_IN_CONTEXT


def _source(use: ServiceUse, args: EncryptionKeyArgs) -> Conditions:
    if use.told_by != "aws:SourceArn":
        return {"ArnLike": {use.told_by: use.source_arn}}
    return {"StringEquals": {"aws:SourceAccount": args.account_id}, "ArnLike": {use.told_by: use.source_arn}}


def key_statement(
    sid: str, principals: Principals | Literal["*"], actions: Sequence[str], conditions: Conditions | None = None
) -> Statement:
    """A statement of a key's policy, in which the key itself is the resource."""
    return Statement(
        sid=sid,
        principals=principals,
        actions=tuple(actions),
        resources=("*",),
        conditions=conditions or {},
        why="in a key's policy * is the key itself, and GenerateDataKey* and ReEncrypt* are families of one meaning",
    )
