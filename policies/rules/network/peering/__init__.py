"""Networks that are joined reach of each other what they need, and not all."""

from policies.rules.network.peering.rule import RULES

__all__ = ["RULES"]
