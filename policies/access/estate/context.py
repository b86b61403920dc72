"""The context keys that follow from what a graph holds, so that nobody has to tell them."""

from policies import tokens
from policies.access.estate.principals import tags_of
from policies.access.request import Values
from policies.graph import Graph
from policies.resource import Resource
from policies.values import Undecided

_Keys = dict[str, str | Values | None]
# IAM user guide, "Controlling access to IAM resources": on which actions the boundary that the user or role has
# already is what iam:PermissionsBoundary says.
_CHANGES_BOUNDED = frozenset(
    f"iam:{verb}{kind}policy".lower() for verb in ("attach", "detach", "put", "delete") for kind in ("role", "user")
)
# IAM user guide, aws:RequestedRegion: services with one endpoint, in one region.
_GLOBAL, _HOME = ("cloudfront", "iam", "organizations", "route53"), "us-east-1"
# Their tags are not what aws:ResourceTag compares, or not of the whole resource (service authorization reference).
_UNTAGGED = (tokens.BUCKET,)


class Facts:
    """What one graph says of its resources; each is read once."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._tags: dict[str, dict[str, str] | None] = {}

    def of(self, target: Resource | None, action: str, resource: str, principal: str) -> _Keys:
        """Keys of the resource: its region, tags, aliases and boundary; and for keys, the caller's account."""
        keys: _Keys = {}
        if region := _region(target, action, resource):
            keys["aws:RequestedRegion"] = region
        if action.lower().startswith("kms:") and principal.startswith("arn:"):
            keys["kms:CallerAccount"] = principal.split(":")[4]
        if target is None:
            return keys
        if target.type in (tokens.KEY, tokens.KEY_REPLICA):
            keys["kms:ResourceAliases"] = _aliases(self.graph, target) or None
        if action.lower() in _CHANGES_BOUNDED:
            keys |= _boundary(self.graph, target)
        service = action.split(":")[0]
        for name, value in self._tags_of(target):
            keys[f"aws:ResourceTag/{name}"] = keys[f"{service}:ResourceTag/{name}"] = value
        return keys

    def _tags_of(self, target: Resource) -> list[tuple[str, str]]:
        if target.urn not in self._tags:
            self._tags[target.urn] = None if target.type in _UNTAGGED else tags_of(self.graph, target)
        return sorted((self._tags[target.urn] or {}).items())


def _region(target: Resource | None, action: str, resource: str) -> str:
    """Where the request is made; empty if nothing tells."""
    parts = resource.split(":")
    if len(parts) > 5 and parts[3]:
        return parts[3]
    if action.split(":")[0].lower() in _GLOBAL:
        return _HOME
    region = target.properties.get("region") if target and target.type == tokens.BUCKET else None
    return region if isinstance(region, str) else ""


def _aliases(graph: Graph, key: Resource) -> Values:
    found = graph.possible_referrers(key, tokens.KEY_ALIAS, "targetKeyId")
    return tuple(sorted(str(alias.properties.get("name")) for alias in found))


def _boundary(graph: Graph, target: Resource) -> _Keys:
    written = target.properties.get("permissionsBoundary")
    if written is None:
        return {"iam:PermissionsBoundary": None}
    if isinstance(written, str):
        return {"iam:PermissionsBoundary": written}
    try:
        made = graph.references(target, "permissionsBoundary", tokens.POLICY)
    except Undecided:
        return {}
    arn = made[0].properties.get("arn") if len(made) == 1 else None
    return {"iam:PermissionsBoundary": arn} if isinstance(arn, str) else {}
