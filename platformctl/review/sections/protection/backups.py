"""Rules of backup plans that go, or keep or copy less."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from platformctl.review.compared import Compared, text
from platformctl.review.model import Item
from policies import tokens

if TYPE_CHECKING:
    from policies.resource import Resource


def backups(compared: Compared) -> Iterator[Item]:
    """One item for each."""
    for before, after in compared.both(tokens.BACKUP_PLAN):
        old, new = _rules(before), _rules(after)
        for name, rule in old.items():
            if name not in new:
                yield compared.item(after.urn, f"the backup rule {name} is gone")
                continue
            days = [_days(side.get("lifecycle")) for side in (rule, new[name])]
            if days[1] < days[0]:
                details = f"lifecycle.deleteAfter: {text(days[0])} → {text(days[1])}"
                yield compared.item(after.urn, f"the backup rule {name} keeps recovery points shorter", details)
            copies = [_copies(side.get("copyActions")) for side in (rule, new[name])]
            if copies[1] < copies[0]:
                yield compared.item(after.urn, f"the backup rule {name} makes fewer copies")


def _rules(plan: "Resource") -> dict[str, Any]:
    rules = plan.properties.get("rules")
    named = (rule for rule in rules if isinstance(rule, dict)) if isinstance(rules, list) else ()
    return {str(rule.get("ruleName")): rule for rule in named}


def _days(lifecycle: Any) -> float:
    """For how long; without a limit for ever."""
    days = lifecycle.get("deleteAfter") if isinstance(lifecycle, dict) else None
    return float(days) if isinstance(days, int | float) else float("inf")


def _copies(actions: Any) -> int:
    """How many are sure."""
    return len(actions) if isinstance(actions, list) else 0
