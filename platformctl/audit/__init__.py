"""Verifies CloudTrail's log files by its digest files: signatures, chain, hashes, and that no hour is missing."""
