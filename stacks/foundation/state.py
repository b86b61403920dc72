"""Where the engine's state lives: a bucket that keeps every version, its copy elsewhere, and the keys around them."""

from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import Resource, ResourceOptions
from pulumi_aws import Provider

from components.account_names import FOUNDATION_PATH, FoundationRole, bucket_name, foundation_role_arn
from components.bucket_policy import access_log_delivery
from components.encryption_key import EncryptionKey, EncryptionKeyArgs
from components.evidence.replication import Copying, Place, Replication, ReplicationArgs
from components.key_permissions import NamedKey
from components.private_bucket import PrivateBucket, PrivateBucketArgs
from components.tags import classified
from stacks.foundation.settings import Settings

_ENGINES: tuple[FoundationRole, ...] = ("preview", "drift", "deploy")  # who runs the engine, besides administrators
_REPLICATION: FoundationRole = "state-replication"


@dataclass(frozen=True)
class State:
    bucket: PrivateBucket
    copy: PrivateBucket
    secrets_alias: str


def deploy_state(settings: Settings, aws: Provider, roles: Sequence[Resource]) -> State:
    """The state's bucket, its copy in the recovery region, and three keys: one for the objects of each, and one, which
    both regions have, for secret values inside the state. `roles` are made first, because KMS checks who is named in
    a key's policy, and because the boundary of the role that copies is made with them.
    """
    account = settings.account
    after_roles = ResourceOptions(provider=aws, depends_on=list(roles))
    secrets = _key(settings, "state-secrets", "secret values in the engine's state", account.region)
    EncryptionKey("key-state-secrets", secrets, after_roles)
    home = _keep(settings, "state", "state-access", account.region, after_roles)
    copy = _keep(settings, "state-copy", "state-copy-logs", account.recovery_region, after_roles)
    Replication(
        "state-replication",
        ReplicationArgs(
            role_name=_REPLICATION,
            role_path=FOUNDATION_PATH,  # the pipeline, whose state it is, must not be able to end the copying
            account_id=account.id,
            copying={"state": Copying(home.place, {"copy": copy.place})},
            what="The engine's state",
            topic_arn=None,  # topics are the environments', which are made later
        ),
        after_roles,
    )
    return State(home.bucket, copy.bucket, secrets.alias)


@dataclass(frozen=True)
class _Kept:
    bucket: PrivateBucket
    place: Place


def _keep(settings: Settings, purpose: str, access: str, region: str, after_roles: ResourceOptions) -> _Kept:
    """One bucket of states under a key of its own region, with the bucket for its access logs: S3 delivers those
    within a region alone.
    """
    account, state = settings.account, settings.state
    name = bucket_name(account.organisation, settings.environment, purpose, account.id)
    elsewhere = None if region == account.region else region
    args = _key(settings, purpose, "the engine's state", region, via=("s3",))
    key = EncryptionKey(f"key-{purpose}", args, after_roles)
    given = ResourceOptions(provider=after_roles.provider)
    access_logs = PrivateBucket(
        f"{purpose}-access-logs",
        PrivateBucketArgs(
            bucket=bucket_name(account.organisation, settings.environment, access, account.id),
            account_id=account.id,
            region=elsewhere,
            key_arn=None,
            access_log_bucket=None,
            expire_days=state.access_log_days,
            writers=(access_log_delivery(name),),
            protect=settings.policy.protect_stateful,
        ),
        given,
    )
    bucket = PrivateBucket(
        purpose,
        PrivateBucketArgs(
            bucket=name,
            account_id=account.id,
            region=elsewhere,
            key_arn=key.arn,
            access_log_bucket=access_logs.name,
            expire_days=None,  # the state of what exists is never too old
            noncurrent_days=state.noncurrent_days,
            lock_days=state.lock_days,
            lock_mode="GOVERNANCE",  # an administrator must be able to repair a state that cannot be read
            protect=settings.policy.protect_stateful,
            tags=classified("internal", None),
        ),
        given,
    )
    return _Kept(bucket, Place(name, region, NamedKey(args.alias, key.arn), bucket))


def _key(settings: Settings, purpose: str, text: str, region: str, via: tuple[str, ...] = ()) -> EncryptionKeyArgs:
    account = settings.account
    engines = tuple(foundation_role_arn(account.id, role) for role in _ENGINES)
    return EncryptionKeyArgs(
        alias=f"{settings.environment}-{purpose}",
        description=f"{text} of {settings.environment}",
        account_id=account.id,
        region=region,
        replica_region=None if via else account.recovery_region,
        administrators=(foundation_role_arn(account.id, "key-administrator"),),
        users=() if via else (*engines, *settings.people.administrators),
        via=via,
        protect=settings.policy.protect_stateful,
        tags=classified("internal", "connected"),
    )
