"""What watches an account: threats, posture, changes, in every region in use."""

from policies.rule import Rule
from policies.rules.detection import changes, coverage, posture, threats

_MODULES = (
    changes,
    coverage,
    posture,
    threats,
)
RULES: tuple[Rule, ...] = tuple(rule for module in _MODULES for rule in module.RULES)
