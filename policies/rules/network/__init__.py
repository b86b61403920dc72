"""Who can reach a network, and what it can reach."""

from policies.rule import Rule
from policies.rules.network import acls, data_tier, endpoints, exposure, flow_logs, groups, subnets

_MODULES = (
    acls,
    data_tier,
    endpoints,
    exposure,
    flow_logs,
    groups,
    subnets,
)
RULES: tuple[Rule, ...] = tuple(rule for module in _MODULES for rule in module.RULES)
