"""Who can do what in the account: the boundaries, the pipeline's roles and those of people."""

from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import ResourceOptions
from pulumi_aws import Provider

from components.access_roles import AccessRoles, AccessRolesArgs
from components.ci_identity import CiIdentity, CiIdentityArgs
from components.identity.break_glass import BreakGlass
from components.permission_boundary import PermissionBoundary, PermissionBoundaryArgs
from stacks.foundation.settings import Settings


@dataclass(frozen=True)
class Identity:
    boundary: PermissionBoundary
    ci: CiIdentity
    access: AccessRoles


def deploy_identity(settings: Settings, aws: Provider, regions: Sequence[str]) -> Identity:
    """Boundaries first: every role is made inside one."""
    account, people, pipeline = settings.account, settings.people, settings.pipeline
    given = ResourceOptions(provider=aws)
    boundary = PermissionBoundary(
        "boundary",
        PermissionBoundaryArgs(account_id=account.id, organisation=account.organisation, regions=regions),
        given,
    )
    ci = CiIdentity(
        "ci",
        CiIdentityArgs(
            account_id=account.id,
            region=account.region,
            organisation=account.organisation,
            environment=settings.environment,
            repository=pipeline.repository,
            repository_id=pipeline.repository_id,
            branch=pipeline.branch,
            platform_boundary_arn=boundary.platform_arn,
            pipeline_boundary_arn=boundary.pipeline_arn,
        ),
        given,
    )
    access = AccessRoles(
        "access",
        AccessRolesArgs(
            account_id=account.id,
            region=account.region,
            organisation=account.organisation,
            organisation_id=account.organisation_id,
            environment=settings.environment,
            identity_account_id=people.identity_account_id,
            break_glass=BreakGlass(**people.break_glass.model_dump()),
            platform_boundary_arn=boundary.platform_arn,
            pipeline_boundary_arn=boundary.pipeline_arn,
        ),
        given,
    )
    return Identity(boundary, ci, access)
