"""A topic that tells people: encrypted, TLS alone, and written to by AWS's own services for our account alone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import sns

from components.policy_document import EVERYONE, Statement, policy_json
from components.tags import tagged

Protocol = Literal["email", "https", "sqs"]
# Who tells: AWS Backup, alarms, EventBridge rules and RDS. Source: each user guide's page on the topic's access policy.
PUBLISHERS = (
    "backup.amazonaws.com",
    "cloudwatch.amazonaws.com",
    "events.amazonaws.com",
    "events.rds.amazonaws.com",
)


@dataclass(frozen=True, kw_only=True)
class NotificationTopicArgs:
    """`subscribers`: by name, how and where they are told. `key_arn`: its policy must let the publishers use it."""

    topic_name: str
    account_id: str
    region: str
    key_arn: Input[str]
    subscribers: Mapping[str, tuple[Protocol, str]]

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", self.topic_name):
            raise ValueError(f"topic_name must be 1 to 256 of a-z A-Z 0-9 _ -, got {self.topic_name!r}")
        for name, (protocol, endpoint) in self.subscribers.items():
            if protocol == "https" and not endpoint.startswith("https://"):
                raise ValueError(f"the endpoint of subscriber {name} must begin with https://, got {endpoint!r}")


class NotificationTopic(ComponentResource):
    """The topic; its ARN is known in previews, and whoever uses it waits for its policy."""

    arn: Output[str]

    def __init__(self, name: str, args: NotificationTopicArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:notifications:NotificationTopic", name, {}, opts)
        child = ResourceOptions(parent=self)
        arn = f"arn:aws:sns:{args.region}:{args.account_id}:{args.topic_name}"
        topic = sns.Topic(name, name=args.topic_name, kms_master_key_id=args.key_arn, tags=tagged(name), opts=child)
        policy = sns.TopicPolicy(
            name, arn=topic.arn, policy=policy_json(*_statements(arn, args.account_id)), opts=child
        )
        for subscriber, (protocol, endpoint) in sorted(args.subscribers.items()):
            sns.TopicSubscription(
                f"{name}-{subscriber}", topic=topic.arn, protocol=protocol, endpoint=endpoint, opts=child
            )
        self.arn = Output.all(topic.name, policy.id).apply(lambda _: arn)
        self.register_outputs({"arn": self.arn})


def _statements(arn: str, account_id: str) -> tuple[Statement, ...]:
    ours = {"StringEquals": {"aws:SourceAccount": account_id}}
    return (
        Statement(
            sid="DenyPlainHttp",
            effect="Deny",
            principals=EVERYONE,
            actions=("sns:Publish",),
            resources=(arn,),
            conditions={"Bool": {"aws:SecureTransport": "false"}},
        ),
        Statement(
            sid="ServicesPublish",
            principals={"Service": list(PUBLISHERS)},
            actions=("sns:Publish",),
            resources=(arn,),
            conditions=ours,
        ),
    )
