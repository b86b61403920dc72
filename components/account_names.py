"""What the foundation calls the things that environments rely on: known before either is deployed."""

from typing import Literal

FOUNDATION_PATH = "/foundation/"
PLATFORM_PATH = "/platform/"  # of every role that the pipeline makes
PLATFORM_BOUNDARY = "permission-boundary"
PIPELINE_BOUNDARY = "pipeline-boundary"

FoundationRole = Literal[
    "preview",
    "deploy",
    "drift",
    "key-administrator",
    "engineer",
    "on-call",
    "auditor",
    "break-glass",
]


def boundary_arn(account_id: str) -> str:
    """The permission boundary that every role of the pipeline's making must have."""
    return f"arn:aws:iam::{account_id}:policy{FOUNDATION_PATH}{PLATFORM_BOUNDARY}"


def foundation_role_arn(account_id: str, role: FoundationRole) -> str:
    """A role that the foundation made."""
    return f"arn:aws:iam::{account_id}:role{FOUNDATION_PATH}{role}"


def platform_role_arn(account_id: str, role_name: str) -> str:
    """A role that the pipeline makes, as components.ServiceRole calls it."""
    return f"arn:aws:iam::{account_id}:role{PLATFORM_PATH}{role_name}"


def state_bucket_name(organisation: str, environment: str, account_id: str) -> str:
    """The bucket that holds the states of the environment and of its foundation."""
    return f"{organisation}-{environment}-state-{account_id}"
