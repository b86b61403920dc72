"""Who reaches a database: named security groups, on its port, and nothing else."""

from collections.abc import Mapping

from pulumi import Input, ResourceOptions
from pulumi_aws import ec2, rds
from pulumi_aws.vpc import SecurityGroupEgressRule, SecurityGroupIngressRule

from components.databases.args import PostgresArgs
from components.networks.isolation import DATABASE_PORT
from components.tags import tagged


def place(name: str, args: PostgresArgs, child: ResourceOptions) -> tuple[rds.SubnetGroup, ec2.SecurityGroup]:
    """Where the database stands, and the group around it. It begins no connection itself, so nothing is let out."""
    subnets = rds.SubnetGroup(
        name,
        name=args.identifier,
        description=f"Isolated subnets of {args.identifier}",
        subnet_ids=[args.subnet_ids[zone] for zone in sorted(args.subnet_ids)],
        tags=tagged(name, args.tags),
        opts=child,
    )
    group = ec2.SecurityGroup(
        name,
        vpc_id=args.vpc_id,
        description=f"The database {args.identifier}",
        tags=tagged(name, {"tier": "data"}, args.tags),
        opts=child,
    )
    _let_in(name, group, args.clients, child)
    return subnets, group


def _let_in(name: str, group: ec2.SecurityGroup, clients: Mapping[str, Input[str]], child: ResourceOptions) -> None:
    """A way out of each client's group and into the database's: two rules, as each group has its own."""
    for client, client_id in sorted(clients.items()):
        SecurityGroupIngressRule(
            f"{name}-from-{client}",
            security_group_id=group.id,
            referenced_security_group_id=client_id,
            description=f"PostgreSQL for {client}",
            ip_protocol="tcp",
            from_port=DATABASE_PORT,
            to_port=DATABASE_PORT,
            tags=tagged(f"{name}-from-{client}"),
            opts=child,
        )
        SecurityGroupEgressRule(
            f"{name}-to-{client}",
            security_group_id=client_id,
            referenced_security_group_id=group.id,
            description=f"To the database {name}",
            ip_protocol="tcp",
            from_port=DATABASE_PORT,
            to_port=DATABASE_PORT,
            tags=tagged(f"{name}-to-{client}"),
            opts=child,
        )
