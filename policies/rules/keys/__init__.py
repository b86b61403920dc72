"""Who may use and administer encryption keys, and how long they last."""

from policies.rule import Rule
from policies.rules.keys import accounts, decryption, lifetime, separation

_MODULES = (
    accounts,
    decryption,
    lifetime,
    separation,
)
RULES: tuple[Rule, ...] = tuple(rule for module in _MODULES for rule in module.RULES)
