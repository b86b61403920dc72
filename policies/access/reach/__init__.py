"""How far access reaches: whom a principal can become, and what it can do as them."""

from policies.access.reach.nodes import Step
from policies.access.reach.paths import Path, Reach

__all__ = ["Path", "Reach", "Step"]
