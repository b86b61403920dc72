"""Every region in use is watched, and so are those that somebody uses by mistake."""

from collections.abc import Callable, Iterator

from policies import tokens
from policies.controls import cis, unverified
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, some
from policies.rules.detection.nodes import AWAY, HOME, environment, node
from policies.rules.general.regions import is_first_provider, region_of, regions_in_use

_ANALYZES = ("ACCOUNT", "ORGANIZATION")  # the other types look for access that is unused, or internal
_WATCHERS = {
    "GuardDuty": tokens.THREAT_DETECTOR,
    "Security Hub": tokens.SECURITY_HUB,
    "AWS Config": tokens.CONFIG_RECORDER,
}


def _coverage_problems(_: Resource, graph: Graph) -> Iterator[Problem]:
    for region in regions_in_use(graph):
        for name, type_ in _WATCHERS.items():
            if not _is_in(region, graph, type_):
                yield Problem(None, f"{region} holds resources without {name}")
        if not _is_recorded(region, graph):
            yield Problem(None, f"{region} holds resources without a trail")


def _analyzer_problems(_: Resource, graph: Graph) -> Iterator[Problem]:
    def analyzes(analyzer: Resource) -> bool:
        return analyzer.props.get("type", "ACCOUNT") in _ANALYZES

    for region in regions_in_use(graph):
        if not _is_in(region, graph, tokens.ACCESS_ANALYZER, analyzes):
            yield Problem(None, f"{region} holds resources without an access analyzer")


def _any(_: Resource) -> bool:
    return True


def _is_in(region: str, graph: Graph, type_: str, holds: Callable[[Resource], bool] = _any) -> bool:
    return some(graph.of_type(type_), lambda resource: region_of(resource, graph) == region and holds(resource))


def _is_recorded(region: str, graph: Graph) -> bool:
    return some(graph.of_type(tokens.TRAIL), lambda trail: _records(trail, region, graph))


def _records(trail: Resource, region: str, graph: Graph) -> bool:
    if trail.props.get("enableLogging", True) is not True:
        return False
    return trail.props.get("isMultiRegionTrail", False) is True or region_of(trail, graph) == region


def _trail(**properties: object) -> Node:
    return node(tokens.TRAIL, "trail", **({"isMultiRegionTrail": True} | properties))


def _watched(region: str = HOME) -> tuple[Node, ...]:
    return tuple(node(type_, f"{name}-{region}", region=region) for name, type_ in _WATCHERS.items())


def _analyzer(region: object = HOME, **properties: object) -> Node:
    return node(tokens.ACCESS_ANALYZER, f"analyzer-{region}", region=region, **properties)


def _abroad(*nodes: Node) -> Example:
    """An environment with a bucket in a second region as well."""
    return environment(node(tokens.BUCKET, "copies", region=AWAY), *nodes)


_WEST = Node(tokens.AWS_PROVIDER, "west", {"region": AWAY})

RULES = (
    Rule(
        id="DET-04",
        name="every-region-is-watched",
        summary="Each region that holds resources has GuardDuty, Security Hub, AWS Config and a trail.",
        severity=Severity.HIGH,
        pack=Pack.COMPLIANCE,
        types=(tokens.AWS_PROVIDER,),
        reads=("region", "isMultiRegionTrail", "enableLogging"),
        controls=(
            *unverified("pci-dss-4.0.1", "10.2.1"),
            *cis(("3.1", "3.3"), ("3.1", "3.3")),
            *unverified("soc2", "CC7.2"),
        ),
        remedy="Add the four to each region with region=..., one multi-region trail for all; or move the resource.",
        problems=_coverage_problems,
        applies=is_first_provider,
        needs_graph=True,
        passes=(
            environment(_trail(), *_watched()),
            environment(_trail(isMultiRegionTrail=False), *_watched()),
            _abroad(_trail(), *_watched(), *_watched(AWAY)),
            environment(_trail(), *_watched(), Node(tokens.ROLE, "app", provider="west"), _WEST),
        ),
        fails=(
            environment(),
            environment(_trail()),
            environment(*_watched()),
            *(environment(_trail(), *(w for w in _watched() if w.type != type_)) for type_ in _WATCHERS.values()),
            environment(_trail(enableLogging=False), *_watched()),
            _abroad(_trail(), *_watched()),
            _abroad(_trail(isMultiRegionTrail=False), *_watched(), *_watched(AWAY)),
            environment(_trail(), *_watched(), Node(tokens.BUCKET, "copies", provider="west"), _WEST),
        ),
        undecided=(
            environment(_trail(), *_watched()[1:], node(tokens.THREAT_DETECTOR, "d", region=Ref("settings"))),
            environment(_trail(), *_watched(), node(tokens.BUCKET, "copies", region=Ref("settings"))),
        ),
        ignores=((Node(tokens.AWS_PROVIDER, "aws", {"region": HOME}, project="billing-foundation"),),),
    ),
    Rule(
        id="IAM-13",
        name="outside-access-is-analyzed",
        summary="Each region that holds resources has an access analyzer for access from outside.",
        severity=Severity.MEDIUM,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.AWS_PROVIDER,),
        reads=("region", "type"),
        controls=(
            *unverified("pci-dss-4.0.1", "7.2.4"),
            *cis(("1.20",), ("1.19",)),
            *unverified("soc2", "CC6.1"),
        ),
        remedy="Add accessanalyzer.Analyzer(type='ACCOUNT', region=...) for each region.",
        problems=_analyzer_problems,
        applies=is_first_provider,
        needs_graph=True,
        passes=(
            environment(_analyzer()),
            environment(node(tokens.ACCESS_ANALYZER, "analyzer", type="ORGANIZATION")),
            _abroad(_analyzer(), _analyzer(AWAY)),
        ),
        fails=(
            environment(),
            _abroad(_analyzer()),
            environment(_analyzer(AWAY)),
            environment(_analyzer(type="ACCOUNT_UNUSED_ACCESS")),
        ),
        undecided=(environment(_analyzer(Ref("settings"))), environment(_analyzer(type=Ref("settings")))),
    ),
)
