"""Whether what a resource holds is encrypted with a key of ours."""

from policies import tokens
from policies.graph import Graph
from policies.resource import Resource
from policies.values import UNKNOWN, Block


def has_own_key(resource: Resource, path: str, graph: Graph, within: Block | None = None) -> bool:
    """Whether the property at `path` asks for a customer key: one of the graph, or one elsewhere that is not AWS's
    (`alias/aws/...`). What only AWS reports where nobody asked is the ARN of its own. `within` is the block that
    holds the property, by default the resource itself: a name in it is judged alone, for others may stand beside it.
    """
    holder, key = resource.inputs if within is None else within, path.rpartition(".")[2]
    if key not in holder:
        return False
    found = graph.references(resource, path, *tokens.KEYS)
    if found and (within is None or holder.raw[key] is UNKNOWN):
        return True
    name = str(holder[key])
    return name != "" and not name.rsplit(":", 1)[-1].startswith("alias/aws/")
