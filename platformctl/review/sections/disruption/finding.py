"""Downtime, restarts and reboots that a change brings, and why."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from platformctl.changes import Change
from platformctl.review.compared import Compared, raw, text
from platformctl.review.model import Item
from platformctl.review.sections.disruption.effect import Effect
from platformctl.review.sections.disruption.of_aws import OF_AWS
from platformctl.review.sections.disruption.of_cluster import BALANCER_SOURCE, OF_CLUSTER, OTHER_BALANCER
from policies import tokens

if TYPE_CHECKING:
    from platformctl.notes import Note

_ORDER = ("removed", "incompatible", "outage", "irreversible", "restart", "cut", "reboot", "rolling", "deprecated")
_WORDS = {
    "outage": "outage",
    "restart": "restart",
    "reboot": "reboot needed",
    "cut": "connections cut",
    "rolling": "rolling restart",
    "irreversible": "cannot be taken back",
    "incompatible": "would not work",
    "removed": "would not work",
    "deprecated": "the next version will not have it",
}


def disruption(compared: Compared) -> Iterator[Item]:
    """One item for each consequence, the worst first."""
    found = [(note.effect, _of_note(compared, note)) for note in compared.comparison.run.notes if note.effect != "none"]
    found += _by_table(compared)
    found += _recreated(compared)
    found += _balancers(compared)
    for _, item in sorted(found, key=lambda one: (_ORDER.index(one[0]) if one[0] in _ORDER else 0, one[1].urn)):
        yield item


def _of_note(compared: Compared, note: "Note") -> Item:
    change = f"{note.property} {text(note.before)} → {text(note.after)}"
    at_once = " at once" if note.at_once else ""
    major = "to another major version" if note.major and note.property == "engineVersion" else ""
    details = [detail for detail in (note.message, major, f"source: {note.source}") if detail]
    return compared.item(note.urn, f"{_WORDS.get(note.effect, note.effect)}{at_once}: {change}", *details)


def _by_table(compared: Compared) -> Iterator[tuple[str, Item]]:
    for change in compared.changes.values():
        for effect in (*OF_AWS, *OF_CLUSTER):
            if change.type in effect.types and change.operation in effect.operations:
                touched = _touched(change, effect)
                if touched is not None and not _is_harmless(compared, change, effect):
                    yield effect.effect, _item(compared, change, effect, touched)


def _touched(change: Change, effect: Effect) -> list[str] | None:
    """What forces it: the properties that the effect is of, or that force a replacement; None if it is not touched."""
    tops = {one.path: one.path.split(".")[0].split("[")[0] for one in change.properties}
    if effect.properties:
        touched = [path for path, top in tops.items() if top in effect.properties]
        return touched or None
    return [one.path for one in change.properties if one.replaces or change.operation == "update"]


def _item(compared: Compared, change: Change, effect: Effect, touched: list[str]) -> Item:
    by = [f"{one.path}: {text(one.before)} → {text(one.after)}" for one in change.properties if one.path in touched]
    return compared.item(change.urn, f"{_WORDS[effect.effect]}: {effect.why}", *by[:4], f"source: {effect.source}")


def _is_harmless(compared: Compared, change: Change, effect: Effect) -> bool:
    """Whether what is touched does not have the effect after all."""
    before, after = compared.before.by_urn.get(change.urn), compared.after.by_urn.get(change.urn)
    if "scalingConfig" in effect.properties:
        pairs = [(raw(before, f"scalingConfig.{key}"), raw(after, f"scalingConfig.{key}")) for key in _SIZES]
        return all(not _is_less(was, now) for was, now in pairs)
    if "vpcConfig" in effect.properties:
        private, public = "vpcConfig.endpointPrivateAccess", "vpcConfig.endpointPublicAccess"
        return not any(raw(before, path) is True and raw(after, path) is False for path in (private, public))
    if effect.properties == ("spec",):
        return bool(raw(before, "spec.template") == raw(after, "spec.template"))
    if change.type == tokens.LAUNCH_TEMPLATE:
        return all(one.path.startswith(("tags", "description")) for one in change.properties)
    return False


_SIZES = ("desiredSize", "maxSize")


def _is_less(was: Any, now: Any) -> bool:
    known = isinstance(was, int | float) and isinstance(now, int | float)
    return bool(now < was) if known else was != now


def _recreated(compared: Compared) -> Iterator[tuple[str, Item]]:
    """Deployments that end all pods before they start new ones, or that have one pod alone."""
    for before, after in compared.both(tokens.DEPLOYMENT):
        changed = raw(before, "spec.template") != raw(after, "spec.template")
        if changed and raw(after, "spec.strategy.type") == "Recreate":
            why = "outage: all pods end before new ones start (strategy Recreate)"
            yield "outage", compared.item(after.urn, why, "source: Kubernetes documentation, Deployments")


def _balancers(compared: Compared) -> Iterator[tuple[str, Item]]:
    for before, after in compared.both(tokens.INGRESS):
        was, now = _annotations(before), _annotations(after)
        for key, words in OTHER_BALANCER.items():
            if was.get(key) != now.get(key):
                why = f"outage: the controller makes another load balancer ({words}), with other addresses"
                change = f"{key}: {text(was.get(key))} → {text(now.get(key))}"
                yield "outage", compared.item(after.urn, why, change, f"source: {BALANCER_SOURCE}")


def _annotations(resource: Any) -> Mapping[str, Any]:
    found = raw(resource, "metadata.annotations")
    return found if isinstance(found, dict) else {}
