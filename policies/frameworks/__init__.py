"""The requirements of each framework by number, in words of our own, so that coverage also names those without a rule.

No standard's text was read for the words: numbers are from the public sources that each module names.
"""

from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module

from policies.controls import FRAMEWORKS

# What people may ask for: a framework's name without a version stands for the newest that rules are mapped to.
ALIASES = {"cis-aws": "cis-aws-5.0.0", "cis-eks": "cis-eks-1.4.0", "pci-dss": "pci-dss-4.0.1"}
_MODULES = {
    "pci-dss-4.0.1": "pci_dss_4_0_1",
    "cis-aws-3.0.0": "cis_aws_3_0_0",
    "cis-aws-5.0.0": "cis_aws_5_0_0",
    "cis-eks-1.4.0": "cis_eks_1_4_0",
    "soc2": "soc2",
}


class Kind(StrEnum):
    """What can be evidence for a requirement."""

    TECHNICAL = "technical"  # the configuration of infrastructure, which rules judge
    ELSEWHERE = "elsewhere"  # technical, but in applications, hosts, devices or live accounts
    ORGANISATIONAL = "organisational"  # people, documents, reviews and premises: no rule can


_KINDS = {"T": Kind.TECHNICAL, "E": Kind.ELSEWHERE, "O": Kind.ORGANISATIONAL}


@dataclass(frozen=True)
class Requirement:
    """One numbered requirement, what it is about in our words, and what can be evidence for it."""

    number: str
    about: str
    kind: Kind


@dataclass(frozen=True)
class Framework:
    """A framework and all its requirements in their own order; `source` is where the numbering was read."""

    id: str
    title: str
    source: str
    requirements: tuple[Requirement, ...]


def names() -> list[str]:
    """All that `framework` takes."""
    return sorted({*FRAMEWORKS, *ALIASES})


def framework(name: str) -> Framework:
    """The framework of that name or alias; KeyError for another."""
    id_ = ALIASES.get(name, name)
    module = import_module(f"policies.frameworks.{_MODULES[id_]}")
    lines = (line.split(" ", 2) for line in module.REQUIREMENTS.strip().splitlines())
    requirements = tuple(Requirement(number, about, _KINDS[kind]) for number, kind, about in lines)
    return Framework(id_, FRAMEWORKS[id_], module.SOURCE, requirements)
