"""Takes the new side of an interrupted replacement into a state that knows the old one alone."""

from collections.abc import Iterable, Mapping

from platformctl.state import Resource

_OLD_ALONE = ("delete", "outputs", "pendingReplacement")


def taken_in(resources: Iterable[Resource], made: Mapping[str, str]) -> list[Resource]:
    """The resources with what was made in the place of some: `made` is the new id by URN.

    `pulumi import` cannot say this, for the URN is taken. What it replaces stays, marked to be deleted by the next
    update, unless it was deleted first. The new one has its predecessor's outputs no longer, and its own with the next
    refresh; its inputs are those that it was about to be made with.
    """
    taken: list[Resource] = []
    for resource in resources:
        id_ = made.get(resource["urn"])
        if id_ is None or resource.get("delete"):
            taken.append(resource)
            continue
        kept = {key: value for key, value in resource.items() if key not in _OLD_ALONE}
        taken.append({**kept, "id": id_})
        if not resource.get("pendingReplacement"):
            taken.append({**resource, "delete": True})
    return taken
