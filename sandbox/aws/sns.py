"""Topics and subscriptions, through the SNS API."""

from __future__ import annotations

import json

from sandbox.forms import attributes, changed_attributes, written
from sandbox.model import Call, ResourceType, fields, keyed
from sandbox.resource import Resource
from sandbox.tagging import service_tags

_SENDERS = {"application": "Application", "firehose": "Firehose", "http": "HTTP", "lambda": "Lambda", "sqs": "SQS"}
_FEEDBACK = " ".join(  # what a topic tells of its deliveries by protocol, which AWS spells in its own way
    f"{ours}{what}@{theirs}{what} {ours}{rate}:int~@{theirs}{rate}" for ours, theirs in _SENDERS.items()
    for what, rate in (("FailureFeedbackRoleArn", "SuccessFeedbackSampleRate"),
                       ("SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate"))
)  # fmt: skip
_ATTRIBUTES = fields(  # fifoTopic replaces: provider documentation
    f"""fifoTopic:bool*=false policy:json~ archivePolicy:json deliveryPolicy:json contentBasedDeduplication:bool=false
    displayName kmsMasterKeyId {_FEEDBACK} fifoThroughputScope~ tracingConfig~ maximumMessageSize:int~
    signatureVersion:int~"""
)


def _create_topic(it: Resource) -> str:
    plain = attributes(it, _ATTRIBUTES)
    if not it.inputs.get("fifoTopic"):  # refused for other topics, even when false
        plain = {key: value for key, value in plain.items() if key not in ("FifoTopic", "ContentBasedDeduplication")}
    return str(it.run_tagged(Call("create_topic", send=("name",), result="TopicArn"), {"Attributes": plain}))


def _set_topic(it: Resource) -> None:
    for name, value in changed_attributes(it, _ATTRIBUTES).items():
        it.call("set_topic_attributes", TopicArn=it.id, AttributeName=name, AttributeValue=value)


TOPIC = ResourceType("aws:sns/topic:Topic", "sns",
    inputs=fields("name* namePrefix*%", **_ATTRIBUTES),  # namePrefix replaces: provider documentation
    autoname="name",
    create=(_create_topic,),
    read=(keyed("get_topic_attributes", "TopicArn", "Attributes"), lambda it: {"name": it.id.rpartition(":")[2]}),
    update=(_set_topic,),
    delete=(keyed("delete_topic", "TopicArn"),),
    outputs=("owner",),
    formats={"arn": "{id}"}, tags=service_tags(),
)  # fmt: skip

_POLICY = {"TopicArn": "{arn}", "AttributeName": "Policy"}
_OWNERS = """GetTopicAttributes SetTopicAttributes AddPermission RemovePermission DeleteTopic Subscribe
    ListSubscriptionsByTopic Publish"""  # what AWS gives a new topic's account, and what it gets back: SNS guide


def _back_to_default(it: Resource) -> None:
    condition = {"StringEquals": {"AWS:SourceOwner": it.session.account}}
    allowed = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Resource": it.id, "Condition": condition}
    statement = {**allowed, "Action": [f"SNS:{name}" for name in _OWNERS.split()]}
    policy = json.dumps({"Version": "2008-10-17", "Statement": [statement]})
    it.call("set_topic_attributes", TopicArn=it.id, AttributeName="Policy", AttributeValue=policy)


TOPIC_POLICY = written("aws:sns/topicPolicy:TopicPolicy", "sns",
    fields("arn!* policy:json!"),
    id="{arn}",
    put=Call("set_topic_attributes", args={**_POLICY, "AttributeValue": "{policy}"}, send=()),
    get=keyed("get_topic_attributes", "TopicArn", "Attributes.merge(@, {arn: TopicArn})"),
    delete=_back_to_default,
    outputs=("owner",),
)  # fmt: skip

_SETTINGS = fields(
    """deliveryPolicy:json filterPolicy:json redrivePolicy:json filterPolicyScope~ rawMessageDelivery:bool=false
    subscriptionRoleArn"""
)


def _subscribe(it: Resource) -> str:
    call = Call("subscribe", send=("topic", "protocol", "endpoint"), result="SubscriptionArn")
    return str(it.run(call, {"Attributes": attributes(it, _SETTINGS), "ReturnSubscriptionArn": True}))


def _set_subscription(it: Resource) -> None:
    for name, value in changed_attributes(it, _SETTINGS).items():
        it.call("set_subscription_attributes", SubscriptionArn=it.id, AttributeName=name, AttributeValue=value)


TOPIC_SUBSCRIPTION = ResourceType("aws:sns/topicSubscription:TopicSubscription", "sns",
    inputs=fields(
        """topic!*@TopicArn protocol!* endpoint!* replayPolicy:json confirmationTimeoutInMinutes:int%=1
        endpointAutoConfirms:bool%=false""",
        **_SETTINGS,
    ),
    create=(_subscribe,),
    read=(keyed("get_subscription_attributes", "SubscriptionArn", "Attributes"),),
    update=(_set_subscription,),
    delete=(keyed("unsubscribe", "SubscriptionArn"),),
    outputs=("pendingConfirmation",),
    formats={"arn": "{id}", "ownerId": "{account}"},
    unverified={"replayPolicy": "moto refuses it, so it is not sent"},
)  # fmt: skip

TYPES = (TOPIC, TOPIC_POLICY, TOPIC_SUBSCRIPTION)
