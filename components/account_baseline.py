"""What holds for the whole account, whatever runs in it."""

from dataclasses import dataclass

from pulumi import ComponentResource, ResourceOptions
from pulumi_aws import s3


@dataclass(frozen=True, kw_only=True)
class AccountBaselineArgs:
    account_id: str


class AccountBaseline(ComponentResource):
    """No bucket of the account can be made public, not even by a bucket's own settings.

    The foundation and every environment say so, for whoever looks at one of them alone; whichever is destroyed leaves
    the setting as it is.
    """

    def __init__(self, name: str, args: AccountBaselineArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:audit:AccountBaseline", name, {}, opts)
        s3.AccountPublicAccessBlock(
            name,
            account_id=args.account_id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=ResourceOptions(parent=self, retain_on_delete=True),
        )
        self.register_outputs({})
