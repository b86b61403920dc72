"""Lets a change pass a spent error budget: by a use of break-glass under way, which is told, recorded and reviewed."""

from dataclasses import asdict, dataclass
from typing import Any

from platformctl.break_glass.uses import book
from platformctl.errors import CommandError, Exit
from platformctl.locks.backend import store_of
from platformctl.target import Target

_LEAST_REASON = 10  # characters, as of an approval


@dataclass(frozen=True)
class Override:
    """Why a change passes, and the use of break-glass that lets it: its number, whose it is, and its ticket."""

    reason: str
    use: int
    owner: str
    ticket: str

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {"kind": "error-budget", **asdict(self)}


def overriding(target: Target, reason: str) -> Override:
    """The override by the use that is under way now, by the store's clock; CommandError where there is none."""
    if len(reason.strip()) < _LEAST_REASON:
        raise CommandError(
            f"--override-budget {reason!r}: at least {_LEAST_REASON} characters that tell a later reader why"
        )
    found, now = book(store_of(target.variables), target.project.name, target.environment).read()
    use = found.unreviewed
    if use is None or not use.at <= now < use.ends:
        over = f": use {use.number} by {use.owner} is over and waits for its review" if use else ""
        live = "" if target.sandbox else " --live"
        raise CommandError(
            f"--override-budget needs a use of break-glass of {target.environment} that is under way, and there is none"
            f"{over}. `platformctl break-glass open {target.environment} --reason WHAT --ticket INC-7{live}` tells all"
            " approvers, and is reviewed afterwards",
            Exit.FINDINGS,
        )
    return Override(reason.strip(), use.number, use.owner, use.ticket)
