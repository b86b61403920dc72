"""The guarded capabilities: what a person reads a change of access for. They are reviewed as code of security."""

from policies.access.capabilities.capability import Capability, Guarded
from policies.access.capabilities.changing import CHANGE_ACCESS, DEPLOY, PRIVILEGED
from policies.access.capabilities.evidence import ALTER_AUDIT, DELETE_BACKUPS
from policies.access.capabilities.reading import DECRYPT_MONEY_DATA, READ_CUSTOMER_DATA, READ_SECRETS

__all__ = ["CAPABILITIES", "CHANGE_ACCESS", "DIRECTLY", "ENTRY_POINTS", "PRIVILEGED", "Capability", "Guarded"]

# A request that comes from the principal itself, not from a service that works for it.
DIRECTLY = {"kms:ViaService": None, "aws:CalledVia": None, "kms:GrantIsForAWSResource": "false"}
ENTRY_POINTS = ("sts:AssumeRole", "iam:PassRole")
CAPABILITIES = (
    READ_CUSTOMER_DATA,
    DECRYPT_MONEY_DATA,
    ALTER_AUDIT,
    CHANGE_ACCESS,
    DEPLOY,
    DELETE_BACKUPS,
    READ_SECRETS,
)
