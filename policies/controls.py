"""The controls that rules support, with the source that says so; no standard's own text was read."""

from dataclasses import dataclass

FRAMEWORKS = {
    "pci-dss-4.0.1": "PCI DSS 4.0.1",
    "cis-aws-3.0.0": "CIS AWS Foundations Benchmark 3.0.0",
    "cis-aws-5.0.0": "CIS AWS Foundations Benchmark 5.0.0",
    "cis-eks-1.4.0": "CIS Amazon EKS Benchmark 1.4.0",
    "soc2": "SOC 2 trust services criteria",
}
SOURCES = {
    "H": "AWS Security Hub documentation, PCI DSS 4.0.1",
    "L": "Pulumi pre-built pack documentation, PCI DSS 4.0.1",
    "P": "Prowler compliance files",
    "T": "Trivy compliance file eks-cis-1.4",
    "unverified": "from memory: have an assessor confirm it",
}


@dataclass(frozen=True)
class Control:
    """One requirement that a rule supports (never: satisfies), and who says so."""

    framework: str
    requirement: str
    source: str

    def as_dict(self) -> dict[str, str]:
        return {
            "framework": self.framework,
            "requirement": self.requirement,
            "relation": "supports",
            "source": self.source,
        }


def pci(source: str, *requirements: str) -> tuple[Control, ...]:
    """PCI DSS requirements by their number."""
    return tuple(Control("pci-dss-4.0.1", requirement, source) for requirement in requirements)


def cis(v3: tuple[str, ...], v5: tuple[str, ...]) -> tuple[Control, ...]:
    """CIS AWS recommendations, which were renumbered between the two versions."""
    return (
        *(Control("cis-aws-3.0.0", requirement, "P") for requirement in v3),
        *(Control("cis-aws-5.0.0", requirement, "P") for requirement in v5),
    )


def cis_eks(*requirements: str) -> tuple[Control, ...]:
    """CIS recommendations for Amazon EKS; version 1.7 numbers some of them anew."""
    return tuple(Control("cis-eks-1.4.0", requirement, "T") for requirement in requirements)


def soc2(*criteria: str, source: str = "P") -> tuple[Control, ...]:
    """SOC 2 criteria."""
    return tuple(Control("soc2", criterion, source) for criterion in criteria)


def unverified(framework: str, *requirements: str) -> tuple[Control, ...]:
    """Requirements that no source was read for."""
    return tuple(Control(framework, requirement, "unverified") for requirement in requirements)
