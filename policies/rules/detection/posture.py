"""Security Hub measures the account against the standards that bind it."""

import re
from collections.abc import Iterator

from policies import tokens
from policies.controls import cis, pci, soc2
from policies.examples import Example, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.detection.nodes import AWAY, HOME, environment, node
from policies.rules.general.regions import is_first_provider, of_region, region_of

# Security Hub user guide, standards reference: the ARNs of the versions in force.
_STANDARDS = {
    "PCI DSS 4.0.1": re.compile(r"arn:[a-z-]+:securityhub:[a-z0-9-]+::standards/pci-dss/v/4\.0\.1"),
    "CIS AWS Foundations 3.0.0 or 5.0.0": re.compile(
        r"arn:[a-z-]+:securityhub:[a-z0-9-]+::standards/cis-aws-foundations-benchmark/v/(3|5)\.0\.0"
    ),
}


def _problems(_: Resource, graph: Graph) -> Iterator[Problem]:
    hubs = graph.of_type(tokens.SECURITY_HUB)
    if not hubs:
        yield Problem(None, "Security Hub is not on")
    yield from decide(hubs, lambda hub: _incomplete(hub, graph))


def _incomplete(hub: Resource, graph: Graph) -> Iterator[Problem]:
    region = region_of(hub, graph)
    subscriptions = of_region(region, graph, tokens.SECURITY_HUB_STANDARD) if region else []
    followed = [subscription.props["standardsArn"] for subscription in subscriptions]
    for name, pattern in _STANDARDS.items():
        if not any(map(pattern.fullmatch, followed)):
            yield Problem(None, f"Security Hub in {region} does not follow {name}")


def _hub(*arns: object, **properties: object) -> Example:
    standards = (
        node(tokens.SECURITY_HUB_STANDARD, f"standard-{number}", standardsArn=arn, **properties)
        for number, arn in enumerate(arns)
    )
    return environment(node(tokens.SECURITY_HUB, "hub"), *standards)


_START = f"arn:aws:securityhub:{HOME}::standards"
_PCI = f"{_START}/pci-dss/v/4.0.1"
_CIS = f"{_START}/cis-aws-foundations-benchmark/v/3.0.0"

RULES = (
    Rule(
        id="DET-02",
        name="standards-are-measured",
        summary="Security Hub is on, and follows PCI DSS 4.0.1 and a CIS AWS benchmark in force.",
        severity=Severity.HIGH,
        pack=Pack.COMPLIANCE,
        types=(tokens.AWS_PROVIDER,),
        reads=("standardsArn", "region"),
        controls=(*pci("L", "10.4.1", "10.4.1.1"), *cis(("4.16",), ("4.16",)), *soc2("CC7.2")),
        remedy="Add securityhub.Account and a securityhub.StandardsSubscription for pci-dss/v/4.0.1 and for"
        " cis-aws-foundations-benchmark/v/3.0.0 or 5.0.0.",
        problems=_problems,
        applies=is_first_provider,
        needs_graph=True,
        passes=(_hub(_PCI, _CIS), _hub(_PCI, _CIS.replace("3.0.0", "5.0.0"), f"{_START}/nist-800-53/v/5.0.0")),
        fails=(
            environment(),
            _hub(),
            _hub(_PCI),
            _hub(_CIS),
            _hub(_PCI.replace("4.0.1", "3.2.1"), _CIS),
            _hub(_PCI, "arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0"),
            _hub(_PCI, f"{_CIS}-draft"),
            _hub(_PCI, _CIS, region=AWAY),
        ),
        undecided=(_hub(_PCI, Ref("settings")),),
    ),
)
