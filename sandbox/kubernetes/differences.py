"""What changed between two sets of inputs, path by path, and whether it replaces the object."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.diff import Change
from sandbox.kubernetes.replacement import replaces
from sandbox.wire import contains_unknown

_STEP = re.compile(r'"(?:[^"\\]|\\.)*"|[^.\[\]]+')
_PLAIN_KEY = re.compile(r"[A-Za-z_]\w*")


def changes(old: Mapping[str, Any], new: Mapping[str, Any], replacing: tuple[str, ...] = ()) -> list[Change]:
    """All differences in a fixed order; values are plain, unknown ones count as changed."""
    return [Change(path, kind, replaces(path, replacing)) for path, kind in _compare("", old, new)]


def step(path: str, key: str) -> str:
    """The path of a member: as Pulumi writes it, with quotes around keys that are no plain words."""
    if _PLAIN_KEY.fullmatch(key):
        return f"{path}.{key}" if path else key
    return f"{path}[{json.dumps(key)}]"


def steps(path: str) -> list[str]:
    """The keys and indices of a path: spec.a["b.c"][0] is spec, a, b.c, 0."""
    return [json.loads(found) if found.startswith('"') else found for found in _STEP.findall(path)]


def is_in(path: str, ignored: tuple[str, ...]) -> bool:
    """Whether a path is one of these, as a program writes them in ignore_changes, or below one."""
    return any(path == one or path.startswith((f"{one}.", f"{one}[")) for one in ignored)


def _compare(path: str, old: Any, new: Any) -> Iterator[tuple[str, str]]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({*old, *new}):
            yield from _compare(step(path, key), old.get(key), new.get(key))
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            before, after = (items[index] if index < len(items) else None for items in (old, new))
            yield from _compare(f"{path}[{index}]", before, after)
    elif old is None and new is not None:
        yield path, "add"
    elif new is None and old is not None:
        yield path, "delete"
    elif old != new or contains_unknown(new):
        yield path, "update"
