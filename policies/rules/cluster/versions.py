"""Clusters run a Kubernetes version that is still in standard support."""

import re
from collections.abc import Iterator, Mapping
from datetime import date

from policies import tokens
from policies.controls import pci, unverified
from policies.examples import Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity
from policies.rules.cluster.examples import cluster

AS_OF = date(2026, 11, 25)  # when the table was made
# The last day of standard support: EKS user guide, "Understand the Kubernetes version lifecycle on EKS", read in
# copies of 2025 and 2026. Older versions are out of it; newer ones came after the table, and AWS refuses what is none.
_ENDS: Mapping[int, date] = {
    29: date(2025, 3, 23),
    30: date(2025, 7, 23),
    31: date(2025, 11, 26),
    32: date(2026, 3, 23),
    33: date(2026, 7, 29),
    34: date(2026, 12, 2),
    35: date(2027, 3, 27),
    36: date(2027, 8, 2),
}
_VERSION = re.compile(r"1\.(\d+)")


def _problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    if "version" not in resource.props:  # AWS chooses one, and tells which
        raise resource.undecided("version")
    version = str(resource.props["version"])
    found = _VERSION.fullmatch(version)
    if not found:
        yield Problem("version", f"{version} is no version of Kubernetes such as 1.{max(_ENDS)}")
        return
    minor = int(found[1])
    end = _ENDS.get(minor)
    if minor < min(_ENDS):
        yield Problem("version", f"Kubernetes {version} is out of standard support")
    elif end and (graph.today or AS_OF) > end:
        yield Problem("version", f"Kubernetes {version} is out of standard support since {end}")


RULES = (
    Rule(
        id="EKS-04",
        name="cluster-version-is-supported",
        summary="A cluster's Kubernetes version is in standard support today.",
        severity=Severity.MEDIUM,
        pack=Pack.OPERATIONS,
        types=(tokens.EKS_CLUSTER,),
        reads=("version",),
        controls=(*pci("P", "6.3.3"), *unverified("soc2", "CC7.1")),
        remedy="Raise cluster.version by one minor at a time; the preview tells what each step does.",
        problems=_problems,
        passes=((cluster(version="1.34"),), (cluster(version="1.36"),), (cluster(version="1.99"),)),
        fails=(
            (cluster(version="1.30"),),
            (cluster(version="1.19"),),
            (cluster(version=""),),
            (cluster(version="latest"),),
            (cluster(version="1.3"),),
            (cluster(version="v1.35"),),
        ),
        undecided=((cluster(),), (cluster(version=Ref("nowhere")),)),
    ),
)
