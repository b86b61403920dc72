"""How RDS tells about the machines under databases: the role it takes, and the log that it writes."""

from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import cloudwatch

from components.policy_document import trust
from components.service_role import ServiceRole, ServiceRoleArgs
from components.tags import classified, tagged

_LOG_GROUP = "RDSOSMetrics"  # RDS user guide, "Enhanced Monitoring": one for all databases of an account and region
_POLICY = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"


@dataclass(frozen=True, kw_only=True)
class DatabaseMonitoringArgs:
    """`key_arn`: of the internal class; what processes run, and how busy they are, is no data of customers."""

    environment: str
    account_id: str
    region: str
    key_arn: Input[str]
    log_days: int


class DatabaseMonitoring(ComponentResource):
    """The role for enhanced monitoring, and its log group, made first: RDS would make it without a key."""

    role_arn: Output[str]

    def __init__(self, name: str, args: DatabaseMonitoringArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:data:DatabaseMonitoring", name, {}, opts)
        child = ResourceOptions(parent=self)
        group = cloudwatch.LogGroup(
            name,
            name=_LOG_GROUP,
            kms_key_id=args.key_arn,
            retention_in_days=args.log_days,
            tags=tagged(name, classified("internal", None)),
            opts=child,
        )
        databases = f"arn:aws:rds:{args.region}:{args.account_id}:*"
        role = ServiceRole(
            name,
            ServiceRoleArgs(
                role_name=f"{args.environment}-database-monitoring",
                account_id=args.account_id,
                description="RDS writes the metrics of the machines under databases",
                trust=(trust("MonitoringTakesIt", "monitoring.rds.amazonaws.com", args.account_id, databases),),
                managed_policies=(_POLICY,),
            ),
            child,
        )
        self.role_arn = Output.all(role.arn, group.name).apply(lambda known: str(known[0]))
        self.register_outputs({"role_arn": self.role_arn})
