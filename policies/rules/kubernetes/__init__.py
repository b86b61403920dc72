"""What runs in the cluster, who may do what there, and what is reached from where."""

from policies.rule import Rule
from policies.rules.kubernetes import accounts, hardening, images, isolation, namespaces, secrets

_MODULES = (accounts, hardening, images, isolation, namespaces, secrets)
RULES: tuple[Rule, ...] = tuple(rule for module in _MODULES for rule in module.RULES)
