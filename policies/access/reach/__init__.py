"""How far access reaches: whom a principal can become, and what it can do as them."""

from policies.access.reach.paths import Path, Reach, Step

__all__ = ["Path", "Reach", "Step"]
