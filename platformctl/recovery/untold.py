"""What a cloud tells nobody of a resource, and a change of which would replace it."""

from collections.abc import Iterable, Iterator, Mapping

from platformctl.state import Resource


def as_asked(resources: Iterable[Resource], created: Mapping[str, Resource]) -> list[Resource]:
    """The resources with what was asked for, where that is all that can be known: `created` are creations by URN.

    An import gives such a property no value, or its default: whether a cluster began with the add-ons that EKS chooses,
    say, which nobody can ask. Taken for true, the next update would replace what was adopted.
    """
    return [{**one, **_with(one, created[one["urn"]])} if one["urn"] in created else one for one in resources]


def _with(resource: Resource, created: Resource) -> Resource:
    asked = dict(_asked(resource, created.get("inputs", {})))
    return {side: {**(resource.get(side) or {}), **asked} for side in ("inputs", "outputs")} if asked else {}


def _asked(resource: Resource, inputs: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    from sandbox.registry import by_token  # late: only what was adopted needs it

    kind = by_token().get(resource["type"])
    if kind is None:
        return
    for name in kind.unverified:
        prop = kind.inputs.get(name)
        told = (resource.get("inputs") or {}).get(name)
        if prop and prop.replace and name in inputs and told in (None, prop.default):
            yield name, inputs[name]
