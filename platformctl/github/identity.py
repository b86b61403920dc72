"""What a job of the pipeline needs to reach an environment: its role, region and state, from the committed settings."""

from typing import Any, Literal, get_args

PipelineRole = Literal["preview", "drift", "deploy"]
ROLES: tuple[PipelineRole, ...] = get_args(PipelineRole)


def identity(account: Any, environment: str, role: PipelineRole) -> dict[str, str]:
    """The outputs `role`, `account`, `region` and `backend`; `account` is the environment's settings of that name.

    The names are the foundation's (components/account_names.py), which tests hold them to.
    """
    bucket = f"{account.organisation}-{environment}-state-{account.id}"
    return {
        "role": f"arn:aws:iam::{account.id}:role/foundation/{role}",
        "account": account.id,
        "region": account.region,
        "backend": f"s3://{bucket}?region={account.region}",
    }
