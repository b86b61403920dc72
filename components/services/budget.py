"""How many connections services open on a database together, before one of them gets none.

Two versions run side by side during a release, each at full scale: twice the pool of a pod times the most pods, summed
over the services, stays below what the database takes. What is left is for migrations, people and RDS itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from components.services.definition import ServiceDefinition

VERSIONS_AT_ONCE = 2
# superuser_reserved_connections (3) and those of rdsadmin, which RDS needs to watch the database: PostgreSQL docs,
# "Connections and Authentication"; and one migration and an engineer at a time.
RESERVED = 10


@dataclass(frozen=True)
class Overdrawn:
    """A database whose services may want more connections than it takes; `wanted` by service."""

    database: str
    wanted: Mapping[str, int]
    most: int

    @property
    def total(self) -> int:
        return sum(self.wanted.values())


def wanted(services: Iterable[ServiceDefinition], most_pods: Mapping[str, int], database: str) -> dict[str, int]:
    """The most connections of each service on the database; `most_pods`: of one version, by service."""
    return {
        service.name: VERSIONS_AT_ONCE * used.pool * most_pods[service.name]
        for service in services
        for used in service.databases
        if used.name == database
    }


def overdrawn(
    services: Iterable[ServiceDefinition], most_pods: Mapping[str, int], limits: Mapping[str, int]
) -> list[Overdrawn]:
    """The databases that are promised to too many; `limits`: max_connections by database."""
    services = tuple(services)
    found = [Overdrawn(name, wanted(services, most_pods, name), most - RESERVED) for name, most in limits.items()]
    return [one for one in found if one.total >= one.most]
