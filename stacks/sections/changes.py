"""When an environment is not changed, who may change it all the same, and how long a person may lock it."""

from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import Annotated

from pydantic import Field

from stacks.reading import Check, Found
from stacks.sections.fields import Name, Strict
from stacks.sections.freezes import LOOKED_AT, Freeze, Window, all_windows, covered, problems

_MOST_PERCENT = 50  # of the time that recurring windows take together: beyond, the override becomes the habit


class Changes(Strict):
    longest_lock_hours: Annotated[int, Field(ge=1, le=168)]
    """How long a person may keep all updates away, `platformctl lock`."""
    approvers: Annotated[tuple[str, ...], Field(min_length=1)]
    """Who may approve a change in a freeze, by the names that people know them by."""
    freezes: dict[Name, Freeze]
    """When nothing is changed, by name."""


def _each(freezes: Mapping[str, Freeze]) -> Found:
    for name, freeze in freezes.items():
        yield from problems(f"changes.freezes.{name}", freeze)


def _together(freezes: Mapping[str, Freeze]) -> Found:
    """What windows come to with each other; of those that are well formed."""
    sound = {name: freeze for name, freeze in freezes.items() if not [*problems(name, freeze)]}
    windows = {name: all_windows(freeze) for name, freeze in sound.items()}
    for one, other in permutations(sound, 2):
        if all(any(a <= begin and end <= b for a, b in windows[other]) for begin, end in windows[one]):
            same = windows[one] == windows[other]
            if not same or one > other:
                allowed = f"times that {other} does not cover already"
                yield f"changes.freezes.{one}", sound[one].reason, allowed, "remove it, or correct its times"
        elif one < other and sound[one].once and sound[other].once and _overlap(windows[one], windows[other]):
            allowed = f"dates apart from those of {other}"
            yield f"changes.freezes.{one}.once", str(sound[one].once), allowed, "make one freeze of the two"
    recurring = [window for name, each in windows.items() if sound[name].recurring for window in each]
    whole = LOOKED_AT[1] - LOOKED_AT[0]
    if (share := 100 * (covered(recurring) / whole)) > _MOST_PERCENT:
        allowed = f"{_MOST_PERCENT} % of the time at most"
        yield "changes.freezes", f"{share:.0f} % of the time is frozen", allowed, "shorten or remove some"


def _overlap(some: Sequence[Window], others: Sequence[Window]) -> bool:
    return any(a < end and begin < b for a, b in some for begin, end in others)


def _named(approvers: Sequence[str]) -> Found:
    for index, one in enumerate(approvers):
        if not one.strip() or approvers.index(one) != index:
            yield f"changes.approvers[{index}]", one, "a name, each once", "correct it"


CHECKS: tuple[Check, ...] = (
    (("changes.freezes",), _each),
    (("changes.freezes",), _together),
    (("changes.approvers",), _named),
)
