"""Who and what a graph holds, as IAM sees them: principals with their documents, resources with theirs."""

from policies.access.estate.asking import Asker, NotFound
from policies.access.estate.estate import Answer, Context, Estate

__all__ = ["Answer", "Asker", "Context", "Estate", "NotFound"]
