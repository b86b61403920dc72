"""What a rule is: which resources it judges, how, why, and examples of both answers."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from policies.controls import Control
from policies.examples import Example
from policies.graph import Graph
from policies.resource import Resource
from policies.values import Items, Mistyped, Partial, Undecided

T = TypeVar("T")


class Severity(StrEnum):
    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Pack(StrEnum):
    """Which policy pack runs a rule."""

    ACCESS_CONTROL = "access_control"  # who can reach or use what
    COMPLIANCE = "compliance"  # evidence, encryption, retention, residency
    OPERATIONS = "operations"  # what keeps the platform running and cheap to run


@dataclass(frozen=True)
class Problem:
    """What is wrong with a resource: the property to change (None for something missing) and why."""

    property: str | None
    message: str
    pod_security: str | None = None  # the level of Kubernetes' Pod Security Standards that says the same


def always(_resource: Resource, _graph: Graph) -> bool:
    """What `applies` is for a rule that judges every resource of its types."""
    return True


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One thing that must hold. It judges each resource of its `types` for which `applies` is true.

    `problems` yields what is wrong, in any order, and nothing if all is well; reading an unknown value
    through `resource.props` raises Undecided, which is a verdict of its own. `needs_graph` says that other
    resources than the judged one and its provider are read, so that the rule waits for the whole stack.
    Examples are small graphs in which the rule finds nothing, or something.
    """

    id: str  # as in the reference table, `NET-05`
    name: str  # the desired state in words
    summary: str
    severity: Severity
    pack: Pack
    types: tuple[str, ...]
    reads: tuple[str, ...]
    controls: tuple[Control, ...]
    remedy: str
    problems: Callable[[Resource, Graph], Iterator[Problem]]
    passes: tuple[Example, ...]
    fails: tuple[Example, ...]
    undecided: tuple[Example, ...] = ()
    ignores: tuple[Example, ...] = ()  # in which there is nothing for the rule to judge
    needs_graph: bool = False
    applies: Callable[[Resource, Graph], bool] = always


def decide(items: Iterable[T], check: Callable[[T], Iterable[Problem]]) -> Iterator[Problem]:
    """The problems of every item; what is undecided, in one or about the list, is raised after all were
    judged.
    """
    places = list(items.undecided) if isinstance(items, Partial) else []
    for read in _readers(items):
        try:
            yield from check(read())
        except Undecided as error:
            places += error.places
        except Mistyped as error:
            yield Problem(error.path, str(error))
    if places:
        raise Undecided(*places)


def some(items: Iterable[T], holds: Callable[[T], bool]) -> bool:
    """Whether `holds` for one item; raises Undecided if only an unknown one could make it true."""
    places = list(items.undecided) if isinstance(items, Partial) else []
    for read in _readers(items):
        try:
            if holds(read()):
                return True
        except Undecided as error:
            places += error.places
    if places:
        raise Undecided(*places)
    return False


def _readers(items: Iterable[Any]) -> Iterator[Callable[[], Any]]:
    if isinstance(items, Items):
        yield from ((lambda index=index: items[index]) for index in range(len(items)))
    else:
        yield from ((lambda item=item: item) for item in items)
