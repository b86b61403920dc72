"""How strictly an environment is judged and protected."""

from typing import Annotated, Literal

from pydantic import Field

from stacks.reading import Check, Found
from stacks.sections.fields import Strict

_THROW_AWAY = ("sandbox",)
_Person = Annotated[str, Field(min_length=2)]
_PublicKey = Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{40,}={0,2}$")]  # base64 of DER


class Policy(Strict):
    undecided: Literal["block", "report"]
    """What a verdict does that must wait for values which only the cloud can tell."""
    protect_stateful: bool = True
    """Keys, buckets and addresses cannot be destroyed. False in the throw-away sandbox alone."""
    plan_required: bool = False
    """Whether `up --live` takes a reviewed plan alone."""
    signing_key: Annotated[str, Field(min_length=1)] | None = None
    """What signs plans and change records outside of the sandbox: an asymmetric key of AWS KMS, by ARN or alias."""
    approvers: Annotated[dict[_Person, _PublicKey], Field(default_factory=dict)]
    """Who may approve the loss of what holds data: by name the public key of `platformctl approve --show-key`."""


def _protected(environment: str, protect: bool) -> Found:
    if not protect and environment not in _THROW_AWAY:
        allowed = f"true, except in {', '.join(_THROW_AWAY)}: a mistake must not destroy what holds data"
        yield "policy.protect_stateful", protect, allowed, "remove it, or set true"


CHECKS: tuple[Check, ...] = ((("environment", "policy.protect_stateful"), _protected),)
