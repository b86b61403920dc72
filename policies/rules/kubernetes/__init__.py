"""What runs in the cluster, who may do what there, and what is reached from where."""

from policies.rule import Rule
from policies.rules.kubernetes import (
    access,
    accounts,
    admission,
    availability,
    charts,
    exposure,
    hardening,
    images,
    isolation,
    metrics,
    namespaces,
    pod_groups,
    roles,
    secret_stores,
    secrets,
    volumes,
)

_MODULES = (
    access,
    accounts,
    admission,
    availability,
    charts,
    exposure,
    hardening,
    images,
    isolation,
    metrics,
    namespaces,
    pod_groups,
    roles,
    secret_stores,
    secrets,
    volumes,
)
RULES: tuple[Rule, ...] = tuple(rule for module in _MODULES for rule in module.RULES)
