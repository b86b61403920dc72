"""The calls that CIS wants an alarm on: section 4 of the CIS AWS Foundations Benchmark 3.0.0."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class TrailAlarm:
    """Tells when at least `threshold` events of five minutes match `pattern` (CloudWatch Logs filter syntax)."""

    name: str
    source: str  # that asks for it
    what: str  # happened
    pattern: str
    urgency: Literal["page", "ticket"] = "ticket"
    threshold: int = 1

    def __post_init__(self) -> None:
        if len(self.pattern) > 1024:  # CloudWatch Logs API reference, PutMetricFilter
            raise ValueError(f"pattern of {self.name} must be 1024 characters at the most, got {len(self.pattern)}")


def calls(*names: str, source: str | None = None) -> str:
    """The pattern of calls by name; of one service alone, where others have calls of the same name."""
    named = " || ".join(f"($.eventName = {name})" for name in names)
    return f"{{ ($.eventSource = {source}) && ({named}) }}" if source else f"{{ {named} }}"


CIS_ALARMS = (
    TrailAlarm(
        name="unauthorized-calls",
        source="CIS AWS 3.0.0: 4.1",
        what="Many calls were denied within five minutes",
        # The benchmark's own pattern joins its exceptions with `||`, and so matches every event.
        pattern='{ (($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*"))'
        ' && ($.sourceIPAddress != "delivery.logs.amazonaws.com") && ($.eventName != "HeadBucket") }',
        threshold=10,  # one or two are everyday mistakes
    ),
    TrailAlarm(
        name="console-without-mfa",
        source="CIS AWS 3.0.0: 4.2",
        what="A user signed in to the console without a second factor",
        pattern='{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes")'
        ' && ($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }',
        urgency="page",
    ),
    TrailAlarm(
        name="root-used",
        source="CIS AWS 3.0.0: 4.3",
        what="The account's root acted",
        pattern='{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS'
        ' && $.eventType != "AwsServiceEvent" }',
        urgency="page",
    ),
    TrailAlarm(
        name="iam-policies",
        source="CIS AWS 3.0.0: 4.4",
        what="An IAM policy was changed",
        pattern=calls(
            "DeleteGroupPolicy",
            "DeleteRolePolicy",
            "DeleteUserPolicy",
            "PutGroupPolicy",
            "PutRolePolicy",
            "PutUserPolicy",
            "CreatePolicy",
            "DeletePolicy",
            "CreatePolicyVersion",
            "DeletePolicyVersion",
            "AttachRolePolicy",
            "DetachRolePolicy",
            "AttachUserPolicy",
            "DetachUserPolicy",
            "AttachGroupPolicy",
            "DetachGroupPolicy",
            source="iam.amazonaws.com",
        ),
    ),
    TrailAlarm(
        name="trails",
        source="CIS AWS 3.0.0: 4.5",
        what="A trail was made, changed, stopped or deleted",
        pattern=calls("CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging"),
        urgency="page",
    ),
    TrailAlarm(
        name="console-failures",
        source="CIS AWS 3.0.0: 4.6",
        what="Sign-ins to the console failed",
        pattern='{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }',
    ),
    TrailAlarm(
        name="keys-ended",
        source="CIS AWS 3.0.0: 4.7",
        what="A key was disabled or is to be deleted",
        pattern=calls("DisableKey", "ScheduleKeyDeletion", source="kms.amazonaws.com"),
        urgency="page",
    ),
    TrailAlarm(
        name="bucket-policies",
        source="CIS AWS 3.0.0: 4.8",
        what="Who may use a bucket, or how long it keeps objects, was changed",
        pattern=calls(
            "PutBucketAcl",
            "PutBucketPolicy",
            "PutBucketCors",
            "PutBucketLifecycle",
            "PutBucketReplication",
            "DeleteBucketPolicy",
            "DeleteBucketCors",
            "DeleteBucketLifecycle",
            "DeleteBucketReplication",
            source="s3.amazonaws.com",
        ),
    ),
    TrailAlarm(
        name="config-recorder",
        source="CIS AWS 3.0.0: 4.9",
        what="AWS Config's recorder or delivery was changed or stopped",
        pattern=calls(
            "StopConfigurationRecorder",
            "DeleteDeliveryChannel",
            "PutDeliveryChannel",
            "PutConfigurationRecorder",
            source="config.amazonaws.com",
        ),
    ),
    TrailAlarm(
        name="security-groups",
        source="CIS AWS 3.0.0: 4.10",
        what="A security group was changed",
        pattern=calls(
            "AuthorizeSecurityGroupIngress",
            "AuthorizeSecurityGroupEgress",
            "RevokeSecurityGroupIngress",
            "RevokeSecurityGroupEgress",
            "CreateSecurityGroup",
            "DeleteSecurityGroup",
        ),
    ),
    TrailAlarm(
        name="network-acls",
        source="CIS AWS 3.0.0: 4.11",
        what="A network ACL was changed",
        pattern=calls(
            "CreateNetworkAcl",
            "CreateNetworkAclEntry",
            "DeleteNetworkAcl",
            "DeleteNetworkAclEntry",
            "ReplaceNetworkAclEntry",
            "ReplaceNetworkAclAssociation",
        ),
    ),
    TrailAlarm(
        name="gateways",
        source="CIS AWS 3.0.0: 4.12",
        what="A network gateway was changed",
        pattern=calls(
            "CreateCustomerGateway",
            "DeleteCustomerGateway",
            "AttachInternetGateway",
            "CreateInternetGateway",
            "DeleteInternetGateway",
            "DetachInternetGateway",
        ),
    ),
    TrailAlarm(
        name="route-tables",
        source="CIS AWS 3.0.0: 4.13",
        what="A route was changed",
        pattern=calls(
            "CreateRoute",
            "CreateRouteTable",
            "ReplaceRoute",
            "ReplaceRouteTableAssociation",
            "DeleteRouteTable",
            "DeleteRoute",
            "DisassociateRouteTable",
            source="ec2.amazonaws.com",
        ),
    ),
    TrailAlarm(
        name="vpcs",
        source="CIS AWS 3.0.0: 4.14",
        what="A VPC or a peering of it was changed",
        pattern=calls(
            "CreateVpc",
            "DeleteVpc",
            "ModifyVpcAttribute",
            "AcceptVpcPeeringConnection",
            "CreateVpcPeeringConnection",
            "DeleteVpcPeeringConnection",
            "RejectVpcPeeringConnection",
            "AttachClassicLinkVpc",
            "DetachClassicLinkVpc",
            "DisableVpcClassicLink",
            "EnableVpcClassicLink",
        ),
    ),
    TrailAlarm(
        name="organisation",
        source="CIS AWS 3.0.0: 4.15",
        what="The organisation was changed",
        pattern=calls(
            "AcceptHandshake",
            "AttachPolicy",
            "CreateAccount",
            "CreateOrganizationalUnit",
            "CreatePolicy",
            "DeclineHandshake",
            "DeleteOrganization",
            "DeleteOrganizationalUnit",
            "DeletePolicy",
            "DetachPolicy",
            "DisablePolicyType",
            "EnablePolicyType",
            "InviteAccountToOrganization",
            "LeaveOrganization",
            "MoveAccount",
            "RemoveAccountFromOrganization",
            "UpdateOrganizationalUnit",
            "UpdatePolicy",
            source="organizations.amazonaws.com",
        ),
        urgency="page",
    ),
)
