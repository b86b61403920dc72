"""Releases of services in an environment's cluster: watched until they are decided, tried, and taken back."""
