"""How secrets are encrypted, and how often they change."""
