"""An account's foundation, one line for each part; run by an administrator, once and when it changes."""

import signal

import pulumi

import stacks.sdk_imports  # noqa: F401  # before all that uses the SDK, to load it fast
from components.account_baseline import AccountBaseline, AccountBaselineArgs
from components.account_defaults import AccountDefaults, AccountDefaultsArgs
from components.identity.service_control_policies import service_control_policies
from stacks.foundation.identity import deploy_identity
from stacks.foundation.settings import Settings
from stacks.foundation.signing import deploy_signing
from stacks.foundation.state import deploy_state
from stacks.provider import deploy_provider

# The engine ends a program by SIGINT, when a policy refuses it for one; the SDK would linger for five seconds.
signal.signal(signal.SIGINT, signal.SIG_DFL)

settings = Settings.load()
account = settings.account
regions = (account.region, account.recovery_region)
aws = deploy_provider(settings.environment, account, settings.tags)
AccountBaseline("account", AccountBaselineArgs(account_id=account.id), pulumi.ResourceOptions(provider=aws))
AccountDefaults("account", AccountDefaultsArgs(regions=regions), pulumi.ResourceOptions(provider=aws))
identity = deploy_identity(settings, aws, regions)
state = deploy_state(settings, aws, (identity.ci, identity.access))
signing_key = deploy_signing(settings, aws, (identity.ci, identity.access))

pulumi.export("backend_url", state.bucket.name.apply(lambda name: f"s3://{name}?region={account.region}"))
pulumi.export("backend_copy_url", state.copy.name.apply(lambda name: f"s3://{name}?region={account.recovery_region}"))
pulumi.export("secrets_provider", f"awskms://alias/{state.secrets_alias}?region={account.region}&awssdk=v2")
pulumi.export("signing_key", signing_key)
pulumi.export("role_arns", {**identity.ci.role_arns, **identity.access.role_arns})
pulumi.export("permission_boundary_arn", identity.boundary.platform_arn)
pulumi.export(
    "service_control_policies",
    service_control_policies(
        account.id,
        account.organisation,
        regions,
        settings.people.administrators,
        throw_away=not settings.policy.protect_stateful,
    ),
)
