"""How the examples of the rules on trails write one."""

from policies import tokens
from policies.examples import Example, Node


def trail(name: str = "account", **properties: object) -> Node:
    """A trail of all regions."""
    base: dict[str, object] = {"isMultiRegionTrail": True, "s3BucketName": "trail"}
    return Node(tokens.TRAIL, name, base | properties)


def selecting(**selector: object) -> Example:
    """A trail with one basic selector."""
    return (trail(eventSelectors=[selector]),)


def advanced(*fields: dict[str, object]) -> Node:
    """A trail with one advanced selector."""
    return trail(advancedEventSelectors=[{"fieldSelectors": list(fields)}])


def field(name: str, *values: object, **more: object) -> dict[str, object]:
    """A field of an advanced selector, which equals one of `values`."""
    return {"field": name} | ({"equals": list(values)} if values else {}) | more
