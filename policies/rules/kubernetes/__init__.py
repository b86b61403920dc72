"""What runs in the cluster, who may do what there, and what is reached from where."""

from policies.rule import Rule
from policies.rules.kubernetes import (
    access,
    accounts,
    availability,
    exposure,
    hardening,
    images,
    isolation,
    namespaces,
    roles,
    secrets,
)

_MODULES = (access, accounts, availability, exposure, hardening, images, isolation, namespaces, roles, secrets)
RULES: tuple[Rule, ...] = tuple(rule for module in _MODULES for rule in module.RULES)
