"""The sections of an environment's settings: what can be set, and what must hold between the values."""
