"""Who is told of which alert, how soon, how often, and what keeps an alert quiet."""
