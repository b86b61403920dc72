"""How buckets are closed, encrypted, kept and watched."""

from policies.rule import Rule
from policies.rules.buckets import (
    encryption,
    evidence,
    keeping,
    public_access,
    replication,
    transport,
)

_MODULES = (
    encryption,
    evidence,
    keeping,
    public_access,
    replication,
    transport,
)
RULES: tuple[Rule, ...] = tuple(rule for module in _MODULES for rule in module.RULES)
