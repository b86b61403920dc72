"""What stands before public load balancers: a web ACL that blocks, and tells what it saw."""

from policies.rule import Rule
from policies.rules.firewalls import association, groups, logging

_MODULES = (association, groups, logging)
RULES: tuple[Rule, ...] = tuple(rule for module in _MODULES for rule in module.RULES)
