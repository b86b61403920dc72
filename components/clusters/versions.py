"""The Kubernetes versions that a cluster of ours may have, and the add-on versions that go with each.

Support ends as EKS user guide, "Understand the Kubernetes version lifecycle on EKS", has it (read in copies of 2026).
The add-on versions are those that a public record of upgrades from 1.31 to 1.36 reports as running, of 2026-09-24, and
for what it does not name, public programs of the same summer that say they took them from
`aws eks describe-addon-versions`. They were not checked with that command here, and they may differ by region: run it
for the region before a version is changed, with --kubernetes-version and --addon-name.
"""

from collections.abc import Mapping
from datetime import date
from typing import Literal

AS_OF = date(2026, 11, 25)

Addon = Literal[
    "vpc-cni",
    "kube-proxy",
    "eks-pod-identity-agent",
    "coredns",
    "aws-ebs-csi-driver",
    "metrics-server",
    "kube-state-metrics",
]

# The last day of standard support, of the versions that have it on AS_OF.
SUPPORTED: Mapping[str, date] = {
    "1.34": date(2026, 12, 2),
    "1.35": date(2027, 3, 27),
    "1.36": date(2027, 8, 2),
}

_EVERY_VERSION: Mapping[Addon, str] = {
    "vpc-cni": "v1.22.4-eksbuild.3",
    "eks-pod-identity-agent": "v1.3.10-eksbuild.3",
    "aws-ebs-csi-driver": "v1.66.0-eksbuild.1",
    "metrics-server": "v0.9.0-eksbuild.11",
    "kube-state-metrics": "v2.19.1-eksbuild.2",  # seen without the Kubernetes version that it ran on
}
ADDONS: Mapping[str, Mapping[Addon, str]] = {
    "1.34": {**_EVERY_VERSION, "kube-proxy": "v1.34.6-eksbuild.29", "coredns": "v1.12.4-eksbuild.29"},
    "1.35": {**_EVERY_VERSION, "kube-proxy": "v1.35.3-eksbuild.29", "coredns": "v1.13.2-eksbuild.31"},
    "1.36": {**_EVERY_VERSION, "kube-proxy": "v1.36.0-eksbuild.25", "coredns": "v1.14.3-eksbuild.23"},
}


def check_version(version: str) -> None:
    """Raises ValueError for a version that is not in the tables."""
    if version not in SUPPORTED:
        known = ", ".join(SUPPORTED)
        raise ValueError(f"version must be one in standard support on {AS_OF}: {known}, got {version!r}")
