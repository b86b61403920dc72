"""A role of an AWS service that works for us, inside the permission boundary."""

import re
from dataclasses import dataclass

from pulumi import ComponentResource, Output, ResourceOptions
from pulumi_aws import iam

from components.account_names import PLATFORM_PATH, RolePath, boundary_arn, role_arn
from components.policy_document import Statement, policy_json
from components.tags import tagged


@dataclass(frozen=True, kw_only=True)
class ServiceRoleArgs:
    """Who takes the role (`trust`) and what it may do: statements of our own, and AWS's managed policies by ARN.

    `path`: below that of the foundation, the pipeline can neither change the role nor remove it.
    """

    role_name: str  # unique in the account: begin it with the environment
    account_id: str
    description: str
    trust: tuple[Statement, ...]
    permissions: tuple[Statement, ...] = ()
    managed_policies: tuple[str, ...] = ()
    path: RolePath = PLATFORM_PATH

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[\w+=,.@-]{1,64}", self.role_name):
            raise ValueError(f"role_name must be 1 to 64 of a-z A-Z 0-9 _ + = , . @ -, got {self.role_name!r}")
        if not self.trust:
            raise ValueError(f"trust of {self.role_name} must say who may take the role, got nothing")
        if not self.permissions and not self.managed_policies:
            raise ValueError(f"{self.role_name} needs permissions or managed_policies: a role for nothing is none")


class ServiceRole(ComponentResource):
    """The role with its boundary. Its ARN is known in previews; whoever uses it waits until it can do its work."""

    arn: Output[str]

    def __init__(self, name: str, args: ServiceRoleArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:identity:ServiceRole", name, {}, opts)
        child = ResourceOptions(parent=self)
        role = iam.Role(
            name,
            name=args.role_name,
            path=args.path,
            description=args.description,
            assume_role_policy=policy_json(*args.trust),
            permissions_boundary=boundary_arn(args.account_id),
            tags=tagged(name),
            opts=child,
        )
        granted: list[Output[str]] = []
        if args.permissions:
            own = iam.RolePolicy(
                name, name=args.role_name, role=role.name, policy=policy_json(*args.permissions), opts=child
            )
            granted.append(own.role)
        for arn in args.managed_policies:
            attached = iam.RolePolicyAttachment(
                f"{name}-{arn.rpartition('/')[2]}", role=role.name, policy_arn=arn, opts=child
            )
            granted.append(attached.role)
        known = role_arn(args.account_id, args.path, args.role_name)
        self.arn = Output.all(role.name, *granted).apply(lambda _: known)
        self.register_outputs({"arn": self.arn})
