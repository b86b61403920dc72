"""Labels of the objects in the cluster: what a thing is, who answers for it, and what it handles."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from components.tags import DataClass, PciScope

PART_OF = "billing"
_VALUE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?")  # Kubernetes docs, "Labels and Selectors"


@dataclass(frozen=True, kw_only=True)
class Labels:
    """Whose a thing is and what it handles. `owner`: the team that answers for it."""

    owner: str
    environment: str
    data_class: DataClass
    pci_scope: PciScope

    def __post_init__(self) -> None:
        _check("owner", self.owner)
        _check("environment", self.environment)

    def of(self, name: str, *more: Mapping[str, str]) -> dict[str, str]:
        """The labels of the object or pod that belongs to `name`, a service or a part of the platform."""
        _check("name", name)
        return {
            "app.kubernetes.io/name": name,
            "app.kubernetes.io/part-of": PART_OF,
            "app.kubernetes.io/managed-by": "pulumi",
            "platform/owner": self.owner,
            "platform/environment": self.environment,
            "platform/data-class": self.data_class,
            "platform/pci-scope": self.pci_scope,
            **{key: value for labels in more for key, value in labels.items()},
        }


def _check(key: str, value: str) -> None:
    if not _VALUE.fullmatch(value):
        allowed = "1 to 63 of a-z A-Z 0-9 _ . -, a letter or digit first and last"
        raise ValueError(f"{key} must be fit for a label: {allowed}, got {value!r}")
