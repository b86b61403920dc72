"""Signatures on what people review and on what was done: canonical form, keys, and whose keys are trusted."""
