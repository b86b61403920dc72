"""Whether a statement is about a request: its action, resource, conditions and principal."""

from dataclasses import dataclass

from policies.access import conditions, patterns
from policies.access.document import Document
from policies.access.overlap import overlap, widest
from policies.access.patterns import Wildcards
from policies.access.request import Request
from policies.access.truth import Truth, any_of
from policies.documents import Principal, Statement


@dataclass(frozen=True)
class Grant:
    """As whom a resource's policy names the asker, which decides what else must allow.

    `itself` is the user, the session, the service or the identity provider; `role` is the role that it acts in;
    `account` leaves it to the account.
    """

    itself: Truth = Truth.NO
    role: Truth = Truth.NO
    account: Truth = Truth.NO

    @property
    def any(self) -> Truth:
        return any_of((self.itself, self.role, self.account))

    def limited(self, truth: Truth) -> "Grant":
        return Grant(min(self.itself, truth), min(self.role, truth), min(self.account, truth))

    def joined(self, other: "Grant") -> "Grant":
        return Grant(max(self.itself, other.itself), max(self.role, other.role), max(self.account, other.account))


def applies(statement: Statement, document: Document, request: Request) -> Truth:
    """Action, resource and conditions; whom the statement is for stands apart."""
    if not statement.acts_on(request.action):
        return Truth.NO
    about = _covers(statement, document, request)
    if about is Truth.NO:
        return about
    return min(about, conditions.meets(statement.conditions, request, variables=document.variables))


def _covers(statement: Statement, document: Document, request: Request) -> Truth:
    def matched(pattern: str) -> Truth:
        found = patterns.match(pattern, request.resource, request, Wildcards.RESOURCE, variables=document.variables)
        if found is Truth.NO and request.is_about_many and overlap(widest(pattern), request.resource):
            return Truth.MAYBE  # of some of them
        return found

    if statement.resources is not None:
        return any_of(matched(pattern) for pattern in statement.resources)
    if statement.not_resources is None:
        return Truth.YES  # a trust policy, whose role is the resource
    covered = ~any_of(matched(pattern) for pattern in statement.not_resources)
    lost = (
        patterns.has_missing_variable(pattern, request, variables=document.variables)
        for pattern in statement.not_resources
    )
    return min(covered, Truth.MAYBE) if any(lost) else covered


def granted(statement: Statement, request: Request) -> Grant:
    """As whom the statement of a resource's policy names the asker."""
    if statement.not_principals is not None:
        others = ~_named(statement.not_principals, request).any
        return Grant(itself=others, role=others)
    named = _named(statement.principals or (), request)
    if request.is_role and any(condition.key == "aws:principalarn" for condition in statement.conditions):
        # IAM user guide, Principal: naming a role by this key is like naming it as the principal
        return Grant(Truth.NO, max(named.itself, named.role), named.account)
    return named


def denied(statement: Statement, request: Request, *, bounded: bool) -> Truth:
    """Whether a denial of a resource's policy is for the asker.

    IAM user guide, NotPrincipal: the exception must name the account as well as the user or role, and a principal
    with a permissions boundary is denied whatever it names.
    """
    if statement.not_principals is None:
        return _named(statement.principals or (), request).any
    if bounded:
        return Truth.YES
    named = _named(statement.not_principals, request)
    if request.kind != "AWS":
        return ~named.any
    by_name = max(named.itself, named.role)
    if by_name is Truth.NO:
        return Truth.YES
    excepted = min(named.account, by_name)
    return Truth.NO if excepted is Truth.YES else Truth.MAYBE


def _named(principals: tuple[Principal, ...], request: Request) -> Grant:
    found = Grant()
    for principal in principals:
        found = found.joined(_one(principal, request))
    return found


def _one(principal: Principal, request: Request) -> Grant:
    value = str.__str__(principal.value)
    if principal.everyone:
        # whether everyone means the session or its role is not documented; it matters to boundaries alone
        return Grant(Truth.MAYBE, Truth.YES) if request.is_role else Grant(itself=Truth.YES)
    if principal.kind == "CanonicalUser" and request.kind == "AWS":
        return Grant(account=Truth.MAYBE)  # an account, by an id that its ARNs do not show
    if principal.kind not in (request.kind, "*"):
        return Grant()
    if request.kind != "AWS":
        return Grant(itself=Truth.of(value == request.principal))
    return _one_of_iam(value, request)


def _one_of_iam(value: str, request: Request) -> Grant:
    account = request.principal_account
    if value in (account, f"{request.principal.rsplit(':', 1)[0]}:root"):
        return Grant(itself=Truth.of(request.is_root), account=Truth.YES)
    if value == request.principal:
        return Grant(role=Truth.YES) if request.is_role else Grant(itself=Truth.YES)
    if not value.startswith("arn:") and not value.isdigit():
        return Grant(itself=Truth.MAYBE)  # a unique id, perhaps the asker's
    return Grant(itself=_session(value, request)) if request.is_role else Grant()


def _session(value: str, request: Request) -> Truth:
    """Whether the ARN is the session's, which does not show the role's path."""
    role = request.principal.rsplit("/", 1)[-1]
    head = request.principal.split(":role/", 1)[0].replace(":iam:", ":sts:")
    start = f"{head}:assumed-role/{role}/"
    if not value.startswith(start):
        return Truth.NO
    return Truth.of(value == start + request.session) if request.session else Truth.MAYBE
