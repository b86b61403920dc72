"""Manifests of what components make, as the engine is asked for them."""

from collections.abc import Callable
from typing import Any

from components.labels import Labels
from tests.components.conftest import build

LABELS = Labels(owner="platform-engineering", environment="prod", data_class="internal", pci_scope="connected")
ACCOUNT = "730218645519"
REGISTRY = f"{ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com"
IMAGE = f"{REGISTRY}/billing/api@sha256:{'0' * 64}"


def manifests(program: Callable[[], object]) -> list[dict[str, Any]]:
    """In an order in which they can be applied: namespaces first. Without components and Helm releases."""
    made = [one for one in build(program).resources if one.type.startswith("kubernetes:")]
    wanted = [_whole(dict(one.inputs)) for one in made if not one.type.startswith("kubernetes:helm.sh/")]
    return sorted(wanted, key=lambda one: one["kind"] != "Namespace")


def _whole(value: Any) -> Any:
    """The engine's numbers are all floats; those of Kubernetes are whole."""
    if isinstance(value, dict):
        return {key: _whole(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_whole(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
