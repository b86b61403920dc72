"""How clusters are closed, encrypted, recorded and kept current, and what their nodes may do."""

from policies.rule import Rule
from policies.rules.cluster import access, addons, disks, encryption, endpoints, logging, node_roles, nodes, versions

_MODULES = (access, addons, disks, encryption, endpoints, logging, node_roles, nodes, versions)
RULES: tuple[Rule, ...] = tuple(rule for module in _MODULES for rule in module.RULES)
