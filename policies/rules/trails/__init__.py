"""How the record of what people and programs do in the account is made and kept."""

from policies.rule import Rule
from policies.rules.trails import archive, objects, recording, tampering

_MODULES = (
    archive,
    objects,
    recording,
    tampering,
)
RULES: tuple[Rule, ...] = tuple(rule for module in _MODULES for rule in module.RULES)
