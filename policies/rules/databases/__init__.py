"""How databases are closed, encrypted, watched and kept."""

from policies.rule import Rule
from policies.rules.databases import exposure, keeping, logging, placement, secrets, transport

_MODULES = (
    exposure,
    keeping,
    logging,
    placement,
    secrets,
    transport,
)
RULES: tuple[Rule, ...] = tuple(rule for module in _MODULES for rule in module.RULES)
