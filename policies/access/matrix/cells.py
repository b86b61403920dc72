"""What the matrix holds: for each principal and capability, the ways to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from policies.access.capabilities import CAPABILITIES, PRIVILEGED
from policies.access.decision import Outcome
from policies.access.reach import Step

ALL = (*CAPABILITIES, PRIVILEGED)
TITLES = {capability.id: capability.title for capability in ALL}
DIRECT = "direct"


@dataclass(frozen=True, order=True)
class Access:
    """One way to a capability: `path` is `direct`, or the chain; `what` is the action, and the resource where it
    matters which.
    """

    path: str
    what: str
    certain: bool

    @property
    def outcome(self) -> Outcome:
        return Outcome.ALLOW if self.certain else Outcome.MAY


Cells = Mapping[str, tuple[Access, ...]]


@dataclass(frozen=True)
class Matrix:
    """By principal's ARN, then by capability. `principals`: those of the estate; who has nothing is listed with no
    cells. `outsiders`: those whom it lets in and does not hold, `*` for everyone.
    """

    principals: Mapping[str, Cells]
    outsiders: Mapping[str, Cells]

    def named(self) -> dict[str, Cells]:
        """All of them by the names that people read: without the account where all are of one."""
        alone = len({arn.split(":")[4] for arn in self.principals}) == 1
        return {arn.split(":", 5)[5] if alone else arn: cells for arn, cells in self.principals.items()} | dict(
            self.outsiders
        )


def outcome_of(accesses: Iterable[Access]) -> Outcome:
    """Allow if one way is sure, may if there is any."""
    found = [access.certain for access in accesses]
    return Outcome.DENY if not found else Outcome.ALLOW if any(found) else Outcome.MAY


def path_text(steps: Iterable[Step]) -> str:
    """A chain as one line of the matrix."""
    return ", then ".join(str(step) for step in steps)
