"""Questions about access and their answers, one by one or as JSON lines."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from platformctl.errors import CommandError

if TYPE_CHECKING:
    from policies.access.decision import Decision
    from policies.access.estate import Asker, Context, Estate
    from policies.access.reach import Path

_KEYS = ("principal", "action", "resource", "context")
_REQUIRED = _KEYS[:3]
Answer = dict[str, Any]


class BadQuestion(Exception):  # noqa: N818  # named in the answer
    """The question cannot be asked; the message says which part is wrong, and what is allowed."""


class Questions:
    """Answers for one estate; chains are looked for only where the principal itself is denied."""

    def __init__(self, estate: "Estate") -> None:
        from policies.access.reach import Reach

        self.estate = estate
        self.reach: Reach = Reach(estate)

    def can(self, principal: str, action: str, resource: str, context: "Context") -> Answer:
        """What IAM answers the principal itself; if that is no, `path` is the shortest chain that leads there.

        Raises BadQuestion.
        """
        from policies.access.decision import Outcome
        from policies.access.estate import NotFound
        from policies.documents import DocumentError

        _check(action, resource)
        try:
            asker = self.estate.asker(principal)
            decision = self.estate.can(asker, action, resource, context)
            denied = decision.outcome is Outcome.DENY
            path = self.reach.shortest(asker, action, resource, context) if denied else None
        except (NotFound, ValueError, DocumentError) as error:
            raise BadQuestion(str(error)) from None
        return {"schema": 1, **_answer(decision, path)}

    def who_can(self, action: str, resource: str, context: "Context") -> Answer:
        """Everyone who is allowed, or may be, and apart from them who gets there by a chain alone.

        Raises BadQuestion.
        """
        from policies.documents import DocumentError

        _check(action, resource)
        try:
            direct = {
                answer.principal: _answer(answer.decision, None)
                for answer in self.estate.who_can(action, resource, context)
            }
            chained = {
                asker.arn: _answer(self.estate.can(asker, action, resource, context), path)
                for asker in self._others(direct)
                if (path := self.reach.shortest(asker, action, resource, context))
            }
        except (ValueError, DocumentError) as error:
            raise BadQuestion(str(error)) from None
        return {
            "schema": 1,
            "action": action,
            "resource": resource,
            "principals": [{"principal": name, **answer} for name, answer in direct.items()],
            "by_chain": [{"principal": name, **answer} for name, answer in chained.items()],
        }

    def each(self, lines: Iterable[str]) -> Iterator[Answer]:
        """One answer for each line that is not blank, in order; `error` names what is wrong with a line."""
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    yield self.can(*_question(line))
                except BadQuestion as error:
                    yield {"schema": 1, "error": f"line {number}: {error}"}

    def _others(self, direct: Mapping[str, object]) -> Iterator["Asker"]:
        from policies.access.estate import Asker

        for arn, principal in sorted(self.estate.principals.items()):
            if arn not in direct:
                yield Asker(arn, known=principal)


def context_of(pairs: Sequence[str]) -> "Context":
    """KEY=VALUE texts as context; a key that is repeated has several values. Raises CommandError."""
    found: dict[str, tuple[str, ...]] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise CommandError(f"--context must be KEY=VALUE, such as aws:SourceIp=203.0.113.7, got {pair!r}")
        found[key] = (*found.get(key, ()), value)
    return found


def _question(line: str) -> tuple[str, str, str, "Context"]:
    try:
        content = json.loads(line)
    except ValueError as error:
        raise BadQuestion(f"not JSON ({error})") from None
    if not isinstance(content, dict):
        raise BadQuestion(f"must be an object with {', '.join(_REQUIRED)} and perhaps context, got {_shown(content)}")
    if unknown := sorted(content.keys() - set(_KEYS)):
        raise BadQuestion(f"unknown key {', '.join(map(repr, unknown))}: allowed are {', '.join(_KEYS)}")
    for key in _REQUIRED:
        if not isinstance(content.get(key), str) or not content[key]:
            raise BadQuestion(f"{key} must be text, got {_shown(content.get(key))}")
    return content["principal"], content["action"], content["resource"], _context(content.get("context"))


def _context(value: Any) -> "Context":
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadQuestion(f"context must be an object of keys and values, got {_shown(value)}")
    return {key: _values(key, item) for key, item in value.items()}


def _values(key: str, value: Any) -> str | tuple[str, ...] | None:
    """Null says that the request surely does not carry the key."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    if isinstance(value, list) and all(isinstance(item, str | bool | int | float) for item in value):
        return tuple(item if isinstance(item, str) else json.dumps(item) for item in value)
    raise BadQuestion(
        f"context.{key} must be text, a number, true or false, null or a list of those, got {_shown(value)}"
    )


def _check(action: str, resource: str) -> None:
    if resource != "*" and not resource.startswith("arn:"):
        raise BadQuestion(f"resource must be an ARN, or * for actions that know no resources, got {resource!r}")
    service, colon, name = action.partition(":")
    if not colon or not service or not name or not f"{service}{name}".replace("-", "").isalnum():
        raise BadQuestion(f"action must be one action such as s3:GetObject, got {action!r}")


def _answer(decision: "Decision", path: "Path | None") -> Answer:
    statements = [
        {"document": r.document, "statement": r.statement, "effect": r.effect, "certain": r.certain}
        for r in decision.reasons
    ]
    answer: Answer = {"decision": str(decision.outcome), "statements": statements, "path": []}
    if path:
        answer["path"] = [step.as_dict() for step in path.steps]
    if decision.lacking:
        answer["lacking"] = list(decision.lacking)
    return answer


def _shown(value: Any) -> str:
    return "nothing" if value is None else json.dumps(value)[:60]
