"""Queues and topics are encrypted with our keys, reached by TLS, and lose nothing."""

from policies.rule import Rule
from policies.rules.messages import dead_letters, own_key, transport

_MODULES = (own_key, transport, dead_letters)
RULES: tuple[Rule, ...] = tuple(rule for module in _MODULES for rule in module.RULES)
