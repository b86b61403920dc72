"""Who can reach a network, and what it can reach."""
