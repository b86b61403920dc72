"""Change records as marks: what was done to an environment, by whom and why."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from platformctl.slo_report.model import Mark


def marks(records: Iterable[Mapping[str, Any]]) -> Iterator[Mark]:
    """One for each change with a time at which it was made."""
    for one in records:
        if not (told := one.get("ended_at") or one.get("started_at")):
            continue
        who = (one.get("who") or {}).get("name", "somebody")
        outcome = "" if one.get("outcome") == "succeeded" else f" ({one.get('outcome')})"
        command, why = one.get("command", "change"), one.get("why") or "no reason given"
        what = f"{one.get('sequence', '?')}: {command} by {who}{outcome}, {why}"
        yield Mark(datetime.fromisoformat(told).timestamp(), what)
