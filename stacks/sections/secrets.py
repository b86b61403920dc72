"""Credentials that others gave us: which there are and how old their values may be; never the values."""

from typing import Annotated, Literal

from pydantic import Field

from stacks.reading import Check, Found
from stacks.sections.fields import Name, Strict

_LONGEST_DAYS = 90  # PCI DSS 8.6.3 leaves the frequency to a risk analysis; ours says a quarter


class Credential(Strict):
    description: Annotated[str, Field(min_length=5)]
    """What it opens, and with whom."""
    service: Name
    """The service that reads it, and nobody else."""
    data_class: Literal["internal", "personal", "financial"]
    rotation_days: Annotated[int, Field(ge=1, le=365)]
    """How old a value may be; who is told when it is older stands in notifications.ticket."""
    rotation_function_arn: (
        Annotated[str, Field(pattern=r"^arn:aws:lambda:[a-z0-9-]+:[0-9]{12}:function:[\w-]+$")] | None
    ) = None
    """The function that obtains a new one; without it a person does."""
    rotation_role_arn: str | None = None
    """The role of that function."""


class Secrets(Strict):
    credentials: dict[Name, Credential] = Field(default_factory=dict)
    """By name."""

    @property
    def longest_rotation_days(self) -> int:
        """The oldest that any value may be."""
        return max((one.rotation_days for one in self.credentials.values()), default=_LONGEST_DAYS)


def _rotated(credentials: dict[str, Credential]) -> Found:
    for name, one in credentials.items():
        key = f"secrets.credentials.{name}"
        if one.rotation_days > _LONGEST_DAYS:
            yield f"{key}.rotation_days", one.rotation_days, f"at most {_LONGEST_DAYS}", "rotate it every quarter"
        if (one.rotation_function_arn is None) != (one.rotation_role_arn is None):
            allowed = "a function and its role, or neither"
            yield f"{key}.rotation_role_arn", one.rotation_role_arn, allowed, "add the one that is missing"


CHECKS: tuple[Check, ...] = ((("secrets.credentials",), _rotated),)
