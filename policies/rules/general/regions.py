"""Where resources are, and which regions an environment uses."""

from policies import tokens
from policies.graph import Graph
from policies.resource import Resource

ENVIRONMENTS = "billing-platform"  # the project whose stacks are environments
_EVERYWHERE = ("aws:iam/", "aws:organizations/", "aws:route53/", "aws:cloudfront/", "aws:ssoadmin/")


def region_of(resource: Resource, graph: Graph) -> str | None:
    """The resource's own region, else its provider's; None if neither says, and the environment decides.

    Raises Undecided if it is not known yet.
    """
    if "region" in resource.props:
        return str(resource.props["region"])
    provider = graph.provider(resource)
    region = graph.setting(provider, "region") if provider else None
    return str(region) if region is not None else None


def same_place(one: Resource, other: Resource, graph: Graph) -> bool:
    """Whether two resources are in one region, and in one account as far as their providers tell."""
    accounts = [allowed for each in (one, other) if (allowed := _accounts(each, graph))]
    return len({*accounts}) < 2 and region_of(one, graph) == region_of(other, graph)


def _accounts(resource: Resource, graph: Graph) -> tuple[str, ...]:
    provider = graph.provider(resource)
    allowed = graph.setting(provider, "allowedAccountIds") if provider else None
    return tuple(map(str, allowed or ()))


def regions_in_use(graph: Graph) -> list[str]:
    """The regions that hold a resource, in order; services without regions hold none.

    A resource whose region nobody says is left to the rule that asks for one.
    """
    placed = (resource for resource in graph.resources if _is_regional(resource))
    return sorted({region for resource in placed if (region := region_of(resource, graph))})


def _is_regional(resource: Resource) -> bool:
    return resource.custom and resource.type.startswith("aws:") and not resource.type.startswith(_EVERYWHERE)


def is_first_provider(provider: Resource, graph: Graph) -> bool:
    """What an account needs once is judged at the first provider of an environment."""
    return provider.project == ENVIRONMENTS and graph.of_type(tokens.AWS_PROVIDER)[0] is provider


def of_region(region: str, graph: Graph, *types: str) -> list[Resource]:
    """The resources of these types in the region."""
    return [resource for resource in graph.of_type(*types) if region_of(resource, graph) == region]
