"""The decision on a request, as the IAM user guide's "Policy evaluation logic" has it.

A denial anywhere wins. Otherwise, within one account, an identity policy or the resource's policy must allow, and
across accounts both; the permissions boundary, the session policies, every level of service control policies and the
VPC endpoint's policy must allow as well. A KMS grant is as good as the key's policy and an identity policy together.

Two exceptions: a role's trust policy and a key's policy must allow, or leave it to the account; and a resource's policy
that names a user or a role's session itself is not limited by boundary and session policies, while one that names the
role is ("Permissions boundaries", "Session policies").
"""

from collections.abc import Iterable

from policies.access.decision import Decision, Outcome, Reason
from policies.access.document import Document, Documents
from policies.access.grants import lets
from policies.access.matching import Grant, applies, granted
from policies.access.reasons import allowances, control_on, denials
from policies.access.request import Request
from policies.access.truth import Truth, all_of, any_of

_FREE = "sts:getcalleridentity"  # allowed whatever denies it (STS API reference, GetCallerIdentity)
_ASSUMING = frozenset(
    f"sts:{action}"
    for action in ("assumerole", "assumerolewithsaml", "assumerolewithwebidentity", "setsourceidentity", "tagsession")
)


def decide(request: Request, documents: Documents) -> Decision:
    """What IAM answers, as far as the documents and the request tell."""
    if request.action.lower() == _FREE:
        return Decision(Outcome.ALLOW, ())
    against = list(denials(request, documents))
    if any(reason.certain for reason in against):
        return Decision(Outcome.DENY, _sorted(reason for reason in against if reason.certain))
    parts = _Parts(request, documents)
    allowed = parts.allowed()
    if allowed is Truth.NO:
        return Decision(Outcome.DENY, (), parts.lacking())
    reasons = _sorted((*against, *allowances(request, documents)))
    certain = allowed is Truth.YES and not against
    return Decision(Outcome.ALLOW if certain else Outcome.MAY, reasons)


class _Parts:
    """What each kind of document allows."""

    def __init__(self, request: Request, documents: Documents) -> None:
        self.request = request
        self.identity = Truth.YES if request.is_root else _allows(documents.identity, request)
        boundary = [documents.boundary] if documents.boundary and not request.is_root else []
        self.boundary = _allows(boundary, request) if boundary else Truth.YES
        self.session = _allows(documents.session, request) if documents.session else Truth.YES
        self.control = all_of(_allows(level, request) for level in control_on(request, documents))
        self.resource = _grants(request, documents)
        self.grants = lets(documents.grants, request)
        self.endpoint = _through(documents.endpoint, request)

    def allowed(self) -> Truth:
        return min(self.endpoint, max(self._by_policies(), self._by_grants()))

    def _by_policies(self) -> Truth:
        if self.request.kind != "AWS":
            return self.resource.any
        one, other = self.request.principal_account, self.request.resource_account
        if not other and self.request.resource != "*":  # an ARN without account: either, unless both agree
            inside, across = self._inside(), self._across()
            return inside if inside is across else Truth.MAYBE
        return self._inside() if other in (one, "") else self._across()

    def _by_grants(self) -> Truth:
        """Whether a boundary or session policy that does not allow limits a grant is not documented."""
        return all_of((self.grants, self.control, max(Truth.MAYBE, min(self.boundary, self.session))))

    def _limits(self) -> Truth:
        return all_of((self.boundary, self.session, self.control))

    def _inside(self) -> Truth:
        left_to_account = self.resource.account if _needs_resource(self.request) else Truth.YES
        ways = (
            all_of((self.identity, left_to_account, self._limits())),
            min(self.resource.role, self._limits()),
            min(self.resource.itself, self.control),
        )
        return any_of(ways)

    def _across(self) -> Truth:
        return all_of((self.identity, self.resource.any, self._limits()))

    def lacking(self) -> tuple[str, ...]:
        """The kinds of documents that do not allow; one of them would have had to."""
        parts = {
            "identity policies": self.identity,
            "permissions boundary": self.boundary,
            "session policies": self.session,
            "service control policies": self.control,
            "resource policy": self.resource.any,
            "VPC endpoint policy": self.endpoint,
        }
        return tuple(name for name, truth in parts.items() if truth is Truth.NO)


def _allows(documents: Iterable[Document], request: Request) -> Truth:
    found = Truth.NO
    for document in documents:
        if document.statements is None:
            found = max(found, Truth.MAYBE)
        else:
            found = max(found, any_of(applies(s, document, request) for s in document.statements if s.allows))
    return found


def _grants(request: Request, documents: Documents) -> Grant:
    document = documents.resource
    unknown = Grant(Truth.MAYBE, Truth.MAYBE, Truth.MAYBE)
    if document is None:  # every role and key has a policy: not to be given one is not to know it
        return unknown if _needs_resource(request) else Grant()
    if document.statements is None:
        return unknown
    found = Grant()
    for statement in document.statements:
        if statement.allows:
            found = found.joined(granted(statement, request).limited(applies(statement, document, request)))
    return found


def _through(endpoint: Document | None, request: Request) -> Truth:
    """Whether the policy of the VPC endpoint allows; without an endpoint there is nothing that it must allow."""
    if endpoint is None:
        return Truth.YES
    if endpoint.statements is None:
        return Truth.MAYBE
    return any_of(min(granted(s, request).any, applies(s, endpoint, request)) for s in endpoint.statements if s.allows)


def _needs_resource(request: Request) -> bool:
    """Whether the resource's policy must allow, or leave it to the account: of roles to assume, and of keys."""
    action = request.action.lower()
    return action in _ASSUMING or (action.startswith("kms:") and ":key/" in request.resource)


def _sorted(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    return tuple(sorted(set(reasons)))
