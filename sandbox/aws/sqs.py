"""Queues and their policies, through the SQS API."""

from __future__ import annotations

from sandbox.forms import attributes, changed_attributes
from sandbox.model import Call, Property, ResourceType, document, each, flag, keyed, number, text
from sandbox.resource import Resource
from sandbox.tagging import service_tags

_ATTRIBUTES: dict[str, Property] = {  # the defaults are those of the SQS API reference, SetQueueAttributes
    "fifoQueue": flag(default=False, replace=True),  # replaces: provider documentation
    **each(flag, "contentBasedDeduplication", default=False),
    **each(text, "deduplicationScope fifoThroughputLimit", computed=True),
    "delaySeconds": number(default=0),
    "kmsDataKeyReusePeriodSeconds": number(computed=True),
    "kmsMasterKeyId": text(),
    "maxMessageSize": number(computed=True, boto="MaximumMessageSize"),
    "messageRetentionSeconds": number(default=345600, boto="MessageRetentionPeriod"),
    **each(document, "policy redrivePolicy redriveAllowPolicy", computed=True),
    "receiveWaitTimeSeconds": number(default=0, boto="ReceiveMessageWaitTimeSeconds"),
    "sqsManagedSseEnabled": flag(computed=True),
    "visibilityTimeoutSeconds": number(default=30, boto="VisibilityTimeout"),
}


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
QUEUE = ResourceType(
    "aws:sqs/queue:Queue",
    "sqs",
    inputs={
        "name": text(replace=True),
        "namePrefix": text(local=True, replace=True),  # replaces: provider documentation
        **_ATTRIBUTES,
    },
    autoname="name",
    create=(_create_queue,),
    read=(_READ, lambda it: {"name": it.id.rpartition("/")[2], "url": it.id}),
    update=(_set_queue,),
    delete=(keyed("delete_queue", "QueueUrl"),),
    outputs=("url",),
    formats={"arn": "arn:aws:sqs:{region}:{account}:{name}"},
    tags=service_tags("{id}", put="tag_queue", remove="untag_queue", read="list_queue_tags"),
    unique=True,
)


def _policy(token: str, name: str) -> ResourceType:
    """One attribute of a queue as a resource of its own; gone when the attribute is empty."""

    def write(value: str) -> Call:
        attribute = {name[0].upper() + name[1:]: value}
        return Call("set_queue_attributes", args={"QueueUrl": "{queueUrl}", "Attributes": attribute}, send=())

    return ResourceType(
        token,
        "sqs",
        inputs={"queueUrl": text(required=True, replace=True), name: document(required=True)},
        id="{queueUrl}",
        import_id="(?P<queueUrl>.+)",
        create=(write(f"{{{name}}}"),),
        read=(
            Call("get_queue_attributes", args=_ALL, send=(),
                 result=f"Attributes.{name[0].upper() + name[1:]} && Attributes.merge(@, {{queueUrl: '{{id}}'}})"),
        ),
        update=(write(f"{{{name}}}"),),
        delete=(write(""),),
    )  # fmt: skip


QUEUE_POLICY = _policy("aws:sqs/queuePolicy:QueuePolicy", "policy")
REDRIVE_POLICY = _policy("aws:sqs/redrivePolicy:RedrivePolicy", "redrivePolicy")

TYPES = (QUEUE, QUEUE_POLICY, REDRIVE_POLICY)
