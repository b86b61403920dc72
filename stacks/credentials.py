"""The places of credentials that others gave us."""

from collections.abc import Mapping

from pulumi import ResourceOptions
from pulumi_aws import Provider

from components.account_names import platform_role_arn
from components.service_secret import RotationByFunction, ServiceSecret, ServiceSecretArgs
from stacks.keys import Keys
from stacks.sections.secrets import Credential
from stacks.settings import Settings


def deploy_secrets(settings: Settings, aws: Provider, keys: Keys) -> Mapping[str, ServiceSecret]:
    """A secret for each credential of the settings, by name; its service's role alone reads it."""
    return {name: _secret(settings, aws, keys, name, one) for name, one in settings.secrets.credentials.items()}


def _secret(settings: Settings, aws: Provider, keys: Keys, name: str, one: Credential) -> ServiceSecret:
    account, environment = settings.account, settings.environment
    function, role = one.rotation_function_arn, one.rotation_role_arn
    args = ServiceSecretArgs(
        secret_name=f"{environment}/{one.service}/{name}",
        description=one.description,
        account_id=account.id,
        data_class=one.data_class,
        key_arn=keys.home[one.data_class].arn,
        readers=(platform_role_arn(account.id, f"{environment}-{one.service}"),),
        rotation_days=one.rotation_days,
        rotation=RotationByFunction(function_arn=function, role_arn=role) if function and role else None,
        replica=(account.recovery_region, keys.recovery[one.data_class].arn),
        protect=settings.policy.protect_stateful,
    )
    return ServiceSecret(f"secret-{name}", args, ResourceOptions(provider=aws))
