"""Renders and judges an environment again each time that one of its files is saved."""
