"""The price table: dated, and by region."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("prices.json")


class Unpriced(Exception):  # noqa: N818  # an answer, not an error
    """Nothing says what it costs: a region, a size or a kind that the table does not have, or a value not known."""


@dataclass(frozen=True)
class Prices:
    """What the table has for one region; amounts are in its currency. Each raises Unpriced for what it lacks."""

    table: Mapping[str, Mapping[str, float]]
    hours: float

    def hour(self, name: str) -> float:
        """What an hour of it makes in a month."""
        return self._of("hour", name) * self.hours

    def month(self, name: str) -> float:
        return self._of("month", name)

    def size(self, kind: str, name: Any) -> float:
        """A machine's or a database's hours of a month; `kind` is machine, database or aurora."""
        return self._of(kind, name) * self.hours

    def _of(self, kind: str, name: Any) -> float:
        price = self.table.get(kind, {}).get(name) if isinstance(name, str) else None
        if price is None:
            raise Unpriced(str(name))
        return price


@cache
def document() -> Mapping[str, Any]:
    """The file."""
    found: Mapping[str, Any] = json.loads(_FILE.read_text())
    return found


def prices(region: str) -> Prices:
    """The prices of a region; Unpriced if the table does not have it."""
    regions = document()["regions"]
    if region not in regions:
        raise Unpriced(region)
    return Prices(regions[region], document()["hours_per_month"])
