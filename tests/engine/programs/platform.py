"""A key under the watch that rules ask of every environment: a trail with its archive, and what detects."""

from pulumi import ResourceOptions

from components.account_baseline import AccountBaseline, AccountBaselineArgs
from components.bucket_policy import access_log_delivery, config_delivery, trail_delivery
from components.detection import Detection, DetectionArgs
from components.encryption_key import EncryptionKey, EncryptionKeyArgs, ServiceUse
from components.evidence.trail import Trail, TrailArgs, trail_arn
from components.evidence.trail_alarms import TrailAlarms, TrailAlarmsArgs
from components.notification_topic import PUBLISHERS, NotificationTopic, NotificationTopicArgs
from components.policy_document import trust
from components.private_bucket import PrivateBucket, PrivateBucketArgs
from components.service_role import ServiceRole, ServiceRoleArgs
from components.tags import classified
from stacks.provider import deploy_provider
from stacks.sections.account import Account, Tags

ACCOUNT, ENVIRONMENT = "111122223333", "sandbox"
LOGS, ACCESS = (f"watched-{ENVIRONMENT}-{purpose}-{ACCOUNT}" for purpose in ("logs", "access"))
ADMINISTRATORS = (f"arn:aws:iam::{ACCOUNT}:role/foundation/key-administrator",)

account = Account(
    id=ACCOUNT,
    region="eu-central-1",
    recovery_region="eu-west-1",
    organisation_id="o-7kq2m4x9vd",
    organisation="watched",
)
REGION = account.region
tags = Tags(owner="tests", cost_centre="ENG-1000", data_class="audit")
given = ResourceOptions(provider=deploy_provider(ENVIRONMENT, account, tags))
AccountBaseline("account", AccountBaselineArgs(account_id=ACCOUNT), given)
trails = trail_arn(REGION, ACCOUNT, ENVIRONMENT)
groups = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:*"
key = EncryptionKey(
    "evidence",
    EncryptionKeyArgs(
        alias=f"{ENVIRONMENT}-evidence",
        description="evidence",
        account_id=ACCOUNT,
        region=REGION,
        administrators=ADMINISTRATORS,
        services=(
            ServiceUse("cloudtrail.amazonaws.com", trails, "kms:EncryptionContext:aws:cloudtrail:arn"),
            ServiceUse("cloudtrail.amazonaws.com", trails),
            ServiceUse(f"logs.{REGION}.amazonaws.com", groups, "kms:EncryptionContext:aws:logs:arn"),
            *(ServiceUse(publisher, f"arn:aws:*:{REGION}:{ACCOUNT}:*") for publisher in PUBLISHERS),
        ),
        protect=False,
    ),
    given,
)
access_logs = PrivateBucket(
    "access-logs",
    PrivateBucketArgs(
        bucket=ACCESS,
        account_id=ACCOUNT,
        key_arn=None,
        access_log_bucket=None,
        expire_days=30,
        writers=(access_log_delivery(LOGS), config_delivery(ACCOUNT, "config/")),
        protect=False,
        tags=classified("internal", None),
    ),
    given,
)
logs = PrivateBucket(
    "logs",
    PrivateBucketArgs(
        bucket=LOGS,
        account_id=ACCOUNT,
        key_arn=key.arn,
        access_log_bucket=access_logs.name,
        expire_days=30,
        lock_days=1,
        lock_mode="GOVERNANCE",
        writers=(trail_delivery(trails, "trail/", ACCOUNT),),
        protect=False,
    ),
    given,
)
trail = Trail(
    "trail",
    TrailArgs(
        trail_name=ENVIRONMENT,
        account_id=ACCOUNT,
        region=REGION,
        bucket=logs.name,
        prefix="trail/",
        key_arn=key.arn,
        object_arns=(f"arn:aws:s3:::{LOGS}/",),
        log_group_days=7,
        protect=False,
    ),
    given,
)
topic = NotificationTopic(
    "told",
    NotificationTopicArgs(
        topic_name=f"{ENVIRONMENT}-told",
        account_id=ACCOUNT,
        region=REGION,
        key_arn=key.arn,
        subscribers={"team": ("email", "tests@watched.example")},
    ),
    given,
)
TrailAlarms(
    "alarms",
    TrailAlarmsArgs(
        environment=ENVIRONMENT,
        account_id=ACCOUNT,
        log_group_name=trail.log_group_name,
        archives="watched-sandbox-logs-",
        topics={"page": topic.arn, "ticket": topic.arn},
    ),
    given,
)
recorder = ServiceRole(
    "recorder",
    ServiceRoleArgs(
        role_name=f"{ENVIRONMENT}-recorder",
        account_id=ACCOUNT,
        description="Records what every resource is set to",
        trust=(trust("Config", "config.amazonaws.com", ACCOUNT),),
        managed_policies=("arn:aws:iam::aws:policy/service-role/AWS_ConfigRole",),
    ),
    given,
)
Detection(
    "detection",
    DetectionArgs(
        environment=ENVIRONMENT,
        region=REGION,
        home=True,
        other_regions=(),
        config_role_arn=recorder.arn,
        config_bucket=access_logs.name,
        config_prefix="config",
    ),
    given,
)
