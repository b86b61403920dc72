"""Finders of what an interrupted creation may have made: how one looks through a service, and for what."""
