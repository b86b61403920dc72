"""Whether the error budgets let a change through: asked when it is planned, and again when it is applied."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from platformctl.budgets.declared import declared
from platformctl.budgets.override import Override, overriding
from platformctl.budgets.policy import LANES, Decision, Lane, Left, decide, percent
from platformctl.budgets.reading import lefts
from platformctl.errors import CommandError, Exit
from platformctl.plans.binding import Mismatch
from platformctl.plans.who import store_time
from platformctl.prometheus import checked
from platformctl.state import deployment
from platformctl.target import Target

APPROVAL = "error-budget"  # what an approval names in place of a resource
NOT_ASKED = "this environment is not asked for error budgets"
_LEAST_REASON = 10  # characters, as of an approval


@dataclass(frozen=True)
class Wish:
    """What is said of a change: its lane, why it passes a spent budget, and where Prometheus is asked if not at the
    settings' address.
    """

    lane: Lane = "standard"
    override: str = ""
    prometheus: str = ""


def wish(lane: str, reason: str, override: str = "", prometheus: str = "") -> Wish:
    """What the options say; CommandError for a lane that is none, and for one that must say why and does not."""
    known = next((one for one in LANES if one == lane), None)
    if known is None:
        raise CommandError(f"--lane must be one of {', '.join(LANES)}, got {lane!r}")
    if known != "standard" and len(reason.strip()) < _LEAST_REASON:
        raise CommandError(
            f"--lane {lane} passes a spent error budget: --reason must say in at least {_LEAST_REASON} characters what"
            f" it {'mends' if known == 'fix' else 'closes'}, got {reason!r}"
        )
    if prometheus:
        checked(prometheus)
    return Wish(known, override, prometheus)


@dataclass(frozen=True)
class Judged:
    """The budgets of a moment and what follows. `decision` None: nobody is asked (`why`)."""

    wish: Wish
    decision: Decision | None = None
    why: str = NOT_ASKED
    source: str | None = None
    read_at: datetime | None = None
    levels: Sequence[Left] = ()
    approvers: Sequence[str] = ()
    override: Override | None = None
    undecided_blocks: bool = True

    @property
    def exit(self) -> Exit:
        """FINDINGS where the lane is refused, UNDECIDED where nobody can tell and that blocks. An approval is another
        matter: a plan waits for it.
        """
        if self.decision is None or self.override:
            return Exit.FINE
        if self.decision.need == "refused":
            return Exit.FINDINGS
        return Exit.UNDECIDED if self.decision.undecided and self.undecided_blocks else Exit.FINE

    @property
    def approval(self) -> dict[str, str] | None:
        """What waits for a person's yes, in the form of `plans.approvals.needed`."""
        if self.decision is None or self.override or self.decision.need != "approval":
            return None
        known = [one for one in self.decision.because if one.left is not None]
        why = "; ".join(f"{one.slo} {percent(one.left or 0)}" for one in known)
        return {"urn": APPROVAL, "operation": "spend", "why": f"is low ({why})"}

    def as_dict(self) -> dict[str, Any]:
        """What a plan binds and a change record keeps: values, when they were read, and what they asked for."""
        decision = self.decision
        return {
            "lane": self.wish.lane,
            "source": self.source,
            "read_at": self.read_at.isoformat() if self.read_at else None,
            "need": decision.need if decision else "allowed",
            "undecided": decision.undecided if decision else False,
            "because": [one.text for one in decision.because] if decision else [],
            "levels": [
                {"slo": one.slo, "service": one.service, "left": one.left, "why": one.why} for one in self.levels
            ],
            "approvers": list(self.approvers),
            "override": self.override.as_dict() if self.override else None,
        }


def judged(target: Target, wish: Wish) -> Judged:
    """Asks for the budgets of what is deployed, and holds them against the policy of the settings.

    In the sandbox nobody is served: it is asked only where `wish.prometheus` says whom. CommandError for an override
    without a use of break-glass.
    """
    settings = target.project.settings(target.environment)
    section = getattr(settings, "budgets", None)  # the foundation has none, nor a checkout from before there were any
    source = wish.prometheus or (section.prometheus_url if section and target.sandbox is None else None)
    if section is None or not source:
        return Judged(wish)
    levels = declared(deployment(target)["resources"])
    if not levels:
        return Judged(wish, why="no service level with an error budget is deployed yet")
    found = lefts(source, levels)
    decision = decide(section, found, wish.lane)
    blocks = settings.policy.undecided == "block"
    told = Judged(wish, decision, "", source, store_time(target), found, section.approvers, undecided_blocks=blocks)
    if wish.override and (told.approval or told.exit is not Exit.FINE):
        return replace(told, override=overriding(target, wish.override))
    return told


def again(target: Target, document: Mapping[str, Any], prometheus: str) -> Judged:
    """The same question at the time of the apply, for a plan's lane and with its override."""
    override = (document["override"] or {}).get("reason", "")
    return judged(target, Wish(document["lane"], override, prometheus))


def worse(document: Mapping[str, Any], now: Judged) -> Iterator[Mismatch]:
    """Why a plan that was let through then is not now; nothing while it asks for no more than it was bound to."""
    waits = document["need"] == "approval" and not document["override"]
    if now.decision is None or (now.exit is Exit.FINE and (waits or not now.approval)):
        return
    before = f"{document['need']} for the lane {now.wish.lane} at {document['read_at'] or 'the time of the plan'}"
    found = "; ".join(one.text for one in now.decision.because)
    yield Mismatch("budgets", "error budget", f"{before}{_figures(document)}", found, remedy(now))


def remedy(now: Judged) -> str:
    """What lets the change through."""
    if now.exit is Exit.UNDECIDED:
        return "mend the metrics, or plan a fix (--lane fix --reason WHAT); `platformctl slo budget` tells the figures"
    if now.approval:
        return f"plan again: {', '.join(now.approvers)} can approve it (`platformctl approve FILE --urn {APPROVAL}`)"
    return "plan a fix or a security change (--lane, --reason), or pass it by break-glass (--override-budget REASON)"


def _figures(document: Mapping[str, Any]) -> str:
    known = [one["left"] for one in document["levels"] if one["left"] is not None]
    return f", at least {percent(min(known))} left" if known else ""
