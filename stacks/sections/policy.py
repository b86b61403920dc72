"""How strictly an environment is judged and protected."""

from typing import Literal

from stacks.reading import Check, Found
from stacks.sections.fields import Strict

_THROW_AWAY = ("sandbox",)


class Policy(Strict):
    undecided: Literal["block", "report"]
    """What a verdict does that must wait for values which only the cloud can tell."""
    protect_stateful: bool = True
    """Keys, buckets and addresses cannot be destroyed. False in the throw-away sandbox alone."""


def _protected(environment: str, protect: bool) -> Found:
    if not protect and environment not in _THROW_AWAY:
        allowed = f"true, except in {', '.join(_THROW_AWAY)}: a mistake must not destroy what holds data"
        yield "policy.protect_stateful", protect, allowed, "remove it, or set true"


CHECKS: tuple[Check, ...] = ((("environment", "policy.protect_stateful"), _protected),)
