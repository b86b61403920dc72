"""Whose fields of an object are, from its managedFields: what others changed of ours, and what they added.

A field is named by a path of steps as fieldsV1 has them: ("f", name), ("k", keys of a list's item), ("v", value of a
set), so that lists compare by what identifies their items and not by position
(https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management).
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Path = tuple[tuple[str, Any], ...]
NOTHING = object()

# Managers of the control plane and of the controllers that run in a cluster of ours: what they add is their work.
CONTROLLERS = frozenset(
    {
        *("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "cloud-controller-manager", "kwok"),
        *("clusterrole-aggregation-controller", "rollouts-controller", "argo-rollouts", "external-secrets"),
        *("aws-load-balancer-controller", "controller", "eks", "vpc-resource-controller", "sandbox"),
    }
)
# Of fields that we set, the changes that are some controller's task: kind (empty: any), path, manager, subresource.
TASKS = (
    ("", "spec.replicas", "kube-controller-manager", "scale"),  # the horizontal pod autoscaler
    ("Service", "spec.selector", "rollouts-controller", ""),  # to the stable and to the canary's pods
    ("Ingress", "metadata.annotations", "rollouts-controller", ""),  # the weights
    ("Deployment", "spec.replicas", "rollouts-controller", ""),  # of a workloadRef
)
BOOKKEEPING = ("kubectl.kubernetes.io/last-applied-configuration", "deployment.kubernetes.io/revision")
_NOT_OURS = ("status", "apiVersion", "kind")
_METADATA = ("labels", "annotations")  # of all metadata, what people set


@dataclass(frozen=True)
class Owner:
    """One entry of managedFields."""

    manager: str
    operation: str
    subresource: str
    fields: frozenset[Path]

    @property
    def is_controller(self) -> bool:
        return self.manager in CONTROLLERS or self.manager.startswith("pulumi-kubernetes")


def owners(live: Mapping[str, Any]) -> list[Owner]:
    """Everyone who manages fields of an object, in the order of the server."""
    return [
        Owner(
            manager=one.get("manager", ""),
            operation=one.get("operation", ""),
            subresource=one.get("subresource", ""),
            fields=frozenset(_leaves(one.get("fieldsV1") or {})),
        )
        for one in live["metadata"].get("managedFields") or ()
    ]


def as_it_is(
    kind: str, inputs: Mapping[str, Any], wanted: Mapping[str, Any], live: Mapping[str, Any], manager: str
) -> tuple[dict[str, Any], list[Path]]:
    """The inputs that would ask for the object as it is now, and the paths in them that others added.

    wanted: the object as applying the inputs would make it, as a dry run tells; so what the server writes in another
    way, or fills in, is no difference. What a controller changes by its task is none either.
    """
    found: dict[str, Any] = copy.deepcopy(dict(inputs))
    everyone = owners(live)
    ours = frozenset[Path]().union(*(one.fields for one in owners(wanted) if one.manager == manager))
    for path in sorted(ours, key=repr):
        if path[0][1] in _NOT_OURS:
            continue
        before, now = at(wanted, path), at(live, path)
        if now is NOTHING and (item := _lost(path, live)):
            put(found, item, NOTHING)
        elif before != now and not _is_task(kind, path, everyone, manager):
            put(found, path, now)
    theirs = sorted({path for one in everyone for path in _added(one, ours, manager)}, key=repr)
    added = [path for path in theirs if at(live, path) not in (NOTHING, at(found, path), None, {}, [], "")]
    for path in added:
        put(found, path, copy.deepcopy(at(live, path)))
    return found, list(dict.fromkeys(_outermost(path, ours) for path in added))


def written(path: Path) -> str:
    """A path for people: spec.template.spec.containers[name=api].image."""
    text = ""
    for kind, value in path:
        if kind == "f":
            text += f".{value}" if text else str(value)
        else:
            told = ",".join(f"{key}={item}" for key, item in value) if kind == "k" else str(value)
            text += f"[{told}]"
    return text


def at(value: Any, path: Path) -> Any:
    """The value at a path; NOTHING where there is none."""
    for step in path:
        value = _step(value, step)
        if value is NOTHING:
            break
    return value


def put(value: Any, path: Path, new: Any) -> None:
    """Sets the value at a path of inputs, or takes it away when it is NOTHING; makes what is missing on the way."""
    for index, step in enumerate(path[:-1]):
        below = _step(value, step)
        if below is NOTHING:
            if new is NOTHING:
                return
            empty: Any = [] if path[index + 1][0] in "kv" else {}
            _set(value, step, dict(step[1]) if step[0] == "k" else empty)
            below = _step(value, step)
        value = below
    _set(value, path[-1], new)


def pointer(live: Any, path: Path) -> str | None:
    """The JSON pointer of a path in an object; None where there is nothing."""
    parts: list[str] = []
    for step in path:
        if isinstance(live, list):
            index = next((i for i, item in enumerate(live) if _is_item(item, step)), None)
            if index is None:
                return None
            parts.append(str(index))
            live = live[index]
        elif isinstance(live, Mapping) and step[1] in live:
            parts.append(str(step[1]).replace("~", "~0").replace("/", "~1"))
            live = live[step[1]]
        else:
            return None
    return "/" + "/".join(parts)


def _leaves(fields: Mapping[str, Any], above: Path = ()) -> Iterator[Path]:
    """The paths of what is managed as a whole."""
    below = {key: value for key, value in fields.items() if key != "."}
    if not below and above:
        yield above
    for key, value in below.items():
        letter, _, name = key.partition(":")
        step: tuple[str, Any] = (letter, name)
        if letter == "k":
            step = (letter, tuple(sorted(json.loads(name).items())))
        elif letter in "vi":
            step = (letter, json.loads(name))
        yield from _leaves(value, (*above, step))


def _lost(path: Path, live: Mapping[str, Any]) -> Path | None:
    """The item of a list that is gone, and this field with it."""
    lengths = (length for length in range(1, len(path) + 1) if path[length - 1][0] in "kv")
    return next((path[:length] for length in lengths if at(live, path[:length]) is NOTHING), None)


def _is_task(kind: str, path: Path, everyone: list[Owner], manager: str) -> bool:
    text = written(path)
    for owner in everyone:
        if owner.manager != manager and (path in owner.fields or any(p[: len(path)] == path for p in owner.fields)):
            for of_kind, field, who, subresource in TASKS:
                right = of_kind in ("", kind) and (text == field or text.startswith((f"{field}.", f"{field}[")))
                if right and owner.manager == who and owner.subresource == subresource:
                    return True
    return False


def _added(owner: Owner, ours: frozenset[Path], manager: str) -> Iterator[Path]:
    """The fields that somebody manages and we do not, neither themselves nor with what they are in."""
    if owner.manager == manager or owner.is_controller or owner.subresource:
        return
    for path in owner.fields:
        shared = any(path[:length] in ours for length in range(1, len(path) + 1))
        above = any(field[: len(path)] == path for field in ours)
        metadata = path[0][1] == "metadata" and (len(path) < 3 or path[1][1] not in _METADATA)
        if not shared and not above and not metadata and path[0][1] not in _NOT_OURS and path[-1][1] not in BOOKKEEPING:
            yield path


def _outermost(path: Path, ours: frozenset[Path]) -> Path:
    """The item of a list that is added with this field, else the field."""
    for length in range(1, len(path)):
        if path[length - 1][0] in "kv" and not any(field[:length] == path[:length] for field in ours):
            return path[:length]
    return path


def _step(value: Any, step: tuple[str, Any]) -> Any:
    if step[0] == "f":
        return value.get(step[1], NOTHING) if isinstance(value, Mapping) else NOTHING
    if not isinstance(value, list):
        return NOTHING
    if step[0] == "i":
        return value[step[1]] if step[1] < len(value) else NOTHING
    return next((item for item in value if _is_item(item, step)), NOTHING)


def _is_item(item: Any, step: tuple[str, Any]) -> bool:
    """Whether an item of a list is the one meant; a key that a program leaves out has its default there."""
    if step[0] == "v":
        return bool(item == step[1])
    keys = dict(step[1])
    given = {key: item[key] for key in keys if key in item} if isinstance(item, Mapping) else {}
    return bool(given) and all(keys[key] == value for key, value in given.items())


def _set(value: Any, step: tuple[str, Any], new: Any) -> None:
    if step[0] == "f" and isinstance(value, dict):
        if new is NOTHING:
            value.pop(step[1], None)
        else:
            value[step[1]] = new
    elif isinstance(value, list):
        index = next((i for i, item in enumerate(value) if _is_item(item, step)), None)
        if index is not None:
            value[index : index + 1] = [] if new is NOTHING else [new]
        elif new is not NOTHING:
            value.append(new)
