"""Who may use and administer encryption keys, and how long they last."""

from policies.rule import Rule
from policies.rules.keys import accounts, lifetime, separation

_MODULES = (
    accounts,
    lifetime,
    separation,
)
RULES: tuple[Rule, ...] = tuple(rule for module in _MODULES for rule in module.RULES)
