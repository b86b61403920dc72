"""What watches the account in both regions, and who is told of what it finds."""

from collections.abc import Mapping

from pulumi import ResourceOptions
from pulumi_aws import Provider

from components.account_names import bucket_name
from components.config_recorder import ManagedRule
from components.detection import Detection, DetectionArgs
from components.event_route import EventRoute, EventRoutes, EventRoutesArgs
from components.notification_topic import NotificationTopic
from components.policy_document import Statement, trust
from components.service_role import ServiceRole, ServiceRoleArgs
from stacks.audit import Audit
from stacks.notifications import Urgency
from stacks.settings import Settings

_CONFIG_PREFIX = "config"
_RECORDS = "arn:aws:iam::aws:policy/service-role/AWS_ConfigRole"
# What wakes somebody up and what waits for the morning, in Security Hub's words.
_SEVERITIES: Mapping[Urgency, tuple[str, ...]] = {"page": ("CRITICAL", "HIGH"), "ticket": ("MEDIUM",)}


def deploy_detection(
    settings: Settings, aws: Provider, audit: Audit, topics: Mapping[Urgency, NotificationTopic]
) -> None:
    """Both regions are watched: what is not used is where an intruder works unseen. Findings meet in the home region's
    Security Hub, GuardDuty's and the access analyzers' among them, and are told by severity.
    """
    account, given = settings.account, ResourceOptions(provider=aws)
    role = _config_role(settings, given)
    for region in (account.region, account.recovery_region):
        home = region == account.region
        args = DetectionArgs(
            environment=settings.environment,
            region=region,
            home=home,
            other_regions=(account.recovery_region,),
            config_role_arn=role.arn,
            config_bucket=audit.landing.name,
            config_prefix=_CONFIG_PREFIX,
            config_rules=_rules(settings) if home else (),
        )
        Detection("detection" if home else "detection-recovery", args, given)
    routes = tuple((_route(urgency, labels), topics[urgency].arn) for urgency, labels in _SEVERITIES.items())
    EventRoutes("findings", EventRoutesArgs(environment=settings.environment, routes=routes), given)


def _rules(settings: Settings) -> tuple[ManagedRule, ...]:
    longest = str(settings.secrets.longest_rotation_days)
    return (
        ManagedRule(
            name="secrets-rotated",
            identifier="SECRETSMANAGER_SECRET_PERIODIC_ROTATION",
            parameters={"maxDaysSinceRotation": longest},
        ),
    )


def _route(urgency: Urgency, labels: tuple[str, ...]) -> EventRoute:
    finding = "$.detail.findings[0]"
    return EventRoute(
        name=urgency,
        description=f"Security Hub findings of severity {', '.join(labels)}",
        pattern={
            "source": ["aws.securityhub"],
            "detail-type": ["Security Hub Findings - Imported"],
            "detail": {
                "findings": {
                    "Severity": {"Label": list(labels)},
                    "Workflow": {"Status": ["NEW"]},
                    "RecordState": ["ACTIVE"],
                }
            },
        },
        sentence="<severity> in <account> <region>: <title>. Resource: <resource>. Finding: <id>",
        paths={
            "severity": f"{finding}.Severity.Label",
            "account": f"{finding}.AwsAccountId",
            "region": f"{finding}.Region",
            "title": f"{finding}.Title",
            "resource": f"{finding}.Resources[0].Id",
            "id": f"{finding}.Id",
        },
    )


def _config_role(settings: Settings, given: ResourceOptions) -> ServiceRole:
    account = settings.account
    bucket = f"arn:aws:s3:::{bucket_name(account.organisation, settings.environment, 'landing', account.id)}"
    owned = {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}
    delivered = f"{bucket}/{_CONFIG_PREFIX}/AWSLogs/{account.id}/*"
    return ServiceRole(
        "config-recorder",
        ServiceRoleArgs(
            role_name=f"{settings.environment}-config-recorder",
            account_id=account.id,
            description="Records what every resource is set to",
            trust=(trust("Config", "config.amazonaws.com", account.id),),
            permissions=(
                Statement(sid="Deliver", actions=("s3:PutObject",), resources=(delivered,), conditions=owned),
                Statement(sid="LookAtBucket", actions=("s3:GetBucketAcl", "s3:ListBucket"), resources=(bucket,)),
            ),
            managed_policies=(_RECORDS,),
        ),
        given,
    )
