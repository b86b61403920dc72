"""All rules, by area. A new module joins the list here; a new rule joins its module's RULES."""

from policies.rule import Rule
from policies.rules.buckets import public_access

_MODULES = (public_access,)

ALL: tuple[Rule, ...] = tuple(
    sorted((rule for module in _MODULES for rule in module.RULES), key=lambda rule: rule.id)
)
BY_ID = {rule.id: rule for rule in ALL}
