"""What an update plan of the engine says of each resource, and where two plans say different things.

The engine itself lets more through than a reviewer has seen (pulumi 3.200, pkg/resource/deploy/plan.go, Plan): a value
that is unknown in the plan may become any value, `same` passes for an update, and an update for a replacement.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from platformctl.changes import UNKNOWN_TEXT, readable

# Options by which two plans of one program can differ only if the program did. `dependencies` come unordered.
_OPTIONS = (
    *("type", "parent", "protect", "deleteBeforeReplace", "ignoreChanges", "additionalSecretOutputs", "aliases", "id"),
    *("customTimeouts", "dependencies", "retainOnDelete", "provider"),
)
_NOTHING = "(nothing)"


@dataclass(frozen=True)
class Planned:
    """One resource of a plan: the engine's steps, and what they set, by path as text for people."""

    steps: tuple[str, ...]
    values: Mapping[str, str]
    options: Mapping[str, str]

    @property
    def changes(self) -> bool:
        """Whether anything would be done."""
        return any(step != "same" for step in self.steps)


_UNPLANNED = Planned((), {}, {})


@dataclass(frozen=True)
class Move:
    """Where what would happen now is not what was reviewed. `what`: steps, or the path of a property or option."""

    urn: str
    what: str
    reviewed: str
    now: str

    def as_dict(self) -> dict[str, Any]:
        """The JSON form: the fields by name."""
        return asdict(self)


def planned(plan: Mapping[str, Any]) -> dict[str, Planned]:
    """Every resource of an update plan (the JSON of `pulumi preview --save-plan`), by URN."""
    return {urn: _planned(one) for urn, one in sorted((plan.get("resourcePlans") or {}).items())}


def moves(reviewed: Mapping[str, Planned], now: Mapping[str, Planned]) -> list[Move]:
    """The difference of two plans, by URN; resources that neither changes are left out."""
    return [
        one
        for urn in sorted({*reviewed, *now})
        if any(side[urn].changes for side in (reviewed, now) if urn in side)
        for one in _between(urn, reviewed.get(urn), now.get(urn))
    ]


def beyond(reviewed: Mapping[str, Planned], now: Mapping[str, Planned]) -> list[Move]:
    """What would be done now that the reviewed plan has not; less than it is no difference, for a part is done."""
    return [
        one for urn in sorted(now) if now[urn].changes for one in _beyond(urn, reviewed.get(urn, _UNPLANNED), now[urn])
    ]


def _beyond(urn: str, reviewed: Planned, now: Planned) -> Iterator[Move]:
    allowed = {*reviewed.steps, "same", *(("update",) if reviewed.changes else ())}  # what is adopted may be updated
    if not set(now.steps) <= allowed:
        yield Move(urn, "steps", _steps(reviewed), _steps(now))
    name = urn.rpartition("::")[2]
    for key, value in sorted(now.values.items()):
        before = reviewed.values.get(key, _NOTHING)
        if before not in (value, UNKNOWN_TEXT) and not _named_by_chance(name, before, value):
            yield Move(urn, key, before, value)


def _planned(one: Mapping[str, Any]) -> Planned:
    goal = one.get("goal") or {}
    difference = goal.get("inputDiff") or {}
    values = {
        **{
            f"{key}": _text(value)
            for part in ("adds", "updates")
            for key, value in (difference.get(part) or {}).items()
        },
        **dict.fromkeys(difference.get("deletes") or (), "(removed)"),
    }
    values.pop("__internal", None)
    options = {key: _option(key, goal[key]) for key in _OPTIONS if goal.get(key)}
    return Planned(tuple(one.get("steps") or ()), values, options)


def _between(urn: str, reviewed: Planned | None, now: Planned | None) -> Iterator[Move]:
    if reviewed is None or now is None or reviewed.steps != now.steps:
        yield Move(urn, "steps", _steps(reviewed), _steps(now))
    if now is None or reviewed is None:
        for key, value in sorted((reviewed or now).values.items()):  # type: ignore[union-attr]
            yield Move(urn, key, *((value, _NOTHING) if reviewed else (_NOTHING, value)))
        return
    name = urn.rpartition("::")[2]
    for before, after in ((reviewed.values, now.values), (reviewed.options, now.options)):
        for key in sorted({*before, *after}):
            sides = before.get(key, _NOTHING), after.get(key, _NOTHING)
            if sides[0] != sides[1] and not _named_by_chance(name, *sides):
                yield Move(urn, key, *sides)


def _named_by_chance(name: str, *values: str) -> bool:
    """Whether both are the resource's name with the engine's random end, which `up --plan` takes from the plan."""
    end = re.compile(rf'"?{re.escape(name)}-?[0-9a-f]{{7,8}}(\.fifo)?"?')
    return all(end.fullmatch(value) for value in values)


def _steps(one: Planned | None) -> str:
    return ", ".join(one.steps) if one else _NOTHING


def _option(key: str, value: Any) -> str:
    if key == "provider":
        return str(value).rpartition("::")[0]  # without its id, which is unknown before it is made
    return _text(sorted(value) if isinstance(value, list) else value)


def _text(value: Any) -> str:
    """What people may see of a value; the engine's ciphertext differs from plan to plan, and says nothing."""
    shown = readable(value)
    return shown if isinstance(shown, str) else json.dumps(shown, sort_keys=True)
