"""What a service's role may do, from its declared dependencies alone, and who may take it."""

from collections.abc import Iterator, Mapping
from typing import Any

from components.account_names import platform_role_arn
from components.key_permissions import key_use
from components.pod_identity import pod_trust
from components.policy_document import Statement
from components.services.definition import ServiceDefinition
from components.services.surroundings import Surroundings
from components.tags import DataClass

# SQS developer guide, "Amazon SQS API permissions"; GetQueueUrl is not needed: services are told URLs.
_SENDS = ("sqs:SendMessage",)
_CONSUMES = ("sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")


def role_name(service: ServiceDefinition, around: Surroundings) -> str:
    """That of ServiceSecret's reader."""
    return f"{around.environment}-{service.name}"


def role_arn(service: ServiceDefinition, around: Surroundings) -> str:
    return platform_role_arn(around.account_id, role_name(service, around))


def migration_role_name(service: ServiceDefinition, around: Surroundings) -> str:
    return f"{role_name(service, around)}-migration"


def trust(around: Surroundings, namespace: str, service_account: str) -> Statement:
    """One service account of one namespace of our cluster."""
    return pod_trust(
        "PodsOfTheService",
        account_id=around.account_id,
        cluster_arn=f"arn:aws:eks:{around.region}:{around.account_id}:cluster/{around.cluster_name}",
        namespace=namespace,
        service_account=service_account,
    )


def reader_trust(around: Surroundings) -> Statement:
    """External Secrets reads a service's credentials as the service, so that each secret has one reader. It passes on
    the tags of its own session (EKS user guide, "Grant Pods access to AWS resources based on tags").
    """
    actions = ("sts:AssumeRole", "sts:TagSession")
    return Statement(sid="ExternalSecretsReads", actions=actions, principals={"AWS": around.reader_role_arn})


def service_permissions(service: ServiceDefinition, around: Surroundings) -> tuple[Statement, ...]:
    """A statement for each kind of dependency; a service without any has none."""
    return (
        *_connecting(around, service.database_user, bool(service.databases)),
        *_using(around, "SendToQueues", _SENDS, service.sends),
        *_using(around, "ConsumeQueues", _CONSUMES, service.consumes),
        *_reading(service, around),
        *_keys(service, around),
    )


def migration_permissions(service: ServiceDefinition, around: Surroundings) -> tuple[Statement, ...]:
    """To connect as the service's migration user, and nothing else."""
    return tuple(_connecting(around, service.migration_user, bool(service.migrations)))


def _connecting(around: Surroundings, user: str, used: bool) -> Iterator[Statement]:
    """RDS user guide, "Creating and using an IAM policy for IAM database access"."""
    if used:
        yield Statement(
            sid="ConnectToDatabases",
            actions=("rds-db:connect",),
            resources=(f"arn:aws:rds-db:{around.region}:{around.account_id}:dbuser:*/{user}",),
            why="a database has an id once it exists; the user is in those alone that the service declares",
        )


def _using(around: Surroundings, sid: str, actions: tuple[str, ...], names: tuple[str, ...]) -> Iterator[Statement]:
    if names:
        yield Statement(sid=sid, actions=actions, resources=tuple(around.queues[name].arn for name in names))


def _reading(service: ServiceDefinition, around: Surroundings) -> Iterator[Statement]:
    """Secrets Manager adds six characters to a secret's ARN (user guide, "IAM policy examples"), hence the `?`s."""
    if service.secrets:
        place = f"arn:aws:secretsmanager:{around.region}:{around.account_id}:secret"
        yield Statement(
            sid="ReadCredentials",
            actions=("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"),
            resources=tuple(f"{place}:{around.secrets[name].secret_name}-??????" for name in service.secrets),
            why="each ? is one of the six characters that Secrets Manager adds to the secret's name",
        )


def _keys(service: ServiceDefinition, around: Surroundings) -> Iterator[Statement]:
    """Who sends to an encrypted queue needs both actions, who receives or reads a secret the first (SQS developer
    guide, "Configuring KMS permissions for Amazon SQS").
    """
    uses: tuple[tuple[str, str, Any, tuple[str, ...]], ...] = (
        ("Send", "sqs", _classes(around.queues, service.sends), ("kms:Decrypt", "kms:GenerateDataKey")),
        ("Consume", "sqs", _classes(around.queues, service.consumes), ("kms:Decrypt",)),
        ("Read", "secretsmanager", _classes(around.secrets, service.secrets), ("kms:Decrypt",)),
    )
    for verb, via, classes, actions in uses:
        for data_class in classes:
            yield key_use(
                f"{verb}With{data_class.capitalize()}Key",
                account_id=around.account_id,
                region=around.region,
                alias=f"{around.environment}-{data_class}",
                actions=actions,
                via=via,
            )


def _classes(there: Mapping[str, Any], names: tuple[str, ...]) -> list[DataClass]:
    return sorted({there[name].data_class for name in names})
