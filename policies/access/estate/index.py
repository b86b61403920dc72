"""Documents by action: of many statements, the few that are about what is asked."""

import re
from dataclasses import replace
from functools import lru_cache

from policies.access.document import Document
from policies.documents import Statement


class ByAction:
    """One document, whose statements are looked through once for each action."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._covers = [(statement, _Actions(statement)) for statement in document.statements or ()]
        self._found: dict[str, Document] = {}
        self._resources: dict[str, re.Pattern[str] | None] = {}

    def on(self, action: str) -> Document:
        """The document with the statements about `action` alone, each as if it named nothing else."""
        if self.document.statements is None:
            return self.document
        key = action.lower()
        if key not in self._found:
            kept = (
                replace(statement, actions=(key,), not_actions=None)
                for statement, actions in self._covers
                if actions.cover(key)
            )
            self._found[key] = replace(self.document, statements=tuple(kept))
        return self._found[key]

    def allows(self, action: str) -> bool:
        """Whether some statement could allow the action on something."""
        statements = self.on(action).statements
        return statements is None or any(statement.allows for statement in statements)

    def allows_on(self, action: str, resource: str) -> bool:
        """Whether some statement could allow the action on the resource; a first look, which conditions do not stop."""
        key = action.lower()
        if key not in self._resources:
            self._resources[key] = _named(self.on(action).statements)
        pattern = self._resources[key]
        return pattern is None or pattern.fullmatch(resource) is not None


def _named(statements: tuple[Statement, ...] | None) -> re.Pattern[str] | None:
    """What the allowing statements name as resources; None for anything."""
    allowing = [statement for statement in statements or () if statement.allows]
    if statements is None or any(s.resources is None for s in allowing):
        return None
    patterns = [re.sub(r"\$\{[^}]*\}", "*", str.__str__(p)) for s in allowing for p in s.resources or ()]
    return _compiled(tuple(patterns)) if patterns else re.compile(r"(?!)")


class _Actions:
    """The actions of a statement, or those it leaves out: names, and one expression for all that have wildcards."""

    def __init__(self, statement: Statement) -> None:
        self._inverted = statement.actions is None
        patterns = [str.__str__(p) for p in (statement.not_actions if self._inverted else statement.actions) or ()]
        wild = [pattern for pattern in patterns if "*" in pattern or "?" in pattern]
        self._names = frozenset(patterns)
        self._wild = _compiled(tuple(wild)) if wild else None

    def cover(self, action: str) -> bool:
        matched = action in self._names or (self._wild is not None and self._wild.fullmatch(action) is not None)
        return matched is not self._inverted


@lru_cache(maxsize=4096)
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    escaped = (re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".") for pattern in patterns)
    return re.compile("|".join(escaped), re.DOTALL)
