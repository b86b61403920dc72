"""Where the engine's state lives: a bucket that keeps every version, and the keys around it."""

from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import Resource, ResourceOptions
from pulumi_aws import Provider

from components.account_names import FoundationRole, foundation_role_arn, state_bucket_name
from components.bucket_policy import access_log_delivery
from components.encryption_key import EncryptionKey, EncryptionKeyArgs
from components.private_bucket import PrivateBucket, PrivateBucketArgs
from components.tags import classified
from stacks.foundation.settings import Settings

_ENGINES: tuple[FoundationRole, ...] = ("preview", "drift", "deploy")  # who runs the engine, besides administrators


@dataclass(frozen=True)
class State:
    bucket: PrivateBucket
    secrets_key: EncryptionKey
    secrets_alias: str


def deploy_state(settings: Settings, aws: Provider, roles: Sequence[Resource]) -> State:
    """The state's bucket and two keys: one for its objects, one for secret values inside the state. `roles` are made
    first, because KMS checks who is named in a key's policy.
    """
    account, environment = settings.account, settings.environment
    after_roles = ResourceOptions(provider=aws, depends_on=list(roles))
    objects = _key(settings, "state", "the engine's state", via=("s3",))
    secrets = _key(settings, "state-secrets", "secret values in the engine's state")
    objects_key = EncryptionKey("key-state", objects, after_roles)
    secrets_key = EncryptionKey("key-state-secrets", secrets, after_roles)
    access_name = f"{account.organisation}-{environment}-state-access-{account.id}"
    name = state_bucket_name(account.organisation, environment, account.id)
    access_logs = PrivateBucket(
        "state-access-logs",
        PrivateBucketArgs(
            bucket=access_name,
            account_id=account.id,
            key_arn=None,
            access_log_bucket=None,
            expire_days=settings.state.access_log_days,
            writers=(access_log_delivery(name),),
            protect=settings.policy.protect_stateful,
        ),
        ResourceOptions(provider=aws),
    )
    bucket = PrivateBucket(
        "state",
        PrivateBucketArgs(
            bucket=name,
            account_id=account.id,
            key_arn=objects_key.arn,
            access_log_bucket=access_logs.name,
            expire_days=None,  # the state of what exists is never too old
            noncurrent_days=settings.state.noncurrent_days,
            lock_days=settings.state.lock_days,
            lock_mode="GOVERNANCE",  # an administrator must be able to repair a state that cannot be read
            protect=settings.policy.protect_stateful,
            tags=classified("internal", None),
        ),
        ResourceOptions(provider=aws),
    )
    return State(bucket, secrets_key, secrets.alias)


def _key(settings: Settings, purpose: str, text: str, via: tuple[str, ...] = ()) -> EncryptionKeyArgs:
    account = settings.account
    engines = tuple(foundation_role_arn(account.id, role) for role in _ENGINES)
    return EncryptionKeyArgs(
        alias=f"{settings.environment}-{purpose}",
        description=f"{text} of {settings.environment}",
        account_id=account.id,
        region=account.region,
        administrators=(foundation_role_arn(account.id, "key-administrator"),),
        users=() if via else (*engines, *settings.people.administrators),
        via=via,
        protect=settings.policy.protect_stateful,
        tags=classified("internal", "connected"),
    )
