"""Reading what must not be known: data of customers, and secrets."""

from policies import tokens
from policies.access.capabilities.capability import Capability, Guarded

CUSTOMERS = ("personal", "financial")  # values of the tag data-class

READ_CUSTOMER_DATA = Capability(
    "read-customer-data",
    "Read customer data",
    (
        Guarded(("s3:GetObject",), (tokens.BUCKET,), CUSTOMERS, part="/x", named=True),
        Guarded(("dynamodb:GetItem", "dynamodb:Scan"), (tokens.TABLE,), CUSTOMERS, named=True),
        Guarded(("sqs:ReceiveMessage",), (tokens.QUEUE,), CUSTOMERS, named=True),
        Guarded(("rds-db:connect", "rds-data:ExecuteStatement")),
    ),
    (
        ("", "pods/exec", ("create", "get")),
        ("", "pods/attach", ("create", "get")),
        ("", "nodes/proxy", ("create", "get")),
    ),
)

DECRYPT_MONEY_DATA = Capability(
    "decrypt-money-data",
    "Decrypt money data",
    (Guarded(("kms:Decrypt", "kms:CreateGrant"), (tokens.KEY,), ("financial",), named=True),),
)

READ_SECRETS = Capability(
    "read-secrets",
    "Read secrets",
    (
        Guarded(("secretsmanager:GetSecretValue",), (tokens.SECRET,), named=True),
        Guarded(("ssm:GetParameter",)),
    ),
    (("", "secrets", ("get", "list", "watch")),),
)
