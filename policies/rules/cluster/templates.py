"""The launch template that a node group's machines are made by."""

from policies import tokens
from policies.graph import Graph
from policies.resource import Resource

_PLACES = ("launchTemplate.id", "launchTemplate.name")


def launch_template(group: Resource, graph: Graph) -> Resource | None:
    """The group's template; None without one, or with one that is not part of the graph."""
    if "launchTemplate" not in group.props:
        return None
    found = (graph.resolve(group, place, tokens.LAUNCH_TEMPLATE) for place in _PLACES)
    return next((template for template in found if template is not None), None)
