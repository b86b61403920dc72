"""Who is told when something happens."""

from typing import Annotated, Literal

from pydantic import Field

from stacks.reading import Check, Found
from stacks.sections.fields import Name, Strict


class Subscriber(Strict):
    protocol: Literal["email", "https", "sqs"]
    endpoint: Annotated[str, Field(min_length=3)]
    """An address, a URL that begins with https://, or the ARN of a queue."""


class Notifications(Strict):
    page: Annotated[dict[Name, Subscriber], Field(min_length=1)]
    """Who is woken up, by name."""
    ticket: Annotated[dict[Name, Subscriber], Field(min_length=1)]
    """Who sees to it in working hours, by name."""


_BEGINNINGS = {"https": ("https://",), "sqs": ("arn:aws:sqs:",), "email": ()}


def _endpoints(page: dict[str, Subscriber], ticket: dict[str, Subscriber]) -> Found:
    for urgency, subscribers in (("page", page), ("ticket", ticket)):
        for name, subscriber in subscribers.items():
            begins = _BEGINNINGS[subscriber.protocol]
            fits = subscriber.endpoint.startswith(begins) if begins else "@" in subscriber.endpoint
            if not fits:
                allowed = f"what begins with {begins[0]}" if begins else "an e-mail address"
                key = f"notifications.{urgency}.{name}.endpoint"
                yield key, subscriber.endpoint, allowed, f"correct it, or the protocol ({subscriber.protocol})"


CHECKS: tuple[Check, ...] = ((("notifications.page", "notifications.ticket"), _endpoints),)
