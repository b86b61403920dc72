"""AWS policy documents: what a statement says, in whichever of the equivalent ways it is written."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from policies.globs import compiled
from policies.values import SecretText, plain

_OPPOSITES = (("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource"))


class DocumentError(Exception):
    """The text is no policy document."""


@dataclass(frozen=True)
class Principal:
    """Who: `kind` is AWS, Service, Federated, CanonicalUser, or `*` for everyone."""

    kind: str
    value: str

    @property
    def everyone(self) -> bool:
        return self.value == "*" and self.kind in ("*", "AWS")

    @property
    def account(self) -> str | None:
        """The account of an AWS or Federated principal; None for a service, and for a deleted principal's
        unique id.
        """
        if re.fullmatch(r"\d{12}", self.value):
            return str.__str__(self.value)
        parts = self.value.split(":")
        return parts[4] if len(parts) > 5 and re.fullmatch(r"\d{12}", parts[4]) else None


@dataclass(frozen=True)
class Condition:
    """One test: all keys are in lower case, for IAM does not tell cases apart there."""

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    """One statement. A `not_` field is the inverted form; None stands for a part that is not written."""

    label: str
    effect: str
    principals: tuple[Principal, ...] | None
    not_principals: tuple[Principal, ...] | None
    actions: tuple[str, ...] | None
    not_actions: tuple[str, ...] | None
    resources: tuple[str, ...] | None
    not_resources: tuple[str, ...] | None
    conditions: tuple[Condition, ...]

    @property
    def allows(self) -> bool:
        return self.effect == "Allow"

    @property
    def denies(self) -> bool:
        return self.effect == "Deny"

    def acts_on(self, action: str) -> bool:
        """Whether the statement covers `action`, such as `kms:Decrypt`."""
        if self.actions is not None:
            return any(matches(pattern, action.lower()) for pattern in self.actions)
        return not any(matches(pattern, action.lower()) for pattern in self.not_actions or ())

    def covers_service(self, service: str) -> bool:
        """Whether every action of a service, such as `s3`, is covered."""
        if self.actions is not None:
            return any(pattern in ("*", "*:*", f"{service}:*") for pattern in self.actions)
        return not any(matches(pattern.split(":")[0], service) for pattern in self.not_actions or ())

    def covers_resource(self, arn: str) -> bool:
        """Whether the ARN is covered; a `*` in it stands for anything, which only a wildcard covers."""
        if self.resources is not None:
            return any(matches(pattern, arn) for pattern in self.resources)
        return self.not_resources is None

    def for_everyone(self) -> bool:
        """Whether the statement names everyone outright."""
        return any(principal.everyone for principal in self.principals or ())


def statements(document: Any) -> list[Statement]:
    """The statements of a document given as JSON text or as an object; none of an empty text, by which the provider
    says that there is no document.

    Raises DocumentError if it is neither, and Undecided if a part of it is not known yet.
    """
    content = plain(document)
    if isinstance(content, str):
        if not str.__str__(content).strip():
            return []
        secret = isinstance(content, SecretText)
        return list(_parsed(str.__str__(content)) if not secret else _of(_hidden(_loaded(content))))
    return list(_of(content))


def loaded(document: Any) -> Mapping[str, Any]:
    """The document as an object, empty for an empty text, its secret texts open: for its elements' names alone.

    Raises as `statements` does.
    """
    content = plain(document)
    if isinstance(content, str) and not str.__str__(content).strip():
        return {}
    read = _loaded(content) if isinstance(content, str) else content
    if not isinstance(read, Mapping):
        raise DocumentError("no Statement")
    return read


def version_of(document: Any) -> str | None:
    """The version that the document is written in; None if it does not say.

    Raises as `statements` does.
    """
    return loaded(document).get("Version")


@lru_cache(maxsize=1024)
def _parsed(text: str) -> tuple[Statement, ...]:
    return tuple(_of(_loaded(text)))


def _loaded(text: str) -> Any:
    try:
        return json.loads(str.encode(text))
    except (ValueError, RecursionError) as error:
        raise DocumentError("not JSON") from error


def _of(content: Any) -> Iterable[Statement]:
    if not isinstance(content, Mapping) or "Statement" not in content:
        raise DocumentError("no Statement")
    for number, item in enumerate(_listed(content["Statement"])):
        if not isinstance(item, Mapping) or item.get("Effect") not in ("Allow", "Deny"):
            raise DocumentError(f"statement {number} has no Effect")
        if any(one in item and other in item for one, other in _OPPOSITES):
            raise DocumentError(f"statement {number} says one thing and its opposite")
        if not {"Action", "NotAction"} & item.keys():
            raise DocumentError(f"statement {number} has no Action")
        yield Statement(
            label=f"statement {item.get('Sid') or number}",
            effect=item["Effect"],
            principals=_principals(item.get("Principal")),
            not_principals=_principals(item.get("NotPrincipal")),
            actions=_texts(item.get("Action"), lower=True),
            not_actions=_texts(item.get("NotAction"), lower=True),
            resources=_texts(item.get("Resource")),
            not_resources=_texts(item.get("NotResource")),
            conditions=tuple(_conditions(item.get("Condition"))),
        )


def _principals(value: Any) -> tuple[Principal, ...] | None:
    if value is None:
        return None
    if isinstance(value, Mapping):
        return tuple(Principal(kind, text) for kind, texts in value.items() for text in _texts_of(texts))
    return tuple(Principal("*", text) for text in _texts_of(value))


def _conditions(value: Any) -> Iterable[Condition]:
    if not isinstance(value, Mapping | None) or not all(isinstance(tests, Mapping) for tests in (value or {}).values()):
        raise DocumentError("a Condition is no object of objects")
    for operator, tests in (value or {}).items():
        for key, values in tests.items():
            texts = tuple(v if isinstance(v, str) else json.dumps(v) for v in _listed(values))
            yield Condition(operator, key.lower(), texts)


def _texts(value: Any, *, lower: bool = False) -> tuple[str, ...] | None:
    if value is None:
        return None
    return tuple(type(text)(str.lower(text)) if lower else text for text in _texts_of(value))


def _texts_of(value: Any) -> list[Any]:
    for text in (listed := _listed(value)):
        if not isinstance(text, str):
            raise DocumentError(f"{json.dumps(text)[:40]} stands where a text must")
    return listed


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _hidden(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _hidden(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_hidden(item) for item in value]
    return SecretText(value) if isinstance(value, str) else value


def matches(pattern: str, text: str) -> bool:
    """Whether an IAM pattern with `*` and `?` matches the whole text."""
    # `?` must not match a `*` in the text, which stands for more than one character
    return pattern == "*" or compiled(str.__str__(pattern), one="?").fullmatch(text) is not None
