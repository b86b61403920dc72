"""What an EC2 instance type's name tells: its processor, and whether pods can have security groups of their own."""

import re
from typing import Literal

Architecture = Literal["arm64", "amd64"]

# EC2 user guide, "Amazon EC2 instance type naming conventions": family, generation, options (g: Graviton), size.
_NAME = re.compile(r"(?P<family>[a-z]+)(?P<generation>\d+)(?P<options>[a-z0-9-]*)\.(?P<size>[a-z0-9-]+)")
_FIRST_GRAVITON = "a"  # a1 came before the letter
_BURSTABLE = "t"


def architecture(instance_type: str) -> Architecture:
    """The processor's architecture; ValueError for what is no instance type."""
    parts = _parts(instance_type)
    return "arm64" if "g" in parts["options"] or parts["family"] == _FIRST_GRAVITON else "amd64"


def check_pod_groups(instance_type: str) -> None:
    """Raises ValueError for a family on which no pod can have a security group: EKS user guide, "Assign security groups
    to individual Pods", excludes all of t. Of the others most have it; not every generation, which this cannot tell.
    """
    if _parts(instance_type)["family"] == _BURSTABLE:
        raise ValueError(f"instance types of nodes must not be burstable (t): pods need groups, got {instance_type!r}")


def _parts(instance_type: str) -> dict[str, str]:
    found = _NAME.fullmatch(instance_type)
    if not found:
        raise ValueError(f"an instance type must be like m7g.large, got {instance_type!r}")
    return found.groupdict()
