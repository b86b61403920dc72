"""Whether what a resource holds is encrypted with a key of ours."""

from policies import tokens
from policies.graph import Graph
from policies.resource import Resource


def has_own_key(resource: Resource, key: str, graph: Graph) -> bool:
    """Whether the top-level property `key` asks for a customer key: one of the graph, or one elsewhere that is
    not AWS's (`alias/aws/...`). What only AWS reports where nobody asked is the ARN of its own.
    """
    if key not in resource.inputs:
        return False
    if graph.references(resource, key, *tokens.KEYS):
        return True
    name = str(resource.props[key])
    return name != "" and not name.rsplit(":", 1)[-1].startswith("alias/aws/")
