"""What runs in the cluster, who may do what there, and what is reached from where."""

from policies.rule import Rule
from policies.rules.kubernetes import hardening

_MODULES = (hardening,)
RULES: tuple[Rule, ...] = tuple(rule for module in _MODULES for rule in module.RULES)
