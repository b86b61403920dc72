"""Where images are kept: scanned, under tags that do not move, encrypted with a key of ours."""

from policies.rule import Rule
from policies.rules.registries import encryption, scanning, tags

_MODULES = (encryption, scanning, tags)
RULES: tuple[Rule, ...] = tuple(rule for module in _MODULES for rule in module.RULES)
