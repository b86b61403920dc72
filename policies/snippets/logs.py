"""Log groups that are encrypted and end, and alarms that somebody hears."""

SNIPPETS = {
    "LOG-01": """\
from pulumi_aws import cloudwatch

# The key must let CloudWatch Logs use it: ServiceUse among the services of EncryptionKey.
cloudwatch.LogGroup("worker", name="/billing/prod/worker", kms_key_id=key.arn, retention_in_days=400)
""",
    "LOG-02": """\
from pulumi_aws import cloudwatch

cloudwatch.LogGroup("worker", name="/audit/prod/worker", kms_key_id=key.arn, retention_in_days=400)
""",
    "LOG-03": """\
from components.evidence.trail import Trail
from components.evidence.trail_alarms import TrailAlarms, TrailAlarmsArgs

trail = Trail("trail", trail_args)
TrailAlarms(
    "trail-alarms",
    TrailAlarmsArgs(
        environment="prod",
        account_id=account_id,
        log_group_name=trail.log_group_name,
        archives="kestrel-prod-archive",
        topics={"page": topic.arn, "ticket": topic.arn},
    ),
)
""",
    "LOG-04": """\
from components.alarms import Alarm, raise_alarms
from pulumi import ResourceOptions

oldest = Alarm(
    name="oldest",
    description="Work waits for more than 15 minutes",
    namespace="AWS/SQS",
    metric="ApproximateAgeOfOldestMessage",
    threshold=900,
    dimensions={"QueueName": "prod-entries"},
)
raise_alarms("entries", (oldest,), topic.arn, ResourceOptions())
""",
}
