"""What a program registers, with values in it that nobody expects there."""

import copy
import random
from collections.abc import Iterable, Mapping
from typing import Any

from policies.examples import UNKNOWN, secret

HIDDEN = "hunter2"  # in every secret: nothing may show it
_ODD: tuple[Any, ...] = (
    *(None, 3, -1, 2.5, "", "*", "300.1.1.1/99", "{", '{"Statement": 3}', True, [], {}, [None], [[]], [{"a": 1}]),
    *(UNKNOWN, [UNKNOWN], {"x": UNKNOWN}, secret(f"{HIDDEN}-f"), secret({"a": f"{HIDDEN}-g"})),
    secret([f"{HIDDEN}-h"]),
)


def some_of_each_type(registrations: Iterable[Mapping[str, Any]], number: int = 2) -> list[Mapping[str, Any]]:
    """The first of each type, in the order of their URNs: the program's own is not always the same."""
    of_types: dict[str, list[Mapping[str, Any]]] = {}
    for one in sorted(registrations, key=lambda one: str(one["urn"])):
        of_types.setdefault(one["type"], []).append(one)
    return [one for alike in of_types.values() for one in alike[:number]]


def spoilt(registrations: Iterable[Mapping[str, Any]], chance: random.Random, share: float) -> list[dict[str, Any]]:
    """The same, with something odd in that share of the inputs."""
    return [
        {
            **one,
            "inputs": {
                key: _spoilt(value, chance) if chance.random() < share else value
                for key, value in one["inputs"].items()
            },
        }
        for one in registrations
    ]


def _spoilt(value: Any, chance: random.Random) -> Any:
    inner = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    if not inner or chance.random() < 0.25 or (isinstance(value, dict) and any(len(key) == 32 for key in value)):
        return chance.choice(_ODD)
    key, copied = chance.choice(inner), copy.copy(value)
    copied[key] = _spoilt(value[key], chance)
    return copied
