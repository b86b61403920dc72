"""Queues and topics."""

from platformctl.live.listings.listing import Listing, of
from policies import tokens

MESSAGES = (
    Listing(tokens.QUEUE, "list_queues", "QueueUrls"),
    of(tokens.QUEUE, tokens.QUEUE_POLICY),
    Listing(tokens.TOPIC, "list_topics", "Topics[].TopicArn"),
    of(tokens.TOPIC, tokens.TOPIC_POLICY),
    Listing(
        "aws:sns/topicSubscription:TopicSubscription",
        "list_subscriptions",
        "Subscriptions[?starts_with(SubscriptionArn, 'arn:')].SubscriptionArn",
    ),
)
