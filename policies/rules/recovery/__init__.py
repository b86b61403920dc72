"""How what is lost comes back."""

from policies.rule import Rule
from policies.rules.recovery import (
    copies,
    coverage,
    objectives,
    vaults,
)

_MODULES = (
    copies,
    coverage,
    objectives,
    vaults,
)
RULES: tuple[Rule, ...] = tuple(rule for module in _MODULES for rule in module.RULES)
