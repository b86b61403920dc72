"""Reads an account as it is, into the graph that the rules judge."""
