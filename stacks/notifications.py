"""The topics that people are told by: one that wakes somebody up, one for working hours."""

from collections.abc import Mapping
from typing import Literal

from pulumi import ResourceOptions
from pulumi_aws import Provider

from components.notification_topic import NotificationTopic, NotificationTopicArgs
from stacks.keys import Keys
from stacks.settings import Settings

Urgency = Literal["page", "ticket"]


def deploy_notifications(settings: Settings, aws: Provider, keys: Keys) -> Mapping[Urgency, NotificationTopic]:
    """Topics by urgency, encrypted with the internal key: what they say holds no data of customers."""
    account = settings.account
    told = {"page": settings.notifications.page, "ticket": settings.notifications.ticket}
    urgencies: tuple[Urgency, ...] = ("page", "ticket")
    return {
        urgency: NotificationTopic(
            f"notify-{urgency}",
            NotificationTopicArgs(
                topic_name=f"{settings.environment}-{urgency}",
                account_id=account.id,
                region=account.region,
                key_arn=keys.home["internal"].arn,
                subscribers={name: (one.protocol, one.endpoint) for name, one in told[urgency].items()},
            ),
            ResourceOptions(provider=aws),
        )
        for urgency in urgencies
    }
