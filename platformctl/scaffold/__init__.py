"""Writes the beginning of a component, a rule or a service, with its tests: small, whole and passing."""
