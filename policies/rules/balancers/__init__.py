"""Load balancers: those of the account, and those that Ingresses ask for."""

from policies.rule import Rule
from policies.rules.balancers import hardening, logs, plain, tls

_MODULES = (hardening, logs, plain, tls)
RULES: tuple[Rule, ...] = tuple(rule for module in _MODULES for rule in module.RULES)
