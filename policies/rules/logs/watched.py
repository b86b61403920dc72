"""What must raise an alarm: the events of the CIS AWS Foundations Benchmark 3.0.0, 4.1 to 4.15.

Events as in the filter patterns of AWS Security Hub's CloudWatch controls (CloudWatch.1 to .14, AWS Security Hub user
guide); those of 4.15, which Security Hub lacks, are the calls that the recommendation is about: read in public modules
that carry its number, not in the benchmark itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from policies.rules.logs.patterns import Event, matches_event

_USUAL = {
    "eventType": "AwsApiCall",
    "eventSource": "ec2.amazonaws.com",
    "eventName": "DescribeInstances",
    "userIdentity.type": "AssumedRole",
    "sourceIPAddress": "198.51.100.7",
}
_CONSOLE = _USUAL | {
    "eventType": "AwsConsoleSignIn",
    "eventSource": "signin.amazonaws.com",
    "eventName": "ConsoleLogin",
}


@dataclass(frozen=True)
class Watched:
    """One recommendation: a filter must match every one of its events."""

    number: str
    what: str
    events: tuple[Event, ...]


@lru_cache(maxsize=256)
def watched_by(pattern: str) -> frozenset[str]:
    """The recommendations that a filter pattern meets, by number; none if it matches what is usual, too."""
    if matches_event(pattern, _USUAL):
        return frozenset()
    return frozenset(w.number for w in WATCHED if all(matches_event(pattern, event) for event in w.events))


def _calls(service: str, names: str) -> tuple[Event, ...]:
    return tuple(_USUAL | {"eventSource": f"{service}.amazonaws.com", "eventName": name} for name in names.split())


def _each(verbs: str, things: str) -> str:
    return " ".join(f"{verb}{thing}" for verb in verbs.split() for thing in things.split())


def _failed(codes: Iterable[str]) -> tuple[Event, ...]:
    return tuple(_USUAL | {"eventName": "RunInstances", "errorCode": code} for code in codes)


_NO_MFA = {
    "additionalEventData.MFAUsed": "No",
    "userIdentity.type": "IAMUser",
    "responseElements.ConsoleLogin": "Success",
}

WATCHED = (
    Watched("4.1", "calls that are not allowed", _failed(("Client.UnauthorizedOperation", "AccessDenied"))),
    Watched("4.2", "console logins without MFA", (_CONSOLE | _NO_MFA,)),
    Watched("4.3", "use of the root user", (_USUAL | {"userIdentity.type": "Root"},)),
    Watched(
        "4.4",
        "changes of IAM policies",
        _calls(
            "iam",
            _each("Delete Put Attach Detach", "GroupPolicy RolePolicy UserPolicy")
            + " CreatePolicy DeletePolicy CreatePolicyVersion DeletePolicyVersion",
        ),
    ),
    Watched(
        "4.5", "changes of trails", _calls("cloudtrail", "CreateTrail UpdateTrail DeleteTrail StartLogging StopLogging")
    ),
    Watched("4.6", "failed console logins", (_CONSOLE | {"errorMessage": "Failed authentication"},)),
    Watched("4.7", "keys disabled or to be deleted", _calls("kms", "DisableKey ScheduleKeyDeletion")),
    Watched(
        "4.8",
        "changes of bucket policies",
        _calls(
            "s3",
            "PutBucketAcl " + _each("Put Delete", "BucketPolicy BucketCors BucketLifecycle BucketReplication"),
        ),
    ),
    Watched(
        "4.9",
        "changes of AWS Config",
        _calls("config", "StopConfigurationRecorder DeleteDeliveryChannel PutDeliveryChannel PutConfigurationRecorder"),
    ),
    Watched(
        "4.10",
        "changes of security groups",
        _calls(
            "ec2",
            _each("Authorize Revoke", "SecurityGroupIngress SecurityGroupEgress")
            + " CreateSecurityGroup DeleteSecurityGroup",
        ),
    ),
    Watched(
        "4.11",
        "changes of network access lists",
        _calls(
            "ec2",
            _each("Create Delete", "NetworkAcl NetworkAclEntry")
            + " ReplaceNetworkAclEntry ReplaceNetworkAclAssociation",
        ),
    ),
    Watched(
        "4.12",
        "changes of gateways",
        _calls(
            "ec2",
            "CreateCustomerGateway DeleteCustomerGateway " + _each("Attach Create Delete Detach", "InternetGateway"),
        ),
    ),
    Watched(
        "4.13",
        "changes of routes",
        _calls(
            "ec2",
            _each("Create Delete", "Route RouteTable")
            + " ReplaceRoute ReplaceRouteTableAssociation DisassociateRouteTable",
        ),
    ),
    Watched(
        "4.14",
        "changes of VPCs",
        _calls(
            "ec2",
            "CreateVpc DeleteVpc ModifyVpcAttribute AttachClassicLinkVpc DetachClassicLinkVpc DisableVpcClassicLink"
            " EnableVpcClassicLink " + _each("Accept Create Delete Reject", "VpcPeeringConnection"),
        ),
    ),
    Watched(
        "4.15",
        "changes of the organisation",
        _calls(
            "organizations",
            "AcceptHandshake AttachPolicy CreateAccount CreateOrganizationalUnit CreatePolicy DeclineHandshake"
            " DeleteOrganization DeleteOrganizationalUnit DeletePolicy DetachPolicy DisablePolicyType EnablePolicyType"
            " InviteAccountToOrganization LeaveOrganization MoveAccount RemoveAccountFromOrganization UpdatePolicy"
            " UpdateOrganizationalUnit",
        ),
    ),
)
