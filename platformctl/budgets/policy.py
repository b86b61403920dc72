"""What a change of a lane needs by how much is left of the budgets: a table, read the same way wherever it is asked."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Lane = Literal["standard", "fix", "security"]
Need = Literal["allowed", "approval", "refused"]
State = Literal["enough", "low", "exhausted"]

LANES: tuple[Lane, ...] = ("standard", "fix", "security")
NEEDS: tuple[Need, ...] = ("allowed", "approval", "refused")  # each stricter than the one before
STATES: tuple[State, ...] = ("enough", "low", "exhausted")


class Budgets(Protocol):
    """As much of the settings' section `budgets` as is read here."""

    @property
    def low_percent(self) -> int: ...
    @property
    def policy(self) -> object: ...  # .STATE.LANE is a Need


@dataclass(frozen=True)
class Left:
    """What is left of one budget: 1.0 is all of it, below 0 it is overspent; None, and `why`, where nobody can tell."""

    slo: str
    service: str
    left: float | None
    why: str = ""

    @property
    def text(self) -> str:
        """For people: which, and how much."""
        if self.left is None:
            return f"{self.slo} of {self.service}: {self.why}"
        return f"{self.slo} of {self.service} has {percent(self.left)} of its error budget left"


@dataclass(frozen=True)
class Decision:
    """What a lane needs at least, given all that is known, and at most, whatever the unknown budgets are.

    `because`: the budgets that ask for it, and those that nobody can tell as far as they could ask for more.
    """

    lane: Lane
    need: Need
    at_most: Need
    because: tuple[Left, ...] = ()

    @property
    def undecided(self) -> bool:
        """Whether what is not known could make it stricter."""
        return self.need != self.at_most


def state_of(left: float, low_percent: float) -> State:
    """Exhausted with nothing left, low strictly below the limit."""
    if left <= 0:
        return "exhausted"
    return "low" if left * 100 < low_percent else "enough"


def need_of(budgets: Budgets, state: State, lane: Lane) -> Need:
    """The cell of the table."""
    need: Need = getattr(getattr(budgets.policy, state), lane)
    return need


def decide(budgets: Budgets, lefts: Sequence[Left], lane: Lane) -> Decision:
    """The strictest that any budget asks of the lane; nothing where there is no budget."""
    cells: Mapping[State, Need] = {state: need_of(budgets, state, lane) for state in STATES}
    asked = {one: _asked(one, budgets.low_percent, cells) for one in lefts}
    need = _strictest(least for least, _ in asked.values())
    at_most = _strictest(most for _, most in asked.values())
    open_ = need != at_most
    because = (
        one for one, (least, most) in asked.items() if _counts(least, need) or (open_ and _counts(most, at_most))
    )
    return Decision(lane, need, at_most, tuple(because))


def percent(share: float) -> str:
    """A share for people, rounded away from the better figure: what is below a limit is never shown at it."""
    return f"{math.floor(share * 1000) / 10:.1f} %"


def _asked(one: Left, low_percent: float, cells: Mapping[State, Need]) -> tuple[Need, Need]:
    """The least and the most that a budget may ask for."""
    states = STATES if one.left is None else (state_of(one.left, low_percent),)
    needs = sorted((cells[state] for state in states), key=NEEDS.index)
    return needs[0], needs[-1]


def _strictest(needs: Iterable[Need]) -> Need:
    return max(needs, key=NEEDS.index, default="allowed")


def _counts(asks: Need, reached: Need) -> bool:
    return asks == reached != "allowed"
