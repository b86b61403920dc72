"""One request, as IAM sees it: who asks for what on which resource, and the context keys it carries."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from policies.documents import Principal

Values = tuple[str, ...]


class Untold:
    def __repr__(self) -> str:
        return "[untold]"


UNTOLD = Untold()  # the request may carry the key or not
_ACTION = re.compile(r"[A-Za-z0-9-]+:[A-Za-z0-9]+")
# IAM user guide, AWS global condition context keys: what only the requests of services carry, and only signed ones.
_OF_SERVICES = tuple(
    f"aws:{name}"
    for name in (
        "principalservicename",
        "principalservicenameslist",
        "sourceaccount",
        "sourcearn",
        "sourceorgid",
        "sourceorgpaths",
    )
)
_OF_SIGNERS = tuple(
    f"aws:{name}"
    for name in ("principalaccount", "principalarn", "principalorgid", "principalorgpaths", "userid", "username")
)
_TYPES = {"user": "User", "role": "AssumedRole", "root": "Account", "federated-user": "FederatedUser"}


@dataclass(frozen=True, kw_only=True)
class Request:
    """A principal's request for one action on one resource.

    `principal` is the ARN of a user (also a federated one), a role or an account's root, the name of a service, the ARN
    or host of an identity provider, or `*` for somebody who does not sign. A role acts in a session: `session` is its
    name, where it matters and is known. `resource` is an ARN, in which `*` and `?` stand for every resource that it
    matches, or `*` alone for actions that know no resources. `account` is the resource's account, for ARNs that do not
    name it. `context` holds values by key, None for a key that is known to be absent; about other keys nothing is
    known, unless the context is `complete`.
    """

    principal: str
    action: str
    resource: str = "*"
    session: str = ""
    account: str = ""
    context: Mapping[str, str | Values | None] = field(default_factory=dict)
    complete: bool = False

    def __post_init__(self) -> None:
        if not _ACTION.fullmatch(self.action):
            raise ValueError(f"action must be one action such as s3:GetObject, got {self.action!r}")
        if self.kind == "AWS" and self._type not in _TYPES:
            allowed = "of a user, a federated user, a role (its session apart) or an account's root"
            raise ValueError(f"principal must be the ARN {allowed}, got {self.principal!r}")

    @cached_property
    def kind(self) -> str:
        """AWS, Service or Federated, as a policy's Principal element says it, or Anonymous."""
        if self.principal == "*":
            return "Anonymous"
        if ":oidc-provider/" in self.principal or ":saml-provider/" in self.principal:
            return "Federated"
        if self.principal.startswith("arn:"):
            return "AWS"
        return "Service" if self.principal.endswith((".amazonaws.com", ".amazonaws.com.cn")) else "Federated"

    @property
    def _type(self) -> str:
        return self.principal.split(":", 5)[-1].split("/")[0]

    @property
    def is_role(self) -> bool:
        return self.kind == "AWS" and self._type == "role"

    @property
    def is_root(self) -> bool:
        return self.kind == "AWS" and self._type == "root"

    @property
    def is_service_linked(self) -> bool:
        return self.is_role and ":role/aws-service-role/" in self.principal

    @property
    def is_about_many(self) -> bool:
        """Whether the resource stands for several."""
        return self.resource != "*" and ("*" in self.resource or "?" in self.resource)

    @property
    def principal_account(self) -> str:
        return Principal("AWS", self.principal).account or "" if self.kind == "AWS" else ""

    @property
    def resource_account(self) -> str:
        return self.account or Principal("AWS", self.resource).account or ""

    def value(self, key: str) -> Values | Untold | None:
        """The values of a context key; None if it is absent, UNTOLD if nothing is known of it."""
        return self._values.get(key.lower(), None if self.complete else UNTOLD)

    @cached_property
    def _values(self) -> dict[str, Values | None]:
        told = {k.lower(): (v,) if isinstance(v, str) else v for k, v in self.context.items()}
        return self._derived() | told

    def _derived(self) -> dict[str, Values | None]:
        """What the rest of the request says of the keys that IAM sets itself."""
        derived: dict[str, Values | None] = {"aws:principalisawsservice": (str(self.kind == "Service").lower(),)}
        if self.resource_account:
            derived |= dict.fromkeys(("aws:resourceaccount", "s3:resourceaccount"), (self.resource_account,))
        if self.kind == "Service":
            return derived | {"aws:principalservicename": (self.principal,)}
        derived |= dict.fromkeys(_OF_SERVICES)
        if self.kind == "Anonymous":
            return derived | dict.fromkeys(_OF_SIGNERS) | {"aws:principaltype": ("Anonymous",)}
        if self.kind == "Federated":
            return derived
        name = self.principal.rsplit("/", 1)[-1]
        return derived | {
            "aws:principalarn": (self.principal,),
            "aws:principalaccount": (self.principal_account,),
            "kms:calleraccount": (self.principal_account,),
            "aws:principaltype": (_TYPES[self._type],),
            "aws:username": (name,) if self._type == "user" else None,
        }
