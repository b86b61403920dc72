"""Topics and subscriptions, through the SNS API."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sandbox.forms import attributes, changed_attributes
from sandbox.model import Call, Property, ResourceType, document, each, flag, keyed, number, text
from sandbox.resource import Resource
from sandbox.tagging import service_tags

_SENDERS = {"application": "Application", "firehose": "Firehose", "http": "HTTP", "lambda": "Lambda", "sqs": "SQS"}


def _feedback(make: Callable[..., Property], *names: str, **options: Any) -> dict[str, Property]:
    """What a topic tells of its deliveries by protocol, whose name AWS does not write like the program."""
    return {f"{ours}{name}": make(boto=f"{theirs}{name}", **options) for ours, theirs in _SENDERS.items()
            for name in names}  # fmt: skip


_ATTRIBUTES: dict[str, Property] = {
    "fifoTopic": flag(default=False, replace=True),  # replaces: provider documentation
    "policy": document(computed=True),
    **each(document, "archivePolicy deliveryPolicy"),
    "contentBasedDeduplication": flag(default=False),
    **each(text, "displayName kmsMasterKeyId"),
    **_feedback(text, "FailureFeedbackRoleArn", "SuccessFeedbackRoleArn"),
    **_feedback(number, "SuccessFeedbackSampleRate", computed=True),
    **each(text, "fifoThroughputScope tracingConfig", computed=True),
    **each(number, "maximumMessageSize signatureVersion", computed=True),
}


def _create_topic(it: Resource) -> str:
    plain = attributes(it, _ATTRIBUTES)
    if not it.inputs.get("fifoTopic"):  # refused for other topics, even when false
        plain = {key: value for key, value in plain.items() if key not in ("FifoTopic", "ContentBasedDeduplication")}
    return str(it.run_tagged(Call("create_topic", send=("name",), result="TopicArn"), {"Attributes": plain}))


def _set_topic(it: Resource) -> None:
    for name, value in changed_attributes(it, _ATTRIBUTES).items():
        it.call("set_topic_attributes", TopicArn=it.id, AttributeName=name, AttributeValue=value)


TOPIC = ResourceType(
    "aws:sns/topic:Topic",
    "sns",
    inputs={
        "name": text(replace=True),
        "namePrefix": text(local=True, replace=True),  # replaces: provider documentation
        **_ATTRIBUTES,
    },
    autoname="name",
    create=(_create_topic,),
    read=(keyed("get_topic_attributes", "TopicArn", "Attributes"), lambda it: {"name": it.id.rpartition(":")[2]}),
    update=(_set_topic,),
    delete=(keyed("delete_topic", "TopicArn"),),
    outputs=("owner",),
    formats={"arn": "{id}"},
    tags=service_tags("{id}"),
    unique=True,
)

_POLICY = {"TopicArn": "{arn}", "AttributeName": "Policy"}
_PUT_POLICY = Call("set_topic_attributes", args={**_POLICY, "AttributeValue": "{policy}"}, send=())
_OWNERS = {  # what AWS gives a new topic, and what it gets back: SNS developer guide
    "Effect": "Allow",
    "Principal": {"AWS": "*"},
    "Action": ["SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:AddPermission", "SNS:RemovePermission",
               "SNS:DeleteTopic", "SNS:Subscribe", "SNS:ListSubscriptionsByTopic", "SNS:Publish"],
}  # fmt: skip


def _back_to_default(it: Resource) -> None:
    owner = {"StringEquals": {"AWS:SourceOwner": it.session.account}}
    policy = {"Version": "2008-10-17", "Statement": [{**_OWNERS, "Resource": it.id, "Condition": owner}]}
    it.call("set_topic_attributes", TopicArn=it.id, AttributeName="Policy", AttributeValue=json.dumps(policy))


TOPIC_POLICY = ResourceType(
    "aws:sns/topicPolicy:TopicPolicy",
    "sns",
    inputs={"arn": text(required=True, replace=True), "policy": document(required=True)},
    id="{arn}",
    create=(_PUT_POLICY,),
    read=(keyed("get_topic_attributes", "TopicArn", "Attributes.merge(@, {arn: TopicArn})"),),
    update=(_PUT_POLICY,),
    delete=(_back_to_default,),
    outputs=("owner",),
)

_SETTINGS: dict[str, Property] = {
    **each(document, "deliveryPolicy filterPolicy redrivePolicy"),
    "filterPolicyScope": text(computed=True),
    "rawMessageDelivery": flag(default=False),
    "subscriptionRoleArn": text(),
}


def _subscribe(it: Resource) -> str:
    call = Call("subscribe", send=("topic", "protocol", "endpoint"), result="SubscriptionArn")
    return str(it.run(call, {"Attributes": attributes(it, _SETTINGS), "ReturnSubscriptionArn": True}))


def _set_subscription(it: Resource) -> None:
    for name, value in changed_attributes(it, _SETTINGS).items():
        it.call("set_subscription_attributes", SubscriptionArn=it.id, AttributeName=name, AttributeValue=value)


TOPIC_SUBSCRIPTION = ResourceType(
    "aws:sns/topicSubscription:TopicSubscription",
    "sns",
    inputs={
        "topic": text(required=True, replace=True, boto="TopicArn"),
        **each(text, "protocol endpoint", required=True, replace=True),
        **_SETTINGS,
        "replayPolicy": document(),
        "confirmationTimeoutInMinutes": number(default=1, local=True),
        "endpointAutoConfirms": flag(default=False, local=True),
    },
    create=(_subscribe,),
    read=(keyed("get_subscription_attributes", "SubscriptionArn", "Attributes"),),
    update=(_set_subscription,),
    delete=(keyed("unsubscribe", "SubscriptionArn"),),
    outputs=("pendingConfirmation",),
    formats={"arn": "{id}", "ownerId": "{account}"},
    unverified={"replayPolicy": "moto refuses it, so it is not sent"},
)

TYPES = (TOPIC, TOPIC_POLICY, TOPIC_SUBSCRIPTION)
