"""What holds in an account for everything made by hand or by mistake."""

from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, ResourceOptions
from pulumi_aws import ebs, ec2, iam

# CIS AWS Foundations Benchmark 3.0.0, 1.8 and 1.9; PCI DSS 8.3.6 and 8.3.7 ask for less.
_PASSWORD_LENGTH, _PASSWORDS_REMEMBERED, _PASSWORD_DAYS = 14, 24, 90


@dataclass(frozen=True, kw_only=True)
class AccountDefaultsArgs:
    """`regions`: where disks, snapshots and instances can be made."""

    regions: Sequence[str]


class AccountDefaults(ComponentResource):
    """Disks are encrypted, snapshots are never public, instances answer IMDSv2 alone, and passwords, which nobody
    should have, are strong.
    """

    def __init__(self, name: str, args: AccountDefaultsArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:account:AccountDefaults", name, {}, opts)
        child = ResourceOptions(parent=self)
        iam.AccountPasswordPolicy(
            name,
            minimum_password_length=_PASSWORD_LENGTH,
            password_reuse_prevention=_PASSWORDS_REMEMBERED,
            max_password_age=_PASSWORD_DAYS,
            require_lowercase_characters=True,
            require_uppercase_characters=True,
            require_numbers=True,
            require_symbols=True,
            allow_users_to_change_password=True,
            hard_expiry=False,
            opts=child,
        )
        for region in args.regions:
            own = f"{name}-{region}"
            ebs.EncryptionByDefault(own, enabled=True, region=region, opts=child)
            ebs.SnapshotBlockPublicAccess(own, state="block-all-sharing", region=region, opts=child)
            ec2.InstanceMetadataDefaults(
                own,
                http_endpoint="enabled",
                http_tokens="required",
                http_put_response_hop_limit=1,
                region=region,
                opts=child,
            )
        self.register_outputs({})
