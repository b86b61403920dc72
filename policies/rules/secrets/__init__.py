"""Secrets are encrypted with our keys, rotated, and never in plain text."""

from policies.rule import Rule
from policies.rules.secrets import own_key, plaintext, rotation

_MODULES = (own_key, plaintext, rotation)
RULES: tuple[Rule, ...] = tuple(rule for module in _MODULES for rule in module.RULES)
