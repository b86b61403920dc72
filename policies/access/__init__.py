"""Who may do what: an offline evaluator of IAM policy documents."""

from policies.access.decision import Decision, Outcome, Reason
from policies.access.document import Document, Documents
from policies.access.evaluation import decide
from policies.access.request import Request

__all__ = ["Decision", "Document", "Documents", "Outcome", "Reason", "Request", "decide"]
