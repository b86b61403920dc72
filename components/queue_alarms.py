"""What is watched of a queue and its dead letters: work that waits too long, and work that was given up.

A queue that nothing touches for six hours tells CloudWatch nothing, and has nothing lying in it: no data is no fault.
Source: SQS developer guide, "Available CloudWatch metrics for Amazon SQS".
"""

from collections.abc import Iterator
from typing import Literal

from components.alarms import Alarm

Urgency = Literal["page", "ticket"]
_AGE, _WAITING = "ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"
_EXPIRING_S = 10 * 24 * 3600  # four days before SQS deletes them


def watches(
    queue_name: str, dead_letter_name: str, oldest_s: int, dead_letter_urgency: Urgency
) -> Iterator[tuple[Urgency, list[Alarm]]]:
    """The alarms of a queue by whom they tell; names are those in AWS."""
    text = f"The oldest message of {queue_name} waits for more than {oldest_s} s: are its workers running and healthy?"
    yield "page", [_above("oldest", text, queue_name, _AGE, oldest_s)]
    text = f"Messages of {queue_name} could not be processed: read why in the workers' logs, mend it, move them back."
    yield dead_letter_urgency, [_above("dead-letters", text, dead_letter_name, _WAITING, 0, periods=1)]
    text = f"Dead letters of {queue_name} are deleted within four days: move them back, or keep what they say."
    yield "page", [_above("dead-letters-expiring", text, dead_letter_name, _AGE, _EXPIRING_S)]


def _above(name: str, text: str, queue: str, metric: str, most: float, periods: int = 3) -> Alarm:
    return Alarm(
        name=name,
        description=text,
        namespace="AWS/SQS",
        metric=metric,
        dimensions={"QueueName": queue},
        threshold=most,
        period_s=60,
        periods=periods,
        missing="notBreaching",
    )
