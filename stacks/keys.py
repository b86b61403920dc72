"""Encryption keys, one for each class of data."""

from collections.abc import Mapping

from pulumi import ResourceOptions
from pulumi_aws import Provider

from components.encryption_key import EncryptionKey, EncryptionKeyArgs, ServiceUse
from components.tags import DataClass, PciScope, classified
from stacks.settings import Settings

_PURPOSES: Mapping[DataClass, tuple[str, PciScope]] = {
    "internal": ("what the company works with", "connected"),
    "personal": ("what is known about people", "connected"),
    "financial": ("payments, ledgers and card data", "cde"),
    "audit": ("logs and other evidence", "connected"),
}


def deploy_keys(settings: Settings, aws: Provider) -> Mapping[DataClass, EncryptionKey]:
    """The key of every class that is encrypted with one of ours; public data is not."""
    return {data_class: _key(settings, aws, data_class) for data_class in _PURPOSES}


def _key(settings: Settings, aws: Provider, data_class: DataClass) -> EncryptionKey:
    purpose, pci_scope = _PURPOSES[data_class]
    account = settings.account
    deliveries = ServiceUse("delivery.logs.amazonaws.com", f"arn:aws:logs:{account.region}:{account.id}:*")
    args = EncryptionKeyArgs(
        alias=f"{settings.environment}-{data_class}",
        region=account.region,
        description=f"{data_class} data of {settings.environment}: {purpose}",
        account_id=account.id,
        administrators=settings.keys.administrators,
        users=next((roles for name, roles in settings.keys.users.items() if name == data_class), ()),
        services=(deliveries,) if data_class == "audit" else (),
        protect=settings.policy.protect_stateful,
        tags=classified(data_class, pci_scope),
    )
    return EncryptionKey(f"key-{data_class}", args, ResourceOptions(provider=aws))
