"""Queues and their policies, through the SQS API."""

from __future__ import annotations

from sandbox.forms import attributes, changed_attributes, written
from sandbox.model import Call, ResourceType, fields, keyed
from sandbox.resource import Resource
from sandbox.tagging import service_tags

_ATTRIBUTES = fields(  # defaults: SQS API reference, SetQueueAttributes; fifoQueue replaces: provider documentation
    """fifoQueue:bool*=false contentBasedDeduplication:bool=false deduplicationScope~ fifoThroughputLimit~
    delaySeconds:int=0 kmsDataKeyReusePeriodSeconds:int~ kmsMasterKeyId maxMessageSize:int~@MaximumMessageSize
    messageRetentionSeconds:int@MessageRetentionPeriod=345600 policy:json~ redrivePolicy:json~ redriveAllowPolicy:json~
    receiveWaitTimeSeconds:int@ReceiveMessageWaitTimeSeconds=0 sqsManagedSseEnabled:bool~
    visibilityTimeoutSeconds:int@VisibilityTimeout=30"""
)


def _create_queue(it: Resource) -> str:
    plain = attributes(it, _ATTRIBUTES)
    if not it.inputs.get("fifoQueue"):  # refused for other queues, even when false
        plain = {key: value for key, value in plain.items() if key not in ("FifoQueue", "ContentBasedDeduplication")}
    call = Call("create_queue", args={"QueueName": "{name}"}, send=(), result="QueueUrl")
    return str(it.run_tagged(call, {"Attributes": plain}))


def _set_queue(it: Resource) -> None:
    if changed := changed_attributes(it, _ATTRIBUTES):
        it.call("set_queue_attributes", QueueUrl=it.id, Attributes=changed)


_ALL = {"QueueUrl": "{id}", "AttributeNames": ["All"]}
_READ = Call("get_queue_attributes", args=_ALL, send=(), result="Attributes")
QUEUE = ResourceType("aws:sqs/queue:Queue", "sqs",
    inputs=fields("name* namePrefix*%", **_ATTRIBUTES),  # namePrefix replaces: provider documentation
    autoname="name",
    create=(_create_queue,),
    read=(_READ, lambda it: {"name": it.id.rpartition("/")[2], "url": it.id}),
    update=(_set_queue,),
    delete=(keyed("delete_queue", "QueueUrl"),),
    outputs=("url",),
    formats={"arn": "arn:aws:sqs:{region}:{account}:{name}"},
    tags=service_tags("{id}", put="tag_queue", remove="untag_queue", read="list_queue_tags"),
)  # fmt: skip


def _policy(token: str, name: str) -> ResourceType:
    """One attribute of a queue as a resource of its own; gone when the attribute is empty."""

    there = name[0].upper() + name[1:]

    def write(value: str) -> Call:
        return Call("set_queue_attributes", args={"QueueUrl": "{queueUrl}", "Attributes": {there: value}}, send=())

    return written(
        token,
        "sqs",
        fields(f"queueUrl!* {name}:json!"),
        id="{queueUrl}",
        put=write(f"{{{name}}}"),
        get=Call("get_queue_attributes", args=_ALL, send=(),
                 result=f"Attributes.{there} && Attributes.merge(@, {{queueUrl: '{{id}}'}})"),
        delete=write(""),
    )  # fmt: skip


QUEUE_POLICY = _policy("aws:sqs/queuePolicy:QueuePolicy", "policy")
REDRIVE_POLICY = _policy("aws:sqs/redrivePolicy:RedrivePolicy", "redrivePolicy")

TYPES = (QUEUE, QUEUE_POLICY, REDRIVE_POLICY)
