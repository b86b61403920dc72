"""Who can reach a network, and what it can reach."""

from policies.rule import Rule
from policies.rules.network import (
    acls,
    addresses,
    data_tier,
    dns_logs,
    endpoints,
    exposure,
    flow_logs,
    groups,
    metadata,
    peering,
    subnets,
)

_MODULES = (
    acls,
    addresses,
    data_tier,
    dns_logs,
    endpoints,
    exposure,
    flow_logs,
    groups,
    metadata,
    peering,
    subnets,
)
RULES: tuple[Rule, ...] = tuple(rule for module in _MODULES for rule in module.RULES)
