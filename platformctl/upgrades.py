"""What another Kubernetes version comes to: for the control plane, the add-ons, the nodes, and what runs there."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from platformctl.changes import UNKNOWN_TEXT, Change, PropertyChange, Sides, readable
from platformctl.guard import Refusal
from platformctl.notes import Note
from platformctl.removed_apis import REMOVED_IN, SOURCE

_CLUSTER = "aws:eks/cluster:Cluster"
_NODES = "aws:eks/nodeGroup:NodeGroup"
_ADDON = "aws:eks/addon:Addon"
_VERSION = re.compile(r"v?1\.(\d+)(\..*)?")
_SKEW = 3  # minors that kube-proxy and kubelet may be behind: Kubernetes documentation, "Version Skew Policy"
_UPGRADING = "EKS user guide, Update existing cluster to new Kubernetes version"
_ADDONS = "EKS API reference, DescribeAddonVersions"
_GROUPS = "EKS user guide, Understand each phase of node updates"


@dataclass(frozen=True)
class Upgrade:
    """A cluster whose version changes."""

    change: Change
    cluster: str  # its name
    before: int  # minors
    after: int

    @property
    def to(self) -> str:
        return f"1.{self.after}"


def upgrades(changes: Iterable[Change], sides: Mapping[str, Sides]) -> list[Upgrade]:
    """The clusters whose version is known to change."""
    found = []
    for change in changes:
        if change.type == _CLUSTER and change.operation == "update":
            old, new = (side.get("inputs") or {} for side in sides[change.urn])
            before, after = _minor(old.get("version")), _minor(new.get("version"))
            if before is not None and after is not None and before != after:
                found.append(Upgrade(change, str(readable(new.get("name"))), before, after))
    return found


def refused(found: Iterable[Upgrade]) -> list[Refusal]:
    """The upgrades that AWS would not make: more than one minor at a time, or back."""
    return [_refusal(one) for one in found if one.after - one.before != 1]


def upgrade_notes(found: Iterable[Upgrade], standing: Mapping[str, Mapping[str, Any]]) -> list[Note]:
    """What each upgrade does. `standing`: what the stack would have after the run, by URN."""
    notes: list[Note] = []
    for one in found:
        if one.after - one.before == 1:
            notes += [_control_plane(one), *_addons(one, standing), *_nodes(one, standing), *_objects(one, standing)]
    return notes


def _refusal(one: Upgrade) -> Refusal:
    step = one.before + 1 if one.after > one.before else one.before
    back = "a control plane never goes back to an older version"
    return Refusal(
        urn=one.change.urn,
        type=one.change.type,
        name=one.change.name,
        operation="upgrade" if one.after > one.before else "downgrade",
        properties=(PropertyChange("version", f"1.{one.before}", one.to),),
        reasons=("EKS raises a control plane by one minor at a time" if one.after > one.before else back,),
        remedy=f"Set the version to 1.{step}"
        + (", deploy it, and only then the next." if one.after > one.before else ", which runs."),
    )


def _control_plane(one: Upgrade) -> Note:
    message = (
        "cannot be taken back; the API stays, its servers are replaced one by one, and the subnets of the control plane"
        " need up to five free addresses"
    )
    return _note(one.change.urn, _CLUSTER, one.change.name, "version", one, "irreversible", message, _UPGRADING)


def _addons(one: Upgrade, standing: Mapping[str, Mapping[str, Any]]) -> Iterator[Note]:
    """An add-on that moves with the cluster, or that stays: whether it may, AWS knows by its version."""
    for urn, (old, new) in _of(one, _ADDON, standing):
        before, after = old.get("addonVersion"), new.get("addonVersion")
        name = str(readable(new.get("addonName")))
        ask = f"aws eks describe-addon-versions --kubernetes-version {one.to} --addon-name {name}"
        minor = _minor(after) if name == "kube-proxy" else None
        if before != after:
            effect, message = "rolling", f"{name} moves with Kubernetes {one.to}, its pods one after another"
        elif minor is not None and not 0 <= one.after - minor <= _SKEW:
            effect, message = (
                "incompatible",
                f"{name} may be {_SKEW} minors older than {one.to} at most, and never newer",
            )
        else:
            effect, message = "none", f"{name} stays: confirm that AWS lists it for {one.to}, by {ask}"
        yield _between(urn, _ADDON, "addonVersion", (before, after), effect, message, _ADDONS)


def _nodes(one: Upgrade, standing: Mapping[str, Mapping[str, Any]]) -> Iterator[Note]:
    for urn, (old, new) in _of(one, _NODES, standing):
        before, after = old.get("version"), new.get("version")
        behind = one.after - (_minor(after) or one.after)
        if before != after:
            effect = "rolling"
            message = "new nodes join before old ones are drained, as disruption budgets allow"
        elif behind > _SKEW:
            effect, message = "incompatible", f"its nodes would be {behind} minors behind: {_SKEW} are the most"
        else:
            effect, message = "none", f"its nodes stay {behind} behind the control plane"
        yield _between(urn, _NODES, "version", (before, after), effect, message, _GROUPS)


def _objects(one: Upgrade, standing: Mapping[str, Mapping[str, Any]]) -> Iterator[Note]:
    """What the stack itself keeps in the cluster and the new version no longer serves, or the next one will not."""
    for urn, state in standing.items():
        type_ = str(state.get("type", ""))
        if not type_.startswith("kubernetes:"):
            continue
        _, version, kind = type_.split(":", 2)
        removed = REMOVED_IN.get((version.removeprefix("core/"), kind))
        if removed is None or removed > one.after + 1:
            continue
        gone = removed <= one.after
        when = (
            f"Kubernetes {one.to} does not serve" if gone else f"Kubernetes 1.{removed}, the next one, will not serve"
        )
        message = f"{when} {kind} of {version}: write it in the version that follows, before the upgrade"
        effect = "removed" if gone else "deprecated"
        yield _between(urn, type_, "apiVersion", (version, version), effect, message, SOURCE)


def _of(
    one: Upgrade, type_: str, standing: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, tuple[Mapping[str, Any], Mapping[str, Any]]]]:
    """The inputs before and after of what belongs to the cluster: by its name, or by not knowing it yet."""
    for urn, state in standing.items():
        new = state.get("inputs") or {}
        if state.get("type") == type_ and readable(new.get("clusterName")) in (one.cluster, UNKNOWN_TEXT):
            yield urn, (state.get("before") or new, new)


def _note(
    urn: str, type_: str, name: str, property_: str, one: Upgrade, effect: str, message: str, source: str
) -> Note:
    values = f"1.{one.before}", one.to
    return Note(urn, type_, name, property_, *values, effect, major=True, at_once=True, message=message, source=source)


def _between(
    urn: str, type_: str, property_: str, values: tuple[Any, Any], effect: str, message: str, source: str
) -> Note:
    before, after = (readable(value) for value in values)
    name, wrong = urn.rpartition("::")[2], effect in ("incompatible", "removed")
    return Note(urn, type_, name, property_, before, after, effect, wrong, False, message, source)


def _minor(version: Any) -> int | None:
    found = _VERSION.fullmatch(str(version))
    return int(found[1]) if found else None
