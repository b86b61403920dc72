"""Networks that let in and out what is named, and nothing else."""

_RULE = """\
from pulumi_aws import vpc

vpc.SecurityGroupIngressRule(
    "{name}",
    security_group_id={group}.id,
    referenced_security_group_id=client_group.id,  # who may connect, by group and not by address
    ip_protocol="tcp",
    from_port={port},
    to_port={port},
    description="{why}",
)
"""

SNIPPETS = {
    "NET-01": """\
from pulumi_aws import ec2, vpc

# Only the group of a public load balancer, on 443; whatever else is reached names its clients' group.
balancer = ec2.SecurityGroup("balancer", vpc_id=network.vpc_id, tags={"exposure": "public-load-balancer"})
vpc.SecurityGroupIngressRule(
    "balancer-https",
    security_group_id=balancer.id,
    cidr_ipv4="0.0.0.0/0",
    ip_protocol="tcp",
    from_port=443,
    to_port=443,
    description="Customers call the API",
)
""",
    "NET-02": """\
from pulumi_aws import iam

# Remove the rule for 22 or 3389: Session Manager opens a shell without a port.
sessions = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
iam.RolePolicyAttachment("sessions", role=instance_role.name, policy_arn=sessions)
""",
    "NET-03": _RULE.format(name="ledger-api", group="database_group", port=5432, why="The API books entries"),
    "NET-04": """\
from pulumi_aws import vpc

# Most databases send nothing out: make no rule. One that must names where to, and one port.
vpc.SecurityGroupEgressRule(
    "ledger-endpoints",
    security_group_id=database_group.id,
    referenced_security_group_id=client_group.id,
    ip_protocol="tcp",
    from_port=443,
    to_port=443,
    description="Exports go to S3 through the endpoint",
)
""",
    "NET-05": """\
from pulumi_aws import ec2

# Network does this itself; a VPC of your own (the group without rules takes away those that AWS made):
ec2.DefaultSecurityGroup("closed", vpc_id=vpc.id)
""",
    "NET-06": _RULE.format(name="api-https", group="client_group", port=8443, why="The load balancer calls the API"),
    "NET-07": _RULE.format(name="ledger-api", group="database_group", port=5432, why="The API books entries"),
    "NET-08": """\
from pulumi_aws import ec2

ec2.NetworkAclRule(
    "inside",
    network_acl_id=acl.id,
    rule_number=100,
    rule_action="allow",
    protocol="tcp",
    from_port=22,
    to_port=22,
    cidr_block="10.32.0.0/16",  # the VPC's, not the world's
)
""",
    "NET-09": """\
from pulumi_aws import ec2

# Network does this itself; a subnet of your own:
ec2.Subnet("reports", vpc_id=vpc.id, cidr_block="10.32.9.0/24", map_public_ip_on_launch=False)
""",
    "NET-10": """\
from pulumi_aws import ec2

# A private subnet goes out through NAT; an isolated one has no default route at all.
table = ec2.RouteTable("reports", vpc_id=vpc.id)
ec2.Route("reports", route_table_id=table.id, destination_cidr_block="0.0.0.0/0", nat_gateway_id=nat.id)
ec2.RouteTableAssociation("reports", subnet_id=subnet.id, route_table_id=table.id)
""",
    "NET-11": """\
from components.traffic_logs import TrafficLogs, TrafficLogsArgs

# Network does this itself; a VPC of your own:
TrafficLogs("traffic", TrafficLogsArgs(vpc_id=vpc.id, bucket_arn=archive.arn))
""",
    "NET-12": """\
from components.networks.endpoint_policy import endpoint_policy
from pulumi_aws import ec2

ec2.VpcEndpoint(
    "queues",
    vpc_id=vpc.id,
    service_name=f"com.amazonaws.{region}.sqs",
    vpc_endpoint_type="Interface",
    policy=endpoint_policy("sqs", region, [account_id]),  # our principals to our resources
)
""",
    "NET-13": """\
from dataclasses import replace

from components.network import Network

interfaces = ("ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager", "sts")
Network(
    "reports",
    replace(network_args, gateway_endpoints=("s3",), interface_endpoints=interfaces, endpoint_tier="apps"),
)
""",
}
