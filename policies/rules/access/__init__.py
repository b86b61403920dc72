"""Who may act, who may become whom, and what a permission may hold."""

from policies.rule import Rule
from policies.rules.access import (
    administration,
    audiences,
    boundaries,
    escalation,
    github,
    linting,
    new_access,
    passing,
    passwords,
    people,
    pods,
    resources,
    snapshots,
    trust,
    users,
)

_MODULES = (
    administration,
    audiences,
    boundaries,
    escalation,
    github,
    linting,
    new_access,
    passing,
    passwords,
    people,
    pods,
    resources,
    snapshots,
    trust,
    users,
)
RULES: tuple[Rule, ...] = tuple(rule for module in _MODULES for rule in module.RULES)
