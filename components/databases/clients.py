"""The security group that workloads carry to reach databases."""

from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import ec2

from components.tags import tagged


@dataclass(frozen=True, kw_only=True)
class DatabaseClientsArgs:
    vpc_id: Input[str]


class DatabaseClients(ComponentResource):
    """A group without rules of its own: every database that names it as a client adds the way to itself."""

    security_group_id: Output[str]

    def __init__(self, name: str, args: DatabaseClientsArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:data:DatabaseClients", name, {}, opts)
        group = ec2.SecurityGroup(
            name,
            vpc_id=args.vpc_id,
            description="Workloads that use databases",
            tags=tagged(name),
            opts=ResourceOptions(parent=self),
        )
        self.security_group_id = group.id
        self.register_outputs({"security_group_id": self.security_group_id})
