"""A work queue whose undeliverable messages move to a dead-letter queue; both tell when work is left lying."""

import json
import re
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import sqs

from components.alarms import raise_alarms
from components.policy_document import Statement, policy_json
from components.queue_alarms import Urgency, watches
from components.queue_policy import QueueUsers, dead_letter_policy, work_policy
from components.tags import DataClass, classified, tagged

DEAD_LETTER_DAYS = 14  # the longest that SQS keeps a message: SQS API reference, MessageRetentionPeriod
_DAY_S = 24 * 3600
_LONG_POLL_S = 20  # the longest: SQS developer guide, "Amazon SQS short and long polling"
_MOST_LETTERS = 80  # of a name, its ending .fifo included: SQS API reference, CreateQueue
_MOST_VISIBILITY_S = 43_200  # twelve hours: SQS API reference, VisibilityTimeout
_MOST_RECEIVES = 1000  # SQS API reference, maxReceiveCount


@dataclass(frozen=True, kw_only=True)
class WorkQueueArgs:
    """A queue, who uses it and who is told.

    queue_name: without `.fifo`; unique in the account and region. users: roles, made before or after. fifo: messages
    of one group in order, each once; the sender gives the deduplication id. visibility_timeout_s: the longest that a
    worker may hold one message. retention_days: how long work may wait; shorter than that of dead letters, whose age
    counts from when they were sent. max_receives: deliveries before a message is a dead letter. oldest_s: how long the
    oldest message may wait before somebody is woken. dead_letter_urgency: `page` where a lost message is lost money.
    """

    queue_name: str
    account_id: str
    region: str
    key_arn: Input[str]
    data_class: DataClass
    users: QueueUsers
    page_topic_arn: Input[str]
    ticket_topic_arn: Input[str]
    fifo: bool = False
    visibility_timeout_s: int = 30
    retention_days: int = 4
    max_receives: int = 5
    oldest_s: int = 900
    dead_letter_urgency: Urgency = "ticket"
    protect: bool = True

    def __post_init__(self) -> None:
        name = self.queue_name
        most = _MOST_LETTERS - len(self.name_of("dead"))
        if not re.fullmatch(r"[A-Za-z0-9_-]+", name) or most < 0:
            longest = len(name) + most
            raise ValueError(f"queue_name must be 1 to {longest} of a-z A-Z 0-9 _ -, without .fifo, got {name!r}")
        for arn in self.users.everyone:
            if not re.fullmatch(rf"arn:aws:iam::{self.account_id}:role/[\w+=,.@/-]+", arn):
                raise ValueError(f"users of {name} must be roles of {self.account_id}, got {arn!r}: name one of them")
        for key, least, most in (
            ("visibility_timeout_s", 1, _MOST_VISIBILITY_S),  # 0 would give one message to every worker at once
            ("retention_days", 1, DEAD_LETTER_DAYS - 1),
            ("max_receives", 1, _MOST_RECEIVES),
            ("oldest_s", 60, self.retention_days * _DAY_S),
        ):
            if not least <= (value := getattr(self, key)) <= most:
                raise ValueError(f"{key} of {name} must be {least} to {most}, got {value}: correct it")

    def name_of(self, role: str = "") -> str:
        """The name of the queue, or of its companion `dead`, in AWS."""
        return name_in_aws(self.queue_name, fifo=self.fifo, role=role)

    def arn_of(self, role: str = "") -> str:
        return f"arn:aws:sqs:{self.region}:{self.account_id}:{self.name_of(role)}"

    @property
    def url(self) -> str:
        """Where services reach it."""
        return f"https://sqs.{self.region}.amazonaws.com/{self.account_id}/{self.name_of()}"


def name_in_aws(queue_name: str, *, fifo: bool, role: str = "") -> str:
    """Of a queue, or of its companion `dead`."""
    return f"{queue_name}{f'-{role}' if role else ''}{'.fifo' if fifo else ''}"


class WorkQueue(ComponentResource):
    """Two encrypted SQS queues: the work, and what workers could not process. ARN and URL are known in previews;
    whoever uses them waits for the policies.
    """

    arn: Output[str]
    url: Output[str]
    dead_letter_arn: Output[str]

    def __init__(self, name: str, args: WorkQueueArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:messaging:WorkQueue", name, {}, opts)
        child = ResourceOptions(parent=self)
        redrive = {"deadLetterTargetArn": args.arn_of("dead"), "maxReceiveCount": args.max_receives}
        allowed = {"redrivePermission": "byQueue", "sourceQueueArns": [args.arn_of()]}
        dead = _queue(f"{name}-dead", args, "dead", self, allow=json.dumps(allowed))
        work = _queue(name, args, "", self, redrive=json.dumps(redrive), after=dead)
        open_to = [
            _policy(f"{name}-dead", dead, dead_letter_policy(args.arn_of("dead"), args.account_id, args.users), child),
            _policy(name, work, work_policy(args.arn_of(), args.account_id, args.users), child),
        ]
        topics = {"page": args.page_topic_arn, "ticket": args.ticket_topic_arn}
        for urgency, alarms in watches(args.name_of(), args.name_of("dead"), args.oldest_s, args.dead_letter_urgency):
            raise_alarms(name, alarms, topics[urgency], child)
        ready = Output.all(work.name, dead.name, *(policy.policy for policy in open_to))
        self.arn = ready.apply(lambda _: args.arn_of())
        self.url = ready.apply(lambda _: args.url)
        self.dead_letter_arn = ready.apply(lambda _: args.arn_of("dead"))
        self.register_outputs({"arn": self.arn, "url": self.url, "dead_letter_arn": self.dead_letter_arn})


def _queue(
    name: str,
    args: WorkQueueArgs,
    role: str,
    parent: ComponentResource,
    *,
    redrive: str | None = None,
    allow: str | None = None,
    after: sqs.Queue | None = None,
) -> sqs.Queue:
    """SQS refuses a redrive policy whose dead-letter queue is not there yet, hence `after`."""
    days = DEAD_LETTER_DAYS if role else args.retention_days
    return sqs.Queue(
        name,
        name=args.name_of(role),
        kms_master_key_id=args.key_arn,
        message_retention_seconds=days * _DAY_S,
        receive_wait_time_seconds=_LONG_POLL_S,
        visibility_timeout_seconds=args.visibility_timeout_s,
        redrive_policy=redrive,
        redrive_allow_policy=allow,
        fifo_queue=True if args.fifo else None,
        deduplication_scope="messageGroup" if args.fifo else None,
        fifo_throughput_limit="perMessageGroupId" if args.fifo else None,
        tags=tagged(name, classified(args.data_class, None)),
        opts=ResourceOptions(parent=parent, protect=args.protect, depends_on=after),
    )


def _policy(name: str, queue: sqs.Queue, statements: tuple[Statement, ...], child: ResourceOptions) -> sqs.QueuePolicy:
    return sqs.QueuePolicy(name, queue_url=queue.url, policy=policy_json(*statements), opts=child)
