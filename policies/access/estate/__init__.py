"""Who and what a graph holds, as IAM sees them: principals with their documents, resources with theirs."""

from policies.access.estate.estate import Answer, Estate, NotFound

__all__ = ["Answer", "Estate", "NotFound"]
