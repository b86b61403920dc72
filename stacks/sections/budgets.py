"""What a change needs by how much is left of the error budgets, and who is asked for the figures."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field

from stacks.reading import Check, Found
from stacks.sections.fields import Strict

Need = Literal["allowed", "approval", "refused"]  # each stricter than the one before

_NEEDS: tuple[Need, ...] = ("allowed", "approval", "refused")
_THROW_AWAY = ("sandbox",)
_LANES, _LEVELS = ("standard", "fix", "security"), ("enough", "low", "exhausted")
_URL = re.compile(r"https?://[\w.-]+(:\d{1,5})?(/[\w./-]*)?", re.ASCII)


class Lanes(Strict):
    """What a change of each lane needs: nothing, the approval of one of the approvers, or an override."""

    standard: Need
    """All that is neither of the others."""
    fix: Need
    """What ends or prevents a failure; who plans says which."""
    security: Need


class Levels(Strict):
    """By the budget of which the least is left."""

    enough: Lanes
    low: Lanes
    """Less than low_percent is left."""
    exhausted: Lanes
    """Nothing is left, or less."""


class Budgets(Strict):
    prometheus_url: str | None = None
    """Where the recorded series are read, as the pipeline reaches it; left out in the sandbox alone."""
    approvers: tuple[Annotated[str, Field(min_length=2)], ...]
    """Who approves a change on a low budget, of the names in policy.approvers: those who are called at night."""
    low_percent: Annotated[int, Field(ge=1, le=99)]
    policy: Levels


def _source(environment: str, prometheus_url: str | None) -> Found:
    if prometheus_url is None and environment not in _THROW_AWAY:
        allowed = f"an address, except in {', '.join(_THROW_AWAY)}: without one no budget holds anybody back"
        yield "budgets.prometheus_url", prometheus_url, allowed, "write https://host"
    if prometheus_url is not None and not _URL.fullmatch(prometheus_url):
        allowed = "http(s)://HOST[:PORT][/PATH] without a user or password"
        yield "budgets.prometheus_url", prometheus_url, allowed, "correct it; a token goes into PROMETHEUS_TOKEN"


def _ordered(policy: Levels) -> Found:
    """Of less budget a lane needs no less, and of what mends the service none is refused."""
    for lane in _LANES:
        needs = [(level, getattr(getattr(policy, level), lane)) for level in _LEVELS]
        yield from _falls(lane, needs)
        if lane != "standard":
            yield from _shut(lane, needs)


def _falls(lane: str, needs: Sequence[tuple[str, Need]]) -> Iterator[tuple[str, object, str, str]]:
    for (before, more), (level, need) in pairwise(needs):
        if _NEEDS.index(need) < _NEEDS.index(more):
            allowed = f"at least as strict as {before} ({more}): less is left"
            yield f"budgets.policy.{level}.{lane}", need, allowed, f"set {more} or stricter"


def _shut(lane: str, needs: Sequence[tuple[str, Need]]) -> Iterator[tuple[str, object, str, str]]:
    for level, need in needs:
        if need == "refused":
            allowed = "allowed or approval: what mends the service must be able to get in"
            yield f"budgets.policy.{level}.{lane}", need, allowed, "set approval"


def _asked(approvers: Sequence[str], policy: Levels) -> Found:
    needed = any(getattr(getattr(policy, level), lane) == "approval" for level in _LEVELS for lane in _LANES)
    if needed and not approvers:
        yield "budgets.approvers", "none", "at least one, because the policy asks for an approval", "name one"


CHECKS: tuple[Check, ...] = (
    (("environment", "budgets.prometheus_url"), _source),
    (("budgets.policy",), _ordered),
    (("budgets.approvers", "budgets.policy"), _asked),
)
