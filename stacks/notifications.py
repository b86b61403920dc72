"""The topics that people are told by: one that wakes somebody up, one for working hours."""

from collections.abc import Mapping
from typing import Literal

from pulumi import ResourceOptions
from pulumi_aws import Provider

from components.notification_topic import NotificationTopic, NotificationTopicArgs
from components.tags import DataClass
from stacks.keys import Keys
from stacks.settings import Settings

Urgency = Literal["page", "ticket"]
TOPICS_CLASS: DataClass = "internal"  # what topics say holds no data of customers


def deploy_notifications(settings: Settings, aws: Provider, keys: Keys) -> Mapping[Urgency, NotificationTopic]:
    """Topics by urgency."""
    account = settings.account
    told = {"page": settings.notifications.page, "ticket": settings.notifications.ticket}
    urgencies: tuple[Urgency, ...] = ("page", "ticket")
    return {
        urgency: NotificationTopic(
            f"notify-{urgency}",
            NotificationTopicArgs(
                topic_name=_name(settings, urgency),
                account_id=account.id,
                region=account.region,
                key_arn=keys.home[TOPICS_CLASS].arn,
                subscribers={name: (one.protocol, one.endpoint) for name, one in told[urgency].items()},
            ),
            ResourceOptions(provider=aws),
        )
        for urgency in urgencies
    }


def topic_arn(settings: Settings, urgency: Urgency) -> str:
    """Known before the topic exists."""
    return f"arn:aws:sns:{settings.account.region}:{settings.account.id}:{_name(settings, urgency)}"


def _name(settings: Settings, urgency: Urgency) -> str:
    return f"{settings.environment}-{urgency}"
