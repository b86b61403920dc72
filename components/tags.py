"""Tags of single resources; those that all share come from the provider's default tags."""

from collections.abc import Mapping
from typing import Literal

DataClass = Literal["public", "internal", "personal", "financial", "audit"]
PciScope = Literal["out", "connected", "cde"]  # cde: stores or handles card data; connected: can reach what does


def tagged(name: str, *more: Mapping[str, str]) -> dict[str, str]:
    """The Name of a resource, which is its logical name, and what sets it apart from the default tags."""
    return {"Name": name, **{key: value for tags in more for key, value in tags.items()}}


def classified(data_class: DataClass | None, pci_scope: PciScope | None) -> dict[str, str]:
    """The tags of what has another data class or scope than the environment; None: the same."""
    tags = {"data-class": data_class, "pci-scope": pci_scope}
    return {key: value for key, value in tags.items() if value is not None}
