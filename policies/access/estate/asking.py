"""Who asks: what people write of a principal, and whom they mean by it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from policies import tokens
from policies.access.estate.principals import Principal

SESSION = re.compile(r"arn:([a-z-]+):sts::(\d{12}):assumed-role/([^/]+)/(.+)")
HAS_POLICIES = re.compile(r"arn:[a-z-]+:(iam::\d*:(user|role)|sts::\d*:federated-user)/.")  # of its own
_SERVICES = (".amazonaws.com", ".amazonaws.com.cn")
# IAM user guide, Principal: the web identity providers that a policy names without an ARN.
_PROVIDERS = ("accounts.google.com", "cognito-identity.amazonaws.com", "graph.facebook.com", "www.amazon.com")
_CANDIDATES_SHOWN = 10


class NotFound(Exception):  # noqa: N818  # an answer that names the candidates
    """No principal, or more than one, has the name."""


@dataclass(frozen=True)
class Asker:
    """Who asks: the ARN or service as a request names it, the session's name, and the graph's principal, if it is
    one.
    """

    arn: str
    session: str = ""
    known: Principal | None = None

    @property
    def account(self) -> str:
        """The account that the ARN names; empty if it names none."""
        return account_in(self.arn)


SOMEBODY = Asker("arn:aws:iam::000000000000:root")  # an account that nobody has, standing for every other one


def asker_of(text: str, principals: Mapping[str, Principal]) -> Asker:
    """Who is meant by an ARN, an account, a service, the name of a role or user, or `*`: somebody of an account that
    nothing names. `principals` are those of the graph, by ARN.

    Raises NotFound for a name that nobody or more than one has, naming candidates.
    """
    if session := SESSION.fullmatch(text):
        _, account, name, session_name = session.groups()
        found = [p for p in _called(name, principals, tokens.ROLE) if p.arn.split(":")[4] == account]
        arn = found[0].arn if found else f"arn:{session[1]}:iam::{account}:role/{name}"
        return Asker(arn, session_name, principals.get(arn))
    if text == "*":
        return SOMEBODY
    if re.fullmatch(r"\d{12}", text):
        return Asker(f"arn:aws:iam::{text}:root")
    if text.startswith("arn:") or text.endswith(_SERVICES) or text in _PROVIDERS:
        return Asker(text, known=principals.get(text))
    found = _called(text, principals)
    if len(found) != 1:
        raise NotFound(_candidates(text, found, principals))
    return Asker(found[0].arn, known=found[0])


def account_in(arn: str) -> str:
    """The account that an ARN names; empty if it names none, or is no ARN."""
    parts = arn.split(":")
    return parts[4] if len(parts) > 5 else ""


def _called(name: str, principals: Mapping[str, Principal], *types: str) -> list[Principal]:
    allowed = types or (tokens.ROLE, tokens.USER)
    found = [p for p in principals.values() if p.resource.type in allowed]
    exact = [p for p in found if p.name == name]
    return exact or [p for p in found if p.resource.name == name or p.resource.urn == name]


def _candidates(text: str, found: list[Principal], principals: Mapping[str, Principal]) -> str:
    if found:
        return f"{text!r} is the name of {', '.join(p.arn for p in found)}: give the ARN of one"
    near = [p.name for p in principals.values() if text.lower() in p.name.lower()]
    names = sorted(near or {p.name for p in principals.values()})
    shown = ", ".join(names[:_CANDIDATES_SHOWN]) + (", ..." if len(names) > _CANDIDATES_SHOWN else "")
    return f"there is no role or user {text!r}; known: {shown or 'none'} (or give an ARN)"
