"""What the foundation calls the things that environments rely on: known before either is deployed."""

from typing import Final, Literal

FOUNDATION_PATH: Final = "/foundation/"
PLATFORM_PATH: Final = "/platform/"  # of every role that the pipeline makes
PLATFORM_BOUNDARY = "permission-boundary"
PIPELINE_BOUNDARY = "pipeline-boundary"

RolePath = Literal["/foundation/", "/platform/"]
FoundationRole = Literal[
    "preview",
    "deploy",
    "drift",
    "key-administrator",
    "engineer",
    "on-call",
    "auditor",
    "break-glass",
    "state-replication",
]


def boundary_arn(account_id: str) -> str:
    """The permission boundary that every role of the pipeline's making must have."""
    return f"arn:aws:iam::{account_id}:policy{FOUNDATION_PATH}{PLATFORM_BOUNDARY}"


def foundation_role_arn(account_id: str, role: FoundationRole) -> str:
    """A role that the foundation made."""
    return role_arn(account_id, FOUNDATION_PATH, role)


def platform_role_arn(account_id: str, role_name: str) -> str:
    """A role that the pipeline makes, as components.ServiceRole calls it."""
    return role_arn(account_id, PLATFORM_PATH, role_name)


def role_arn(account_id: str, path: RolePath, role_name: str) -> str:
    """A role by its path and name."""
    return f"arn:aws:iam::{account_id}:role{path}{role_name}"


def bucket_name(organisation: str, environment: str, purpose: str, account_id: str) -> str:
    """Unique in the world, and known before the bucket exists. A purpose of 16 characters is the longest that fits."""
    return f"{organisation}-{environment}-{purpose}-{account_id}"


def state_bucket_name(organisation: str, environment: str, account_id: str) -> str:
    """The bucket that holds the states of the environment and of its foundation."""
    return bucket_name(organisation, environment, "state", account_id)


def money_bucket_names(organisation: str, environment: str) -> str:
    """What the names of all buckets of ledgers, payments and card data begin with: whoever uses them is recorded."""
    return f"{organisation}-{environment}-money-"
