"""What was decided about a request, and by which statements."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    ALLOW = "allow"
    DENY = "deny"
    MAY = "may"  # a condition, or a document, whose content nobody knows here


@dataclass(frozen=True, order=True)
class Reason:
    """A statement that decided: where it stands, its label, its effect, and whether it surely applies.

    An empty label stands for a document of unknown content.
    """

    document: str
    statement: str
    effect: str
    certain: bool


@dataclass(frozen=True)
class Decision:
    """The outcome, the statements that made it, and, where nothing allows, which kinds of documents do not."""

    outcome: Outcome
    reasons: tuple[Reason, ...]
    lacking: tuple[str, ...] = ()
