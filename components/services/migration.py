"""The migration of a service's databases: a job that runs once for an image, before its first pod."""

from typing import Any, Final

from components.services.definition import DatabaseUse, Migration, Release, ServiceDefinition
from components.services.pods import (
    SCRATCH_MOUNT,
    SECURE_CONTAINER,
    compute,
    database_environment,
    image,
    placement,
    scratch_volume,
    secure_pod,
)
from components.services.surroundings import Surroundings

MIGRATION_SUFFIX: Final = "-migration"  # of its service account
_DIGITS = 12
_RETRIES = 1  # a lock that was not had in time is tried for once more; anything else fails again


def job_name(service: ServiceDefinition, migration: Migration, release: Release) -> str:
    """By the image: the same one is never run twice, another one always is."""
    digits = release.digest.removeprefix("sha256:")[:_DIGITS]
    return f"{service.name}-migrate-{migration.database}-{digits}"


def job_spec(
    service: ServiceDefinition,
    migration: Migration,
    release: Release,
    around: Surroundings,
    labels: dict[str, str],
) -> dict[str, Any]:
    """`spec` of the Job. It is not removed when it is done: it says that this image's migration ran."""
    return {
        "backoffLimit": _RETRIES,
        "activeDeadlineSeconds": migration.timeout_s,
        "completions": 1,
        "parallelism": 1,
        "template": {
            "metadata": {"labels": labels},
            "spec": {
                **secure_pod(f"{service.name}{MIGRATION_SUFFIX}"),
                **placement(service, around),
                "restartPolicy": "Never",
                "containers": [
                    {
                        "name": "migrate",
                        "image": image(service, release, around),
                        "command": list(migration.command),
                        "env": _environment(service, migration, around),
                        "resources": compute(service),
                        "securityContext": SECURE_CONTAINER,
                        "volumeMounts": [SCRATCH_MOUNT],
                    }
                ],
                "volumes": [scratch_volume(service.resources.scratch_mib)],
            },
        },
    }


def _environment(service: ServiceDefinition, migration: Migration, around: Surroundings) -> list[dict[str, Any]]:
    """The timeouts hold for every connection that libpq opens (PostgreSQL docs, "libpq environment variables"), beside
    those of the database user.
    """
    timeouts = {
        "lock_timeout": migration.lock_timeout_ms,
        "statement_timeout": migration.statement_timeout_ms,
    }
    used = DatabaseUse(migration.database, 1)
    values = {
        "SERVICE": service.name,
        "ENVIRONMENT": around.environment,
        "AWS_REGION": around.region,
        **database_environment(used, service.migration_user, around),
        "PGOPTIONS": " ".join(f"-c {name}={value}ms" for name, value in timeouts.items()),
    }
    return [{"name": name, "value": value} for name, value in values.items()]
