"""What stands in the way of a command."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Obstacle:
    """`id` is stable, for machines and documents; `remedy` may be part of the message."""

    id: str
    message: str
    remedy: str = ""
