"""How secrets are encrypted, and how often they change."""

from policies.rule import Rule
from policies.rules.secrets import own_key, rotation

_MODULES = (
    own_key,
    rotation,
)
RULES: tuple[Rule, ...] = tuple(rule for module in _MODULES for rule in module.RULES)
