"""The steps from one principal to the next."""

from policies.access.reach.steps.steps import Steps

__all__ = ["Steps"]
