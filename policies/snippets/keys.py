"""How keys are made so that nobody both manages and uses one."""

_KEY = """\
from components.encryption_key import EncryptionKey, EncryptionKeyArgs
from pulumi import ResourceOptions

EncryptionKey(
    "ledger",
    EncryptionKeyArgs(
        alias="prod-ledger",
        description="Ledger data",
        account_id=account_id,
        region=region,
        administrators=(administrator_arn,),
        users=(service_role_arn,),{note}
    ),
    ResourceOptions(provider=provider),  # of the account that the roles are in
)
"""

SNIPPETS = {
    "KMS-01": _KEY.format(note="  # the key rotates every year"),
    "KMS-02": _KEY.format(note="  # roles of this account, by their exact ARNs"),
    "KMS-03": _KEY.format(note="  # none of the administrators"),
    "KMS-04": _KEY.format(note="  # a deleted key waits 30 days"),
}
