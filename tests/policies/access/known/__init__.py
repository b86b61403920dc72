"""Requests with known answers, after the examples of AWS's documentation: names of its pages, without `.html`."""

from tests.policies.access.known import conditions, guardrails, identity, resources, trust, variables
from tests.policies.access.known.case import Case, cases

_MODULES = (identity, conditions, variables, resources, guardrails, trust)
KNOWN: tuple[Case, ...] = tuple(case for module in _MODULES for case in cases(module.EXAMPLES))
