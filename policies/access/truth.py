"""Three-valued logic: what holds, what does not, and what the request does not tell."""

from collections.abc import Iterable
from enum import IntEnum


class Truth(IntEnum):
    """Ordered, so that `min` is "and" and `max` is "or"."""

    NO = 0
    MAYBE = 1
    YES = 2

    @classmethod
    def of(cls, value: bool) -> "Truth":
        return cls.YES if value else cls.NO

    def __invert__(self) -> "Truth":
        return Truth(2 - self)


def all_of(truths: Iterable[Truth]) -> Truth:
    return min(truths, default=Truth.YES)


def any_of(truths: Iterable[Truth]) -> Truth:
    return max(truths, default=Truth.NO)
