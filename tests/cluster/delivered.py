"""Manifests of what components make, as the engine is asked for them."""

from collections.abc import Callable, Iterator
from typing import Any

from components.labels import Labels
from tests.components.conftest import build

LABELS = Labels(owner="platform-engineering", environment="prod", data_class="internal", pci_scope="connected")
ACCOUNT = "730218645519"
REGISTRY = f"{ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com"
IMAGE = f"{REGISTRY}/billing/api@sha256:{'0' * 64}"


def manifests(program: Callable[[], object]) -> Iterator[dict[str, Any]]:
    """In the order of registration, without components and Helm releases."""
    for made in build(program).resources:
        if made.type.startswith("kubernetes:") and not made.type.startswith("kubernetes:helm.sh/"):
            yield _whole(dict(made.inputs))


def _whole(value: Any) -> Any:
    """The engine's numbers are all floats; those of Kubernetes are whole."""
    if isinstance(value, dict):
        return {key: _whole(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_whole(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
