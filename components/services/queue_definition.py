"""What an engineer writes to have a queue; who sends and receives follows from the services. Loads no SDK."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from components.services.definition import ServiceDefinition
from components.tags import DataClass


@dataclass(frozen=True, kw_only=True)
class QueueDefinition:
    """As components.WorkQueue's arguments, in which the rest is explained. in_order: a FIFO queue."""

    name: str
    data_class: DataClass
    in_order: bool = False
    visibility_timeout_s: int = 60
    oldest_s: int = 900
    dead_letter_urgency: Literal["page", "ticket"] = "ticket"


def queue_problems(
    queues: Iterable[QueueDefinition], services: Iterable[ServiceDefinition]
) -> Iterator[tuple[str, str, str]]:
    """(queue, what is wrong, what to do) of queues that nobody sends to, or takes from."""
    services = tuple(services)
    for queue in queues:
        for verb, lacking in (("sends", "sends to it"), ("consumes", "consumes it")):
            if not any(queue.name in getattr(service, verb) for service in services):
                yield queue.name, f"no service {lacking}", f"add it to `{verb}` of a service, or remove the queue"
