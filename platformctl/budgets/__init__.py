"""Error budgets: what is left of them, and what that asks of a change."""
