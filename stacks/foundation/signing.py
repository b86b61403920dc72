"""What plans and change records are signed with."""

from collections.abc import Sequence

from pulumi import Resource, ResourceOptions
from pulumi_aws import Provider

from components.account_names import foundation_role_arn
from components.signing_key import SigningKey, SigningKeyArgs
from components.tags import classified
from stacks.foundation.settings import Settings


def deploy_signing(settings: Settings, aws: Provider, roles: Sequence[Resource]) -> str:
    """The alias that `policy.signing_key` of the environment names. `roles` are made first: KMS checks who is named.

    The role `drift` signs plans of production, which are made before anybody has approved a deployment.
    """
    account, alias = settings.account, f"{settings.environment}-change-signing"
    SigningKey(
        "key-change-signing",
        SigningKeyArgs(
            alias=alias,
            description=f"signs plans and change records of {settings.environment}",
            account_id=account.id,
            region=account.region,
            administrators=(foundation_role_arn(account.id, "key-administrator"),),
            signers=tuple(foundation_role_arn(account.id, role) for role in ("drift", "deploy")),
            protect=settings.policy.protect_stateful,
            tags=classified("internal", "connected"),
        ),
        ResourceOptions(provider=aws, depends_on=list(roles)),
    )
    return f"alias/{alias}"
