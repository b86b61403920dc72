"""Who called which API of the account, in all regions: into the archive, and to where alarms see it."""

from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import cloudtrail

from components.log_group import log_group
from components.policy_document import Statement, trust
from components.retention import LogGroupDays
from components.service_role import ServiceRole, ServiceRoleArgs
from components.tags import tagged

_INSIGHTS = ("ApiCallRateInsight", "ApiErrorRateInsight")


def trail_arn(region: str, account_id: str, trail_name: str) -> str:
    return f"arn:aws:cloudtrail:{region}:{account_id}:trail/{trail_name}"


@dataclass(frozen=True, kw_only=True)
class TrailArgs:
    """`object_arns`: beginnings of the ARNs of the objects whose reading and writing is recorded too, such as
    `arn:aws:s3:::bucket/`. `key_arn`: its policy must let CloudTrail and CloudWatch Logs use it.
    """

    trail_name: str  # unique in the account
    account_id: str
    region: str
    bucket: Input[str]
    prefix: str  # ends with /
    key_arn: Input[str]
    object_arns: tuple[str, ...]
    log_group_days: LogGroupDays
    protect: bool = True

    def __post_init__(self) -> None:
        if not self.prefix.endswith("/"):
            raise ValueError(f"prefix of {self.trail_name} must end with /, got {self.prefix!r}")
        for arn in self.object_arns:
            if not arn.startswith("arn:aws:s3:::") or len(arn) == len("arn:aws:s3:::"):
                raise ValueError(f"object_arns of {self.trail_name} must begin with arn:aws:s3:::<bucket>, got {arn!r}")

    @property
    def log_group_name(self) -> str:
        return f"/audit/{self.trail_name}/trail"


class Trail(ComponentResource):
    """Everything is recorded, and digests prove that nothing was changed or left out. Management events, accesses
    to the objects that matter, and unusual numbers of calls and of errors.

    The archive's own objects are among them: that CloudTrail writes there is an event in its next file, no more.
    """

    log_group_name: Output[str]  # known in previews; whoever uses it waits for the group

    def __init__(self, name: str, args: TrailArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:audit:Trail", name, {}, opts)
        child = ResourceOptions(parent=self)
        group = log_group(name, args.log_group_name, args.key_arn, args.log_group_days, args.protect, child)
        group_arn = f"arn:aws:logs:{args.region}:{args.account_id}:log-group:{args.log_group_name}"
        role = ServiceRole(
            f"{name}-logs",
            ServiceRoleArgs(
                role_name=f"{args.trail_name}-trail-logs",
                account_id=args.account_id,
                description="CloudTrail writes its events where alarms see them",
                trust=(trust("TrailWrites", "cloudtrail.amazonaws.com", args.account_id, _arn(args)),),
                permissions=(
                    Statement(
                        sid="WriteEvents",
                        actions=("logs:CreateLogStream", "logs:PutLogEvents"),
                        resources=(f"{group_arn}:log-stream:{args.account_id}_CloudTrail_*",),
                        why="CloudTrail names a stream after each region",
                    ),
                ),
            ),
            child,
        )
        cloudtrail.Trail(
            name,
            name=args.trail_name,
            s3_bucket_name=args.bucket,
            s3_key_prefix=args.prefix.removesuffix("/"),
            kms_key_id=args.key_arn,
            is_multi_region_trail=True,
            include_global_service_events=True,
            enable_logging=True,
            enable_log_file_validation=True,
            cloud_watch_logs_group_arn=group.name.apply(lambda _: f"{group_arn}:*"),
            cloud_watch_logs_role_arn=role.arn,
            advanced_event_selectors=_selectors(args),
            insight_selectors=[{"insight_type": kind} for kind in _INSIGHTS],
            tags=tagged(name),
            opts=ResourceOptions(parent=self, protect=args.protect),
        )
        self.log_group_name = group.name
        self.register_outputs({"log_group_name": self.log_group_name})


def _arn(args: TrailArgs) -> str:
    return trail_arn(args.region, args.account_id, args.trail_name)


def _selectors(args: TrailArgs) -> list[cloudtrail.TrailAdvancedEventSelectorArgsDict]:
    objects: cloudtrail.TrailAdvancedEventSelectorArgsDict = {
        "name": "objects",
        "field_selectors": [
            {"field": "eventCategory", "equals": ["Data"]},
            {"field": "resources.type", "equals": ["AWS::S3::Object"]},
            {"field": "resources.ARN", "starts_withs": list(args.object_arns)},
        ],
    }
    return [
        {"name": "management", "field_selectors": [{"field": "eventCategory", "equals": ["Management"]}]},
        *([objects] if args.object_arns else []),
    ]
