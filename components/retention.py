"""How long things are kept, in the words of the services that keep them."""

from dataclasses import dataclass
from typing import Literal

LockMode = Literal["COMPLIANCE", "GOVERNANCE"]  # lifted by nobody, or by who may bypass governance
# What CloudWatch Logs offers for a log group: its API reference, PutRetentionPolicy.
LogGroupDays = Literal[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
]


@dataclass(frozen=True, kw_only=True)
class Lifetime:
    """How long a bucket's objects below `prefix` are kept."""

    id: str
    prefix: str
    expire_days: int | None  # None: without end
    archive_days: int | None = None  # then into Glacier Instant Retrieval, which still answers at once

    def __post_init__(self) -> None:
        if self.expire_days is not None and self.expire_days < 1:
            raise ValueError(f"expire_days of {self.id} must be at least 1, got {self.expire_days}")
        if self.archive_days is not None and not 1 <= self.archive_days < (self.expire_days or self.archive_days + 1):
            allowed = f"1 to less than expire_days ({self.expire_days})"
            raise ValueError(f"archive_days of {self.id} must be {allowed}, got {self.archive_days}")
