"""KMS grants: what they let whom do, and who could make one."""

from dataclasses import replace

from policies.access.document import KeyGrant
from policies.access.request import Request, Values
from policies.access.truth import Truth, any_of

# KMS developer guide, "Grant operations": what a grant can let somebody do.
OPERATIONS = frozenset(
    """
    createGrant decrypt deriveSharedSecret describeKey encrypt generateDataKey generateDataKeyPair
    generateDataKeyPairWithoutPlaintext generateDataKeyWithoutPlaintext generateMac getPublicKey reEncryptFrom
    reEncryptTo retireGrant sign verify verifyMac
    """.lower().split()
)


def lets(grants: tuple[KeyGrant, ...], request: Request) -> Truth:
    """Whether a grant of the key lets the request be, as far as nothing denies it."""
    if not request.action.lower().startswith("kms:"):
        return Truth.NO
    return any_of(_one(grant, request) for grant in grants)


def _one(grant: KeyGrant, request: Request) -> Truth:
    operation = request.action.lower().removeprefix("kms:")
    if operation not in {one.lower() for one in grant.operations}:
        return Truth.NO
    named = _names(grant.grantee, request)
    return min(named, Truth.MAYBE) if grant.limited else named


def _names(grantee: str, request: Request) -> Truth:
    if grantee == request.principal:
        return Truth.YES
    if not grantee or (request.is_role and ":assumed-role/" in grantee):
        return Truth.MAYBE  # not known yet, or a session that may be this role's
    return Truth.NO


def asking_to_grant(request: Request) -> Request | None:
    """The request to make oneself a grant for what `request` asks for; None if no grant could give it.

    Who may do this has a way to what the grant gives, whatever the key's policy says of that itself.
    """
    service, _, operation = request.action.lower().partition(":")
    if service != "kms" or operation not in OPERATIONS or ":key/" not in request.resource:
        return None
    told: dict[str, str | Values | None] = {
        "kms:GrantOperations": (request.action.partition(":")[2],),
        "kms:GranteePrincipal": request.principal,
        "kms:GrantIsForAWSResource": "false",  # one for a service's resource is the service's to use
    }
    return replace(request, action="kms:CreateGrant", context={**request.context, **told})
