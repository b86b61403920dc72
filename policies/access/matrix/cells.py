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
Matrix = Mapping[str, Cells]  # by principal's ARN, then by capability; who has nothing is listed with no cells


def outcome_of(accesses: Iterable[Access]) -> Outcome:
    """Allow if one way is sure, may if there is any."""
    found = [access.certain for access in accesses]
    return Outcome.DENY if not found else Outcome.ALLOW if any(found) else Outcome.MAY


def path_text(steps: Iterable[Step]) -> str:
    """A chain as one line of the matrix."""
    return ", then ".join(str(step) for step in steps)
