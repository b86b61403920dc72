"""Secrets: how they are kept, and that they are nowhere else."""
