"""Protection that is taken away."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from platformctl.changes import Change
from platformctl.review.compared import Compared, Pair, label, raw, text
from platformctl.review.model import Item
from platformctl.review.sections.protection.backups import backups
from platformctl.review.sections.protection.companions import COMPANIONS, GUARDIANS
from platformctl.review.sections.protection.guard import Guard
from platformctl.review.sections.protection.own import GUARDS
from policies import tokens
from policies.graph import Graph
from policies.values import UNKNOWN, Partial, Undecided

if TYPE_CHECKING:
    from policies.resource import Resource

_FILTER = "alb.ingress.kubernetes.io/wafv2-acl-arn"
_ENFORCED = "pod-security.kubernetes.io/enforce"
_LEVELS = ("privileged", "baseline", "restricted")  # k8s.io/pod-security-admission, from the least to the most


def protection(compared: Compared) -> Iterator[Item]:
    """One item for each setting that protects less than before, on what stays; and for each guardian that goes."""
    yield from _flags(compared)
    for pair in compared.pairs():
        if pair.before and pair.after:
            for guard in (*GUARDS, *COMPANIONS):
                if pair.type in guard.types:
                    yield from _guard(compared, pair, guard)
            yield from _of_object(compared, pair)
    for change in compared.changes.values():
        if change.operation == "delete" and change.type in GUARDIANS and not _moved(compared, change):
            yield compared.item(change.urn, f"deleted: {GUARDIANS[change.type]}")
    yield from backups(compared)


def _flags(compared: Compared) -> Iterator[Item]:
    """What the engine itself refuses to delete, or keeps in the account."""
    for before, after in compared.both():
        if before.protect and not after.protect:
            yield compared.item(after.urn, "protect is off: the engine no longer refuses to delete or replace it")
    for event in compared.comparison.run.outcome.events:
        step = event.get("resourcePreEvent", {}).get("metadata") or {}
        old, new = step.get("old") or {}, step.get("new") or {}
        if new and old.get("retainOnDelete") and not new.get("retainOnDelete"):
            yield compared.item(step["urn"], "retain_on_delete is off: what the stack lets go of is destroyed")


def _guard(compared: Compared, pair: Pair, guard: Guard) -> Iterator[Item]:
    was = _value(compared.before, pair.before, guard)
    now = _value(compared.after, pair.after, guard)
    name = f"{guard.companion.rpartition(':')[2]} {guard.path}".strip()
    if now is UNKNOWN and was is not UNKNOWN and guard.weaker(was, None):
        perhaps = f"{guard.means}, perhaps: not known before the update"
        yield compared.item(pair.urn, perhaps, f"{name}: was {text(was)}", *_by(compared, pair, guard))
    elif UNKNOWN not in (was, now) and guard.weaker(was, now):
        yield compared.item(pair.urn, guard.means, f"{name}: {text(was)} → {text(now)}", *_by(compared, pair, guard))


def _value(graph: Graph, resource: "Resource | None", guard: Guard) -> Any:
    """The property, of the resource or of its companion: of several, which AWS does not take, of the first."""
    if resource is None:
        return guard.default
    if not guard.companion:
        value = raw(resource, guard.path)
        return guard.default if value is None else value
    companions = _companions(graph, resource, guard)
    values = [value for one in companions if (value := raw(one, guard.path) if guard.path else True) is not None]
    if not values and companions.undecided:
        return UNKNOWN
    return values[0] if values else guard.default


def _companions(graph: Graph, resource: "Resource", guard: Guard) -> "Partial[Resource]":
    try:
        return graph.possible_referrers(resource, guard.companion, guard.of)
    except Undecided as hidden:
        return Partial([], hidden.places)


def _by(compared: Compared, pair: Pair, guard: Guard) -> Iterator[str]:
    """The companions that the change touches, with their lines."""
    if guard.companion:
        sides = ((compared.before, pair.before), (compared.after, pair.after))
        found = {one.urn: one for graph, side in sides if side for one in _companions(graph, side, guard)}
        for urn in sorted(found.keys() & compared.changes.keys()):
            yield f"{compared.changes[urn].operation} {label(found[urn])} {compared.source(urn)}".strip()


def _moved(compared: Compared, change: Change) -> bool:
    """Whether another one of its kind says the same: the resource only has another name."""
    old = compared.before.by_urn.get(change.urn)
    return old is not None and any(
        new.urn not in compared.before.by_urn and dict(new.asked) == dict(old.asked)
        for new in compared.after.of_type(old.type)
    )


def _of_object(compared: Compared, pair: Pair) -> Iterator[Item]:
    """Of objects in the cluster: the firewall before a load balancer, and what a namespace enforces."""
    if pair.type == tokens.INGRESS:
        was, now = (_entry(side, "annotations", _FILTER) for side in (pair.before, pair.after))
        if was is not None and now is None:
            yield compared.item(pair.urn, "requests are not filtered by a web ACL any more", _FILTER)
    if pair.type == tokens.NAMESPACE:
        was, now = (_entry(side, "labels", _ENFORCED) or _LEVELS[0] for side in (pair.before, pair.after))
        if was in _LEVELS and now in _LEVELS and _LEVELS.index(now) < _LEVELS.index(was):
            yield compared.item(pair.urn, "its pods are held to less", f"{_ENFORCED}: {text(was)} → {text(now)}")


def _entry(resource: "Resource | None", kind: str, key: str) -> Any:
    entries = raw(resource, f"metadata.{kind}")
    return entries.get(key) if isinstance(entries, dict) else entries
