"""What an effect of a change on those who use the thing is."""

from dataclasses import dataclass

UPDATE, REPLACE, DELETE = ("update",), ("replace",), ("delete",)
GONE = ("delete", "replace")


@dataclass(frozen=True)
class Effect:
    """Which operations on which types have it, on which properties (any, where none is named), and why."""

    types: tuple[str, ...]
    operations: tuple[str, ...]
    effect: str  # outage, restart, reboot, rolling, or cut: connections end
    why: str
    source: str
    properties: tuple[str, ...] = ()
