"""How the cases with known answers are written, and how they are asked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from policies.access import Decision, Document, Documents, Request, decide

ACCOUNT = "111122223333"
OTHER = "444455556666"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app"
USER = f"arn:aws:iam::{ACCOUNT}:user/richard"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
FOREIGN = f"arn:aws:iam::{OTHER}:role/partner"
SESSION = "deploy"

Statement = Mapping[str, Any]
Statements = tuple[Statement, ...]
Context = Mapping[str, str | tuple[str, ...] | None]


@dataclass(frozen=True)
class Ask:
    """One request and its answer: allow, deny or may. `told`: whether the context holds every key that there is."""

    answer: str
    action: str
    resource: str = "*"
    context: Context = field(default_factory=dict)
    principal: str = ROLE
    account: str = ACCOUNT
    told: bool = True

    @property
    def request(self) -> Request:
        return Request(
            principal=self.principal,
            action=self.action,
            resource=self.resource,
            session=SESSION if ":role/" in self.principal else "",
            account=self.account,
            context=self.context,
            complete=self.told,
        )


@dataclass(frozen=True, kw_only=True)
class Example:
    """Documents, each by its statements, and what they answer; `page` is where AWS's documentation says so."""

    page: str
    asks: tuple[Ask, ...]
    identity: Statements = ()
    boundary: Statements | None = None
    session: Statements | None = None
    control: tuple[Statements, ...] = ()
    resource_control: Statements = ()
    resource: Statements | None = None
    endpoint: Statements | None = None
    version: str = "2012-10-17"

    def document(self, statements: Statements) -> dict[str, Any]:
        return {"Version": self.version, "Statement": [dict(statement) for statement in statements]}

    @property
    def documents(self) -> Documents:
        def of(name: str, statements: Statements | None) -> Document | None:
            return None if statements is None else Document.of(name, self.document(statements))

        def many(name: str, statements: Statements | None) -> tuple[Document, ...]:
            return tuple(document for document in (of(name, statements or None),) if document)

        return Documents(
            identity=many("identity", self.identity),
            boundary=of("boundary", self.boundary),
            session=many("session", self.session),
            control=tuple(many("control", level) for level in self.control),
            resource_control=many("resource control", self.resource_control),
            resource=of("resource", self.resource),
            endpoint=of("endpoint", self.endpoint),
        )


Case = tuple[Example, Ask]


def cases(examples: tuple[Example, ...]) -> Iterator[Case]:
    return ((example, ask) for example in examples for ask in example.asks)


def ours(case: Case) -> Decision:
    example, ask = case
    return decide(ask.request, example.documents)


def allow(action: Any, resource: Any = "*", **more: Any) -> Statement:
    """A statement; None leaves a part out."""
    whole = {"Effect": "Allow", "Action": action, "Resource": resource} | more
    return {key: value for key, value in whole.items() if value is not None}


def deny(action: Any, resource: Any = "*", **more: Any) -> Statement:
    return allow(action, resource, Effect="Deny", **more)


ALL = allow("*")
EVERYONE: Mapping[str, Any] = {"Principal": "*"}
