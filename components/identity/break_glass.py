"""A grant of the role for emergencies: who, until when, why, and who decided it."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

LONGEST_GRANT = timedelta(days=92)  # a quarter: access is reviewed every three months (PCI DSS 7.2.4 asks for six)


@dataclass(frozen=True)
class BreakGlass:
    """Who may take the break-glass role, from when until when (the end of that day, UTC), who decided it, and why.

    Renewing it is the review: a change that somebody else approves.
    """

    principals: tuple[str, ...]  # ARNs of users in the identity account
    granted: date
    until: date
    reason: str
    approver: str

    def __post_init__(self) -> None:
        for arn in self.principals:
            if not re.fullmatch(r"arn:aws:iam::\d{12}:user/[\w+=,.@/-]+", arn):
                raise ValueError(f"principals of break-glass must be ARNs of users without wildcards, got {arn!r}")
        if not timedelta(0) <= self.until - self.granted <= LONGEST_GRANT:
            allowed = f"{self.granted} to {self.granted + LONGEST_GRANT}, a quarter after it was granted"
            raise ValueError(f"until of break-glass must be {allowed}, got {self.until}")
        if not self.principals or not self.reason.strip() or not self.approver.strip():
            raise ValueError("break-glass needs principals, a reason and an approver")
