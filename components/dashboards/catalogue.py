"""All dashboards of an environment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from components.alarms import Alarm
from components.dashboards.audit import audit
from components.dashboards.canary import canary
from components.dashboards.cluster import cluster
from components.dashboards.database import database
from components.dashboards.model import Dashboard
from components.dashboards.money import money
from components.dashboards.overview import overview
from components.dashboards.service import service


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What there is to look at. `databases`, `queues`: their alarms by name, whose limits are drawn. `low`: share of
    an error budget from which on little is left.
    """

    services: tuple[str, ...]
    databases: Mapping[str, Sequence[Alarm]]
    queues: Mapping[str, Sequence[Alarm]]
    low: float


def dashboards(watched: Watched) -> tuple[Dashboard, ...]:
    return (
        overview(watched.low),
        service(watched.services, watched.low),
        canary(watched.services, watched.low),
        database(watched.databases, watched.low),
        cluster(),
        audit(watched.low),
        money(watched.queues),
    )
