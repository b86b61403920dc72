"""What holds for resources of every kind."""

from policies.rule import Rule
from policies.rules.general import protection, residency, tags

_MODULES = (
    protection,
    residency,
    tags,
)
RULES: tuple[Rule, ...] = tuple(rule for module in _MODULES for rule in module.RULES)
