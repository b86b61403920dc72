"""Expressions of GitHub's workflows, as much of them as ours use; whatever else is an error, not an empty text.

Source: GitHub docs, "Evaluate expressions in workflows and actions".
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

_TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|(&&|\|\||==|!=|!|\(|\)|,)|([A-Za-z_][\w-]*(?:\.[\w-]+)*)|(\d+))")
_LITERALS = {"true": True, "false": False, "null": None}
_MAY_LACK = ("vars", "steps", "needs")  # what a repository has not set, and outputs that a step did not give, are empty


class UnknownError(Exception):
    """The runner does not know this: it must be taught before a workflow may use it."""


@dataclass(frozen=True)
class Scope:
    """What expressions may look at: contexts by their name, and functions by theirs."""

    contexts: Mapping[str, Any]
    functions: Mapping[str, Callable[..., Any]]

    def text(self, template: Any) -> str:
        """A value of a workflow with its expressions filled in."""
        filled = re.sub(r"\$\{\{(.*?)\}\}", lambda found: written(self.value(found[1])), written(template))
        if "${{" in filled and "${{" in written(template):
            raise UnknownError(f"an expression that is not closed: {template}")
        return filled

    def value(self, expression: str) -> Any:
        """What an expression comes to."""
        return _Reader(expression, self).whole()

    def condition(self, expression: Any) -> bool:
        """A step's or job's `if`: without a function of the status it also asks that nothing has failed."""
        if expression is None:
            return bool(self.functions["success"]())
        text = written(expression).strip().removeprefix("${{").removesuffix("}}")
        asks_status = re.search(r"\b(success|failure|always|cancelled)\(\)", text)
        return _true(self.value(text)) and (bool(asks_status) or bool(self.functions["success"]()))

    def looked_up(self, path: str) -> Any:
        """A value of a context."""
        name, *rest = path.split(".")
        if name not in self.contexts:
            raise UnknownError(f"context {name} in {path}")
        value = self.contexts[name]
        for part in rest:
            if isinstance(value, Mapping) and part in value:
                value = value[part]
            elif name in _MAY_LACK:
                return None
            else:
                raise UnknownError(f"{path}: nothing here is called {part}")
        return value


def written(value: Any) -> str:
    """A value as text."""
    return {None: "", True: "true", False: "false"}[value] if value is None or isinstance(value, bool) else str(value)


def _true(value: Any) -> bool:
    return bool(value)


class _Reader:
    """Reads one expression by descent: or, and, comparison, not, and what stands by itself."""

    def __init__(self, expression: str, scope: Scope) -> None:
        self.scope, self.tokens, self.position = scope, [], 0
        rest = expression.rstrip()
        while rest:
            match = _TOKEN.match(rest)
            if match is None:
                raise UnknownError(f"in the expression {expression.strip()!r}: {rest!r}")
            self.tokens.append(match[0].strip())
            rest = rest[match.end() :]

    def whole(self) -> Any:
        value = self._either()
        if self.position != len(self.tokens):
            raise UnknownError(f"the rest of an expression: {self.tokens[self.position :]}")
        return value

    def _next(self, *wanted: str) -> str | None:
        if self.position < len(self.tokens) and (not wanted or self.tokens[self.position] in wanted):
            self.position += 1
            return self.tokens[self.position - 1]
        return None

    def _either(self) -> Any:
        value = self._both()
        while self._next("||"):
            other = self._both()
            value = value if _true(value) else other
        return value

    def _both(self) -> Any:
        value = self._compared()
        while self._next("&&"):
            other = self._compared()
            value = other if _true(value) else value
        return value

    def _compared(self) -> Any:
        value = self._plain()
        while sign := self._next("==", "!="):
            same = written(value).lower() == written(self._plain()).lower()
            value = same if sign == "==" else not same
        return value

    def _plain(self) -> Any:
        token = self._next()
        if token is None:
            raise UnknownError("an expression that ends early")
        if token == "!":
            return not _true(self._plain())
        if token == "(":
            value = self._either()
            self._closed()
            return value
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if token.isdigit():
            return int(token)
        if self._next("("):
            return self._called(token)
        return _LITERALS[token] if token in _LITERALS else self.scope.looked_up(token)

    def _called(self, name: str) -> Any:
        if name not in self.scope.functions:
            raise UnknownError(f"function {name}()")
        arguments = []
        while not self._next(")"):
            arguments.append(self._either())
            if not self._next(","):
                self._closed()
                break
        return self.scope.functions[name](*arguments)

    def _closed(self) -> None:
        if not self._next(")"):
            raise UnknownError("a bracket that is not closed")
