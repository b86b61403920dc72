"""What a setting that protects something is, and when it protects less than before."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Weaker = Callable[[Any, Any], bool]
FOREVER = float("inf")
_LOCK_MODES = ("GOVERNANCE", "COMPLIANCE")


@dataclass(frozen=True)
class Guard:
    """A property of `types`; `default` is what it is where nobody sets it (the provider's documentation).

    With `companion`, the property is of a resource of that type, which names what it guards in `of`; without a `path`
    what counts is that there is one.
    """

    types: tuple[str, ...]
    path: str
    default: Any
    weaker: Weaker
    means: str
    companion: str = ""
    of: str = ""


def less_on(before: Any, after: Any) -> bool:
    """True, or what stands for it, to something else."""
    return _is_on(before) and not _is_on(after)


def less_off(before: Any, after: Any) -> bool:
    """A switch that takes protection away when it is on."""
    return not _is_on(before) and _is_on(after)


def lower(before: Any, after: Any) -> bool:
    """A number of days, or a capacity."""
    old, new = _number(before), _number(after)
    return old is not None and new is not None and new < old


def lower_days(before: Any, after: Any) -> bool:
    """Days, where 0 or none is for ever."""
    old, new = (_number(value) or FOREVER for value in (before, after))
    return new < old


def lower_mode(before: Any, after: Any) -> bool:
    ranks = [_LOCK_MODES.index(value) if value in _LOCK_MODES else -1 for value in (before, after)]
    return ranks[1] < ranks[0]


def gone(before: Any, after: Any) -> bool:
    return bool(before) and not after


def fewer(before: Any, after: Any) -> bool:
    """A list that lacks something that it had."""
    if not isinstance(before, list):
        return False
    left = after if isinstance(after, list) else []
    return any(item not in left for item in before)


def _is_on(value: Any) -> bool:
    return value is True or value in ("true", "Enabled", "enabled", "ACTIVE", "ENABLED", "IMMUTABLE", "Retain")


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
