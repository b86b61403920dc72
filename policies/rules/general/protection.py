"""What cannot be made again cannot be deleted by accident."""

from collections.abc import Iterator

from policies.controls import unverified
from policies.examples import Node
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity
from policies.stateful import STATEFUL_TYPES

_THROWAWAY_STACKS = ("sandbox",)
_LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
_LASTING_LOGS = ("audit",)  # data classes whose log groups are more than today's output
_STATEFUL = tuple(sorted(STATEFUL_TYPES))


def _problems(resource: Resource, _: Graph) -> Iterator[Problem]:
    if not resource.protect:
        yield Problem("protect", "the next update may delete or replace this, with all it holds")


def _holds_something(resource: Resource, graph: Graph) -> bool:
    if resource.stack in _THROWAWAY_STACKS:
        return False
    return resource.type != _LOG_GROUP or graph.tag(resource, "data-class") in _LASTING_LOGS


_AUDIT = {"tags": {"data-class": "audit"}}

RULES = (
    Rule(
        id="GEN-03",
        name="stateful-is-protected",
        summary="Stateful resources are protected from deletion, except in the sandbox.",
        severity=Severity.HIGH,
        pack=Pack.OPERATIONS,
        types=_STATEFUL,
        reads=("protect", "tags"),
        controls=unverified("soc2", "CC8.1"),
        remedy="Pass ResourceOptions(protect=True); unprotect what must go in a change of its own.",
        problems=_problems,
        applies=_holds_something,
        passes=(*((Node(type_, "held", _AUDIT, protect=True),) for type_ in _STATEFUL),),
        fails=(
            *((Node(type_, "held", _AUDIT),) for type_ in _STATEFUL),
            (Node("aws:s3/bucketV2:BucketV2", "held"),),
        ),
        ignores=((Node(_LOG_GROUP, "debug"),), (Node("aws:ec2/subnet:Subnet", "a"),)),
    ),
)
