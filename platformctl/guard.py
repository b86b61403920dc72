"""What no update may do: delete or replace what holds data, unless an earlier update has prepared it; and delete an
object of the cluster that it has just made under another resource name.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from platformctl.changes import DESTRUCTIVE, UNKNOWN_TEXT, Change, PropertyChange, Sides, readable

# The provider's own lock, by type. AWS refuses to delete what has it on, so its end begins with turning it off.
DELETION_PROTECTION = {
    "aws:dynamodb/table:Table": "deletionProtectionEnabled",
    "aws:eks/cluster:Cluster": "deletionProtection",
    "aws:rds/cluster:Cluster": "deletionProtection",
    "aws:rds/instance:Instance": "deletionProtection",
}
_PROTECTED = "it is protected in the state"
# The engine's words (3.200) for a resource that would be replaced together with another.
_CHAINED = re.compile(r'unable to replace resource "([^"]+)" as part of replacing "([^"]+)"')
_UNPROTECT = "Undo the change, or take protect off in an update of its own, deployed first."
_RENAME = "Keep the resource's name and parent, or give the new one aliases=[Alias(...)] of the old."
_PREPARE = (
    "Undo the change, or prepare it: an update of its own that sets protect=False{lock} and retain_on_delete=True, "
    "deployed first; AWS then keeps what the stack lets go of."
)


@dataclass(frozen=True)
class Refusal:
    """One change that is refused: which resource, what forces it, why it is not allowed, and what to do."""

    urn: str
    type: str
    name: str
    operation: str  # delete or replace
    properties: tuple[PropertyChange, ...]  # those that force a replacement; none for a deletion
    reasons: tuple[str, ...]
    remedy: str

    def as_dict(self) -> dict[str, Any]:
        """The JSON form: the fields by name."""
        return asdict(self)


def refusals(changes: Iterable[Change], sides: Mapping[str, Sides], *, protects: bool) -> list[Refusal]:
    """The changes that must not be made. `sides` is each one's state before and after.

    Where the environment `protects` what holds data, that is every loss of it which was not prepared; elsewhere only
    what the engine refuses, too, because it is protected.
    """
    found = []
    made = {}
    for change in (told := list(changes)):
        if change.operation == "create" and (it := _object(change.type, sides[change.urn][1])):
            made[it] = change.name
    for change in told:
        if change.operation not in DESTRUCTIVE:
            continue
        before, after = sides[change.urn]
        if change.operation == "delete" and (name := made.get(_object(change.type, before))):
            found.append(_refusal(change, (_taken_up(name),), _RENAME))
            continue
        if protects and change.stateful:
            reasons = tuple(_unprepared(change.type, before, after))
        else:
            reasons = (_PROTECTED,) if before.get("protect") and after.get("protect", True) else ()
        if reasons:
            found.append(_refusal(change, reasons))
    return found


def chained(errors: Iterable[str], resources: Iterable[Mapping[str, Any]]) -> list[Refusal]:
    """What the engine refuses because something else is replaced that it refers to; `resources` are the state's.

    The engine stops at such a resource before it tells its difference, so the property is the one that refers.
    """
    state = {resource["urn"]: resource for resource in resources}
    found = []
    for urn, cause in (pair for error in errors for pair in _CHAINED.findall(error)):
        resource = state[urn]
        uses = resource.get("propertyDependencies") or {}
        inputs = resource.get("inputs") or {}
        found.append(
            Refusal(
                urn=urn,
                type=resource["type"],
                name=urn.rpartition("::")[2],
                operation="replace",
                properties=tuple(
                    PropertyChange(path, readable(inputs.get(path)), UNKNOWN_TEXT, replaces=True)
                    for path, urns in sorted(uses.items())
                    if cause in (urns or ())
                ),
                reasons=(_PROTECTED, f"{cause.rpartition('::')[2]}, which it refers to, would be replaced"),
                remedy=_UNPROTECT,
            )
        )
    return found


def _object(type_: str, state: Mapping[str, Any]) -> tuple[str, ...]:
    """Which object of the cluster a resource is: its group, kind, namespace and name; empty for anything else."""
    if not type_.startswith("kubernetes:"):
        return ()
    inputs = state.get("inputs") or {}
    metadata = inputs.get("metadata") or {}
    if not isinstance(metadata, Mapping) or not metadata.get("name"):
        return ()
    group = str(inputs.get("apiVersion", "")).rpartition("/")[0]
    told = (group, inputs.get("kind", ""), metadata.get("namespace", ""), metadata["name"])
    return tuple(str(part) for part in told)


def _taken_up(name: str) -> str:
    return f"the same object is made as {name}, which takes it up: deleting it afterwards would delete what was made"


def _refusal(change: Change, reasons: tuple[str, ...], remedy: str = "") -> Refusal:
    lock = DELETION_PROTECTION.get(change.type)
    return Refusal(
        urn=change.urn,
        type=change.type,
        name=change.name,
        operation=change.operation,
        properties=tuple(changed for changed in change.properties if changed.replaces),
        reasons=reasons,
        remedy=remedy
        or (_PREPARE.format(lock=f", turns {lock} off" if lock else "") if change.stateful else _UNPROTECT),
    )


def _unprepared(type_: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """What of the preparation the state lacks. The engine reads these flags from the state, not from the program."""
    if before.get("protect"):
        yield _PROTECTED
    if not before.get("retainOnDelete"):
        if after.get("retainOnDelete"):
            # pulumi/pulumi#13428: set in the same update it comes too late, and the resource is destroyed.
            yield (
                "retain_on_delete is new in this change: the engine reads it from the state, where it is not yet, "
                "so the resource would be destroyed all the same (pulumi/pulumi#13428)"
            )
        else:
            yield "its state does not say retain_on_delete, so it would be destroyed with all it holds"
    lock = DELETION_PROTECTION.get(type_)
    if lock and _known(before, lock):
        yield f"{lock} is on in the state"


def _known(state: Mapping[str, Any], property_: str) -> Any:
    outputs, inputs = state.get("outputs") or {}, state.get("inputs") or {}
    return outputs.get(property_, inputs.get(property_))
