"""What a chain of access is made of: who one is, and the steps from one to the next."""

from dataclasses import dataclass
from typing import Any

from policies.access.estate import Asker


@dataclass(frozen=True, eq=False)
class Node:
    """Who one may be: a principal of IAM with its documents (`asker`), or a subject of a Kubernetes cluster."""

    key: str  # equal for the same
    name: str  # as people read it
    asker: Asker | None = None


@dataclass(frozen=True, eq=False)
class Step:
    """From one to the next, by an action or a grant; not `certain` where a condition or something unknown decides."""

    source: Node
    target: Node
    by: str
    certain: bool

    def as_dict(self) -> dict[str, Any]:
        """The step as JSON has it."""
        decision = "allow" if self.certain else "may"
        return {"from": self.source.name, "to": self.target.name, "by": self.by, "decision": decision}

    def __str__(self) -> str:
        return f"{'' if self.certain else 'perhaps '}{self.by} to {self.target.name}"


def node_of(asker: Asker) -> Node:
    """The node of a principal as it is."""
    name = asker.known.name if asker.known else asker.arn
    return Node(f"{asker.arn} {asker.session}", name, asker)
