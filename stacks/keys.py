"""Encryption keys, one for each class of data, at home and in the recovery region."""

from collections.abc import Mapping
from dataclasses import dataclass

from pulumi import ResourceOptions
from pulumi_aws import Provider

from components.account_names import foundation_role_arn, platform_role_arn
from components.clusters import karpenter
from components.clusters.addons import role_name
from components.encryption_key import EncryptionKey, EncryptionKeyArgs, ServiceUse
from components.exporter.permissions import exporter_role_name
from components.notification_topic import PUBLISHERS
from components.tags import DataClass, PciScope, classified
from stacks.settings import Settings

REPLICATION_ROLE = "archive-replication"  # copies evidence into the recovery region; made by the audit layer
SECRETS_CLASS: DataClass = "financial"  # secrets in the cluster open payment processors and ledgers
# Who starts the nodes of managed groups: Auto Scaling user guide, "Service-linked roles".
_AUTO_SCALING = "aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
_LOGS_CONTEXT = "kms:EncryptionContext:aws:logs:arn"
_TRAIL_CONTEXT = "kms:EncryptionContext:aws:cloudtrail:arn"


@dataclass(frozen=True)
class Keys:
    home: Mapping[DataClass, EncryptionKey]
    recovery: Mapping[DataClass, EncryptionKey]  # of what is copied there


@dataclass(frozen=True)
class _Purpose:
    """What a class's key is for: `via` are services that everyone in the account uses it through."""

    text: str
    pci_scope: PciScope
    via: tuple[str, ...]
    recovery_via: tuple[str, ...] = ()  # empty: no key in the recovery region
    write_via: tuple[str, ...] = ()


_STORES = ("backup", "rds", "s3", "secretsmanager", "sns", "sqs")
_COPIES = ("backup", "rds", "s3", "secretsmanager")
_PURPOSES: Mapping[DataClass, _Purpose] = {
    "internal": _Purpose("what the company works with", "connected", (*_STORES, "lambda"), _COPIES),
    "personal": _Purpose("what is known about people", "connected", _STORES, _COPIES),
    "financial": _Purpose("payments, ledgers and card data", "cde", _STORES, _COPIES),
    # Whoever writes evidence cannot read it: readers are named, in the settings.
    "audit": _Purpose("logs and other evidence", "connected", (), (), write_via=("s3",)),
}


def deploy_keys(settings: Settings, aws: Provider) -> Keys:
    """The key of every class that is encrypted with one of ours; public data is not."""
    copied = [name for name, purpose in _PURPOSES.items() if purpose.recovery_via or purpose.write_via]
    return Keys(
        {name: _key(settings, aws, name, at_home=True) for name in _PURPOSES},
        {name: _key(settings, aws, name, at_home=False) for name in copied},
    )


def _key(settings: Settings, aws: Provider, data_class: DataClass, *, at_home: bool) -> EncryptionKey:
    purpose, account = _PURPOSES[data_class], settings.account
    region = account.region if at_home else account.recovery_region
    suffix = "" if at_home else "-recovery"
    copying = platform_role_arn(account.id, f"{settings.environment}-{REPLICATION_ROLE}")
    telling = platform_role_arn(account.id, exporter_role_name(settings.environment))
    args = EncryptionKeyArgs(
        alias=f"{settings.environment}-{data_class}{suffix}",
        description=f"{data_class} data of {settings.environment}{suffix.replace('-', ' in ')}: {purpose.text}",
        account_id=account.id,
        region=region,
        administrators=settings.keys.administrators,
        users=next((roles for name, roles in settings.keys.users.items() if name == data_class), ()),
        later_users=(copying,) if data_class == "audit" else (),
        later_readers=(telling,) if data_class == "audit" and at_home else (),
        disk_roles=_disk_roles(settings, data_class) if at_home else (),
        granters=_granters(settings, data_class) if at_home else (),
        services=_services(data_class, account.id, region) if at_home else (),
        via=purpose.via if at_home else purpose.recovery_via,
        write_via=purpose.write_via,
        protect=settings.policy.protect_stateful,
        tags=classified(data_class, purpose.pci_scope),
    )
    return EncryptionKey(f"key-{data_class}{suffix}", args, ResourceOptions(provider=aws))


def disk_class(settings: Settings, tier: str) -> DataClass:
    """The class of what pods leave on the disks of nodes in a tier."""
    return settings.network.tiers[tier].data_class or settings.tags.data_class


def _disk_roles(settings: Settings, data_class: DataClass) -> tuple[str, ...]:
    """Who starts the nodes whose disks are of the class, and who attaches volumes to pods there."""
    cluster, account_id = settings.cluster, settings.account.id
    classes = {disk_class(settings, group.tier) for group in cluster.node_groups.values()}
    if data_class not in classes:
        return ()
    makes = (platform_role_arn(account_id, karpenter.role_name(cluster.name)),) if cluster.karpenter else ()
    starts = f"arn:aws:iam::{account_id}:role/{_AUTO_SCALING}"
    return (starts, *makes, platform_role_arn(account_id, role_name(cluster.name, "aws-ebs-csi-driver")))


def _granters(settings: Settings, data_class: DataClass) -> tuple[str, ...]:
    """Who makes the cluster, and with it the grant by which EKS encrypts secrets."""
    if data_class != SECRETS_CLASS:
        return ()
    return (
        foundation_role_arn(settings.account.id, "deploy"),
        foundation_role_arn(settings.account.id, "break-glass"),
    )


def _services(data_class: DataClass, account_id: str, region: str) -> tuple[ServiceUse, ...]:
    groups = f"arn:aws:logs:{region}:{account_id}:log-group:*"
    logs = ServiceUse(f"logs.{region}.amazonaws.com", groups, _LOGS_CONTEXT)
    if data_class == "internal":  # the topics that people are told by, and where AWS Config's files land
        config = ServiceUse("config.amazonaws.com", f"arn:aws:config:*:{account_id}:*")
        publishers = (ServiceUse(publisher, f"arn:aws:*:{region}:{account_id}:*") for publisher in PUBLISHERS)
        return (logs, config, *publishers)
    if data_class == "audit":
        trails = f"arn:aws:cloudtrail:*:{account_id}:trail/*"
        return (
            logs,
            ServiceUse("delivery.logs.amazonaws.com", f"arn:aws:logs:{region}:{account_id}:*"),
            ServiceUse("cloudtrail.amazonaws.com", trails, _TRAIL_CONTEXT),
            ServiceUse("cloudtrail.amazonaws.com", trails),  # it looks at the key without saying a context
        )
    return (logs,)
