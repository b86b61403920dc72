"""How logs are kept, and who is told of what they show."""

from policies.rule import Rule
from policies.rules.logs import (
    alarms,
    filters,
    groups,
    queries,
    streams,
)

_MODULES = (
    alarms,
    filters,
    groups,
    queries,
    streams,
)
RULES: tuple[Rule, ...] = tuple(rule for module in _MODULES for rule in module.RULES)
