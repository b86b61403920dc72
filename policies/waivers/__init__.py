"""Waivers: failures that a named person accepted, for one resource as it is, until a date."""

from policies.waivers.applying import LONGEST_DAYS, RULE, Waivers, in_force
from policies.waivers.entries import Waiver
from policies.waivers.reading import COMMITTED, load, parse

__all__ = ["COMMITTED", "LONGEST_DAYS", "RULE", "Waiver", "Waivers", "in_force", "load", "parse"]
