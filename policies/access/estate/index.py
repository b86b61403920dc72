"""Documents by action: of many statements, the few that are about what is asked."""

import re
from dataclasses import replace

from policies.access.document import Document
from policies.documents import Statement


class ByAction:
    """One document, whose statements are looked through once for each action."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._covers = [(statement, _covered(statement)) for statement in document.statements or ()]
        self._found: dict[str, Document] = {}

    def on(self, action: str) -> Document:
        """The document with the statements about `action` alone, each as if it named nothing else."""
        if self.document.statements is None:
            return self.document
        key = action.lower()
        if key not in self._found:
            kept = (
                replace(statement, actions=(key,), not_actions=None)
                for statement, covered in self._covers
                if (covered.fullmatch(key) is not None) == (statement.actions is not None)
            )
            self._found[key] = replace(self.document, statements=tuple(kept))
        return self._found[key]

    def allows(self, action: str) -> bool:
        """Whether some statement could allow the action on something."""
        statements = self.on(action).statements
        return statements is None or any(statement.allows for statement in statements)


def _covered(statement: Statement) -> re.Pattern[str]:
    """What the statement's actions, or those it leaves out, match."""
    patterns = statement.actions if statement.actions is not None else statement.not_actions or ()
    wild = ((".*" if c == "*" else "." if c == "?" else re.escape(c) for c in str.__str__(p)) for p in patterns)
    return re.compile("|".join("".join(parts) for parts in wild) or r"(?!)", re.DOTALL)
