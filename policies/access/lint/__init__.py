"""What is wrong with a policy document, by AWS's own reference of actions, resources and condition keys."""

from policies.access.lint.document import Kind, problems

__all__ = ["Kind", "problems"]
