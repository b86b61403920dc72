"""Who a service's pods are: a service account without a token, and the AWS role that is theirs alone."""

from dataclasses import dataclass

from pulumi import Input, Resource, ResourceOptions
from pulumi_aws import eks

from components.policy_document import Statement
from components.service_role import ServiceRole, ServiceRoleArgs
from components.services.definition import ServiceDefinition
from components.services.migration import MIGRATION_SUFFIX
from components.services.permissions import (
    migration_permissions,
    migration_role_name,
    reader_trust,
    role_name,
    service_permissions,
    trust,
)
from components.services.surroundings import Surroundings
from components.tags import tagged


@dataclass(frozen=True, kw_only=True)
class Account:
    """A service account and what its pods may do in AWS; without permissions they have no role there.

    suffix: what its name has after that of the service."""

    name: str
    suffix: str
    role_name: str
    description: str
    trust: tuple[Statement, ...]
    permissions: tuple[Statement, ...]


def accounts(service: ServiceDefinition, around: Surroundings) -> tuple[Account, ...]:
    """That of the service, that of its migrations and that of its preflight, where it has any."""
    own = Account(
        name=service.name,
        suffix="",
        role_name=role_name(service, around),
        description=f"What the service {service.name} may do",
        trust=(
            trust(around, service.namespace, service.name),
            *([reader_trust(around)] if service.secrets else []),
        ),
        permissions=service_permissions(service, around),
    )
    return own, *_migration(service, around), *_preflight(service)


def _migration(service: ServiceDefinition, around: Surroundings) -> tuple[Account, ...]:
    if not service.migrations:
        return ()
    name = f"{service.name}{MIGRATION_SUFFIX}"
    own = Account(
        name=name,
        suffix=MIGRATION_SUFFIX,
        role_name=migration_role_name(service, around),
        description=f"What migrations of the databases of {service.name} may do",
        trust=(trust(around, service.namespace, name),),
        permissions=migration_permissions(service, around),
    )
    return (own,)


def _preflight(service: ServiceDefinition) -> tuple[Account, ...]:
    """It asks the service as a customer would, and so may do nothing in AWS."""
    if (name := service.preflight_account) is None:
        return ()
    return (Account(name=name, suffix="-preflight", role_name="", description="", trust=(), permissions=()),)


def make_role(
    own: str, account: Account, around: Surroundings, namespace: Input[str], child: ResourceOptions
) -> list[Resource]:
    """The role and its tie to the service account, which pods must find when they start, or they start without."""
    if not account.permissions:
        return []
    args = ServiceRoleArgs(
        role_name=account.role_name,
        account_id=around.account_id,
        description=account.description,
        trust=account.trust,
        permissions=account.permissions,
    )
    role = ServiceRole(own, args, child)
    association = eks.PodIdentityAssociation(
        own,
        cluster_name=around.cluster_name,
        namespace=namespace,
        service_account=account.name,
        role_arn=role.arn,
        tags=tagged(own),
        opts=child,
    )
    return [role, association]
