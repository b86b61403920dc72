"""A KMS key that signs what was reviewed and what was done: the private half never leaves KMS."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from pulumi import ComponentResource, Output, ResourceOptions
from pulumi_aws import kms

from components.encryption_key import DELETION_WINDOW_DAYS, check_key, key_alias, key_statement, management
from components.policy_document import document
from components.tags import tagged

# KMS developer guide, "Key spec reference": asymmetric keys do not rotate; the public half is kept with signatures.
_SPEC = "ECC_NIST_P256"
_SIGN = ["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign", "kms:Verify"]


@dataclass(frozen=True, kw_only=True)
class SigningKeyArgs:
    """`alias`: without `alias/`. `administrators` and `signers` are ARNs of IAM roles of the account that exist before
    the key, and none is both.
    """

    alias: str
    description: str
    account_id: str
    region: str
    administrators: tuple[str, ...]
    signers: tuple[str, ...]
    protect: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_key(self.alias, self.account_id, self.administrators, "signers", self.signers)
        if not self.signers:
            raise ValueError(f"signers of {self.alias} must name at least one role, got none")


class SigningKey(ComponentResource):
    """A key for signatures alone, and its alias. Who manages it cannot sign, who signs cannot manage it."""

    arn: Output[str]

    def __init__(self, name: str, args: SigningKeyArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:keys:SigningKey", name, {}, opts)
        policy = document(
            *management(args.account_id, args.administrators),
            key_statement("SignersSign", {"AWS": list(args.signers)}, _SIGN),
        )
        key = kms.Key(
            name,
            description=args.description,
            policy=json.dumps(policy),
            key_usage="SIGN_VERIFY",
            customer_master_key_spec=_SPEC,
            deletion_window_in_days=DELETION_WINDOW_DAYS,
            region=args.region,
            tags=tagged(name, args.tags),
            opts=ResourceOptions(parent=self, protect=args.protect),
        )
        key_alias(name, args.alias, key, args.region, ResourceOptions(parent=self))
        self.arn = key.arn
        self.register_outputs({"arn": self.arn})
