"""The services' objects as the whole program makes them, as manifests."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from tests.components.conftest import Made
from tests.stacks.programs import run

# EKS brings the kind with its cluster; no module of Go that could be had has its definition.
NOT_SERVED = frozenset({"SecurityGroupPolicy"})
_OF_SERVICES = "::platform:services:BillingService$"


@cache
def manifests(environment: str) -> tuple[dict[str, Any], ...]:
    """Every Kubernetes object of the services, in the order in which they are made."""
    made = (one for one in run(environment).resources if _OF_SERVICES in one.urn)
    return tuple(_manifest(one) for one in made if one.type.startswith("kubernetes:"))


def _manifest(made: Made) -> dict[str, Any]:
    _, version, kind = made.type.split(":")
    return {"apiVersion": version.removeprefix("core/"), "kind": kind, **_plain(made.inputs)}


def _plain(value: Any) -> Any:
    """Numbers as they were: what is sent to the engine has but one kind of them."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
