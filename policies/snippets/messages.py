"""How queues and topics are made."""

_QUEUE = """\
from components.queue_policy import QueueUsers
from components.work_queue import WorkQueue, WorkQueueArgs

WorkQueue(
    "entries",
    WorkQueueArgs(
        queue_name="prod-entries",
        account_id=account_id,
        region=region,
        key_arn=key.arn,
        data_class="financial",
        users=QueueUsers(senders=(service_role_arn,), receivers=(worker_role_arn,)),
        page_topic_arn=topic.arn,
        ticket_topic_arn=topic.arn,{note}
    ),
)
"""

SNIPPETS = {
    "MSG-01": _QUEUE.format(note=""),
    "MSG-02": """\
from components.notification_topic import NotificationTopic, NotificationTopicArgs

NotificationTopic(
    "page",
    NotificationTopicArgs(
        topic_name="prod-page",
        account_id=account_id,
        region=region,
        key_arn=key.arn,
        subscribers={"duty": ("https", "https://alerts.example/page")},  # https or sqs, never http
    ),
)
""",
    "MSG-03": _QUEUE.format(note="\n        max_receives=5,  # then to the dead-letter queue that comes with it"),
}
