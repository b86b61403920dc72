"""Who may act, who may become whom, and what a permission may hold."""

from policies.rule import Rule
from policies.rules.access import (
    administration,
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
    trust,
    users,
)

_MODULES = (
    administration,
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
    trust,
    users,
)
RULES: tuple[Rule, ...] = tuple(rule for module in _MODULES for rule in module.RULES)
