"""Parameter groups: which ones a database uses, and what they set."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from policies import tokens
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Problem
from policies.rules.databases.roles import instances_of
from policies.values import Undecided

_PATHS = {
    tokens.DATABASE_CLUSTER: ("dbClusterParameterGroupName", tokens.DATABASE_CLUSTER_PARAMETERS),
    tokens.DATABASE_CLUSTER_INSTANCE: ("dbParameterGroupName", tokens.DATABASE_PARAMETERS),
    tokens.DATABASE_INSTANCE: ("parameterGroupName", tokens.DATABASE_PARAMETERS),
}


@dataclass(frozen=True)
class Parameters:
    """The groups in force for one database: its own, and those of a cluster's instances, which override it
    (Aurora user guide, "Parameter groups for Amazon Aurora DB clusters").
    """

    own: Resource
    overriding: tuple[Resource, ...] = ()

    @property
    def family(self) -> str:
        """The family of the database's own group, such as `aurora-postgresql17`."""
        return str(self.own.props.get("family", ""))

    def check(self, name: str, holds: Callable[[str], bool], what: str, default: str = "") -> Iterator[Problem]:
        """A problem for every group that sets `name` so that `holds` is false, and one if the own group leaves
        it unset and its default does not hold either.
        """
        for group in (self.own, *self.overriding):
            values = set_in(group, name)
            if group is self.own and not values:
                values = [default]
            for value in values:
                if not holds(value):
                    shown = f"is {value}" if value else "is not set"
                    yield Problem(None, f"{what}: {name} {shown} in the parameter group {group.name}")


def parameters_of(database: Resource, graph: Graph) -> Parameters | Problem:
    """The parameter groups of a database, or what is wrong with its choice of one."""
    path, type_ = _PATHS[database.type]
    if path not in database.inputs:
        return Problem(path, "the database names no parameter group, so AWS's default one is in force")
    own = graph.resolve(database, path, type_)
    if own is None:
        name = str(database.props[path])
        kind = "AWS's default" if name.startswith("default.") else "not part of this stack"
        return Problem(path, f"the parameter group {name} is {kind}, so nobody here says what it sets")
    if database.type != tokens.DATABASE_CLUSTER:
        return Parameters(own)
    instances = instances_of(database, graph)
    if instances.undecided:
        raise Undecided(*instances.undecided)
    path, type_ = _PATHS[tokens.DATABASE_CLUSTER_INSTANCE]
    groups = (graph.resolve(instance, path, type_) for instance in instances)
    return Parameters(own, tuple(dict.fromkeys(group for group in groups if group)))


def set_in(group: Resource, name: str) -> list[str]:
    """What a parameter group sets a parameter to; empty if it leaves the default."""
    found = [block for block in group.props.blocks("parameters") if str(block.get("name")).lower() == name]
    return [_text(block.get("value", "")) for block in found]


def _text(value: Any) -> str:
    """As the provider writes it: a whole number comes from the wire as a float."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
