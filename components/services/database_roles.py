"""The logins of services in a database: each its own, so that the audit log says which service did what."""

from collections.abc import Iterable, Iterator

from components.databases.roles import RoleDefaults
from components.services.definition import ServiceDefinition

# As the role `service`, which these take the place of: what a customer waits for gives up before the customer does.
_LOCK_TIMEOUT_MS, _STATEMENT_TIMEOUT_MS = 5_000, 30_000


def roles_in(database: str, services: Iterable[ServiceDefinition]) -> tuple[RoleDefaults, ...]:
    """The role of every service that uses the database, and of those that migrate it."""
    return tuple(role for service in services for role in _of(service, database))


def _of(service: ServiceDefinition, database: str) -> Iterator[RoleDefaults]:
    if any(used.name == database for used in service.databases):
        yield RoleDefaults(
            role=service.database_user,
            lock_timeout_ms=_LOCK_TIMEOUT_MS,
            statement_timeout_ms=_STATEMENT_TIMEOUT_MS,
        )
    for migration in service.migrations:
        if migration.database == database:
            yield RoleDefaults(
                role=service.migration_user,
                lock_timeout_ms=migration.lock_timeout_ms,
                statement_timeout_ms=migration.statement_timeout_ms,
                logs_text=True,  # its statements are reviewed code
            )
