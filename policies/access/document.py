"""The documents that bear on a request, by the part they play in the decision."""

from dataclasses import dataclass
from typing import Any

from policies.documents import Statement, statements, version_of
from policies.values import Undecided

_WITH_VARIABLES = "2012-10-17"  # an older document, or one without Version, holds `${...}` as text (IAM user guide)


@dataclass(frozen=True)
class Document:
    """One policy document, by the name that reports call it; `statements` is None if nobody knows its content."""

    name: str
    statements: tuple[Statement, ...] | None
    variables: bool = True

    @classmethod
    def of(cls, name: str, content: Any) -> "Document":
        """The document from JSON text or an object; unknown if a part of it is not known yet.

        Raises DocumentError if it is no policy document.
        """
        try:
            return cls(name, tuple(statements(content)), version_of(content) == _WITH_VARIABLES)
        except Undecided:
            return cls(name, None)


@dataclass(frozen=True)
class KeyGrant:
    """A KMS grant: whom a key lets do what, besides its policy. `limited`: in some encryption contexts alone."""

    name: str
    grantee: str  # the ARN of a user, a role, a session or an account's root, or a service
    operations: tuple[str, ...]  # `Decrypt`
    limited: bool = False


@dataclass(frozen=True, kw_only=True)
class Documents:
    """All documents that bear on one request; what is left out does not exist.

    `control` holds the service control policies by level, from the organisation's root down to the account: each
    level must allow. `resource_control` holds the resource control policies of the resource's account, which only
    deny. `resource` is the policy of the resource: for `sts:AssumeRole*` the role's trust policy, for KMS the key's
    policy, whose `grants` are those that the key has. `endpoint` is the policy of the VPC endpoint that the request
    goes through.
    """

    identity: tuple[Document, ...] = ()
    boundary: Document | None = None
    session: tuple[Document, ...] = ()
    control: tuple[tuple[Document, ...], ...] = ()
    resource_control: tuple[Document, ...] = ()
    resource: Document | None = None
    grants: tuple[KeyGrant, ...] = ()
    endpoint: Document | None = None
