"""What changed between two sets of inputs, property by property, and whether it replaces the resource."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.model import Property, ResourceType
from sandbox.shapes import canonical, completed, same
from sandbox.wire import contains_unknown

_PLAIN_KEY = re.compile(r"[A-Za-z_]\w*")
_LISTS = ("objects",)


@dataclass(frozen=True)
class Change:
    path: str  # as Pulumi writes property paths: rules[0].status, tags["data-class"]
    kind: str  # add, delete or update
    replace: bool


def changes(kind: ResourceType, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """All differences that matter, in a fixed order; values are plain, unknown ones count as changed."""
    props = kind.all_inputs()
    found: list[Change] = []
    for name in sorted(set(props) & {*old, *new}):
        if props[name].computed and name not in new:
            continue  # AWS chose the value, and nobody asks for another
        found += _compare(name, props[name], old.get(name), new.get(name), props[name].replace)
    return found


def _compare(path: str, prop: Property, old: Any, new: Any, replace: bool) -> Iterator[Change]:
    if contains_unknown(new) and not isinstance(new, Mapping):
        yield Change(path, "update" if old is not None else "add", replace)
    elif same(prop, old, completed(prop, new, old)):
        return  # what AWS chose inside is no difference
    elif canonical(prop, old) is None:
        yield Change(path, "add", replace)
    elif canonical(prop, new) is None:
        yield Change(path, "delete", replace)
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        asked = completed(prop, new, old)
        for key in sorted({*old, *asked}):
            inner = prop.fields.get(key, Property(kind="string"))
            where = f"{path}.{key}" if _PLAIN_KEY.fullmatch(key) else f'{path}["{key}"]'
            yield from _compare(where, inner, old.get(key), asked.get(key), replace or inner.replace)
    elif prop.kind in _LISTS and isinstance(old, list) and isinstance(new, list):
        one = Property(kind="object", fields=prop.fields)
        for index in range(max(len(old), len(new))):
            before, after = (items[index] if index < len(items) else None for items in (old, new))
            yield from _compare(f"{path}[{index}]", one, before, after, replace)
    else:
        yield Change(path, "update", replace)


def top(path: str) -> str:
    """The property that a path starts with."""
    return re.split(r"[.\[]", path, maxsplit=1)[0]
