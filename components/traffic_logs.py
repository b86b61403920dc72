"""Who talked to whom in a VPC, and which names were asked for: flow logs and DNS query logs into a bucket."""

from dataclasses import dataclass

from pulumi import ComponentResource, Input, ResourceOptions
from pulumi_aws import ec2, route53

from components.tags import tagged

AGGREGATION_S = 60  # the finest that AWS offers

# The fields of versions 2 to 5 that say something in our VPCs (no local zones, Outposts or ECS on EC2).
FLOW_FIELDS = (
    "version",
    "account-id",
    "interface-id",
    "srcaddr",
    "dstaddr",
    "srcport",
    "dstport",
    "protocol",
    "packets",
    "bytes",
    "start",
    "end",
    "action",
    "log-status",
    "vpc-id",
    "subnet-id",
    "instance-id",
    "tcp-flags",
    "type",
    "pkt-srcaddr",
    "pkt-dstaddr",
    "region",
    "az-id",
    "pkt-src-aws-service",
    "pkt-dst-aws-service",
    "flow-direction",
    "traffic-path",
)


@dataclass(frozen=True, kw_only=True)
class TrafficLogsArgs:
    """`bucket_arn`: its policy must let delivery.logs.amazonaws.com write before the logs are switched on."""

    vpc_id: Input[str]
    bucket_arn: Input[str]


class TrafficLogs(ComponentResource):
    """All traffic at 60 s, as Parquet in hourly partitions that Athena reads; and every DNS query."""

    def __init__(self, name: str, args: TrafficLogsArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:network:TrafficLogs", name, {}, opts)
        child = ResourceOptions(parent=self)
        ec2.FlowLog(
            f"{name}-flow",
            vpc_id=args.vpc_id,
            traffic_type="ALL",
            max_aggregation_interval=AGGREGATION_S,
            log_destination_type="s3",
            log_destination=args.bucket_arn,
            log_format=" ".join(f"${{{field}}}" for field in FLOW_FIELDS),
            destination_options=ec2.FlowLogDestinationOptionsArgs(
                file_format="parquet", hive_compatible_partitions=True, per_hour_partition=True
            ),
            tags=tagged(f"{name}-flow"),
            opts=child,
        )
        queries = route53.ResolverQueryLogConfig(
            f"{name}-dns",
            name=f"{name}-dns",
            destination_arn=args.bucket_arn,
            tags=tagged(f"{name}-dns"),
            opts=child,
        )
        route53.ResolverQueryLogConfigAssociation(
            f"{name}-dns", resolver_query_log_config_id=queries.id, resource_id=args.vpc_id, opts=child
        )
        self.register_outputs({})
