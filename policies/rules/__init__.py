"""All rules, by area. A new module joins the list here; a new rule joins its module's RULES."""

from policies.rule import Rule
from policies.rules.buckets import public_access
from policies.rules.network import acls, endpoints, exposure, flow_logs, groups, subnets

_MODULES = (acls, endpoints, exposure, flow_logs, groups, public_access, subnets)

ALL: tuple[Rule, ...] = tuple(
    sorted((rule for module in _MODULES for rule in module.RULES), key=lambda rule: rule.id)
)
BY_ID = {rule.id: rule for rule in ALL}
