"""The steps from one principal to the next."""

from policies.access.reach.steps.steps import TAKING, Steps

__all__ = ["TAKING", "Steps"]
