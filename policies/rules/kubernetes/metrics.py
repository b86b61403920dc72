"""What is measured is bounded: one label with a customer's id in it must not cost everybody their alerts."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import unverified
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.kubernetes.objects import spec

# The most of each that Prometheus is let take of one scrape; a limit of 0 is none (Prometheus docs, "Configuration",
# scrape_config). What a service measures are hundreds of series, each with some ten labels.
_MOST = {"sampleLimit": 50_000, "labelLimit": 40, "labelValueLengthLimit": 512}


def _problems(monitor: Resource, _: Graph) -> Iterator[Problem]:
    own = spec(monitor)

    def check(limit: str) -> Iterator[Problem]:
        found = own.number(limit)
        if not found or found < 0:
            yield Problem(own.at(limit), f"{limit} is not set: its pods may add series without end")
        elif found > _MOST[limit]:
            yield Problem(
                own.at(limit), f"{limit} is {found}, more than {_MOST[limit]}: one pod can fill the memory of all"
            )

    yield from decide(_MOST, check)


_GOOD = {"sampleLimit": 20_000, "labelLimit": 30, "labelValueLengthLimit": 256}


def _monitor(kind: str = tokens.SERVICE_MONITOR, **changed: object) -> Example:
    given = {name: value for name, value in (_GOOD | changed).items() if value is not None}
    return (Node(kind, "api", {"metadata": {"name": "api", "namespace": "billing-api"}, "spec": given}),)


RULES = (
    Rule(
        id="K8S-20",
        name="metrics-are-bounded",
        summary="ServiceMonitors and PodMonitors limit the samples, the labels and the length of labels of a scrape.",
        severity=Severity.MEDIUM,
        pack=Pack.OPERATIONS,
        types=(tokens.SERVICE_MONITOR, tokens.POD_MONITOR),
        reads=("spec", *_MOST),
        controls=(*unverified("soc2", "A1.1"), *unverified("pci-dss-4.0.1", "10.7.2")),
        remedy="Set sampleLimit, labelLimit and labelValueLengthLimit, as components/services/monitoring.py does.",
        problems=_problems,
        passes=(
            _monitor(),
            _monitor(tokens.POD_MONITOR),
            _monitor(sampleLimit=50_000, labelLimit=40, labelValueLengthLimit=512),
        ),
        fails=(
            _monitor(sampleLimit=None),
            _monitor(labelLimit=None),
            _monitor(labelValueLengthLimit=None),
            _monitor(tokens.POD_MONITOR, sampleLimit=None),
            _monitor(sampleLimit=0),
            _monitor(labelLimit=0),
            _monitor(labelValueLengthLimit=0),
            _monitor(sampleLimit=50_001),
            _monitor(labelLimit=41),
            _monitor(labelValueLengthLimit=513),
            _monitor(sampleLimit=-1),
        ),
        undecided=(
            _monitor(sampleLimit=Ref("nobody")),
            _monitor(labelLimit=Ref("nobody")),
            _monitor(labelValueLengthLimit=Ref("nobody")),
        ),
    ),
)
