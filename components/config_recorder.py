"""AWS Config: what every resource was set to, and since when."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from pulumi import ComponentResource, Input, ResourceOptions
from pulumi_aws import cfg

from components.tags import tagged


@dataclass(frozen=True, kw_only=True)
class ManagedRule:
    """A rule of AWS's own: its name here, AWS's identifier, and its parameters."""

    name: str
    identifier: str  # AWS Config developer guide, "List of AWS Config Managed Rules"
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ConfigRecorderArgs:
    """`records_global`: in one region alone, or roles and users are recorded once for each region."""

    recorder_name: str
    region: str
    records_global: bool
    role_arn: Input[str]
    bucket: Input[str]
    prefix: str
    rules: tuple[ManagedRule, ...] = ()


class ConfigRecorder(ComponentResource):
    """The recorder, switched on once it has somewhere to deliver to, and the rules that look at what it records."""

    def __init__(self, name: str, args: ConfigRecorderArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:detection:ConfigRecorder", name, {}, opts)
        child = ResourceOptions(parent=self)
        recorder = cfg.Recorder(
            name,
            name=args.recorder_name,
            role_arn=args.role_arn,
            recording_group={"all_supported": True, "include_global_resource_types": args.records_global},
            region=args.region,
            opts=child,
        )
        channel = cfg.DeliveryChannel(
            name,
            name=args.recorder_name,
            s3_bucket_name=args.bucket,
            s3_key_prefix=args.prefix,
            snapshot_delivery_properties={"delivery_frequency": "TwentyFour_Hours"},
            region=args.region,
            opts=ResourceOptions(parent=self, depends_on=[recorder]),
        )
        running = cfg.RecorderStatus(
            name,
            name=recorder.name,
            is_enabled=True,
            region=args.region,
            opts=ResourceOptions(parent=self, depends_on=[channel]),
        )
        for rule in args.rules:
            own = f"{name}-{rule.name}"
            cfg.Rule(
                own,
                name=own,
                source={"owner": "AWS", "source_identifier": rule.identifier},
                input_parameters=json.dumps(dict(rule.parameters)) if rule.parameters else None,
                region=args.region,
                tags=tagged(own),
                opts=ResourceOptions(parent=self, depends_on=[running]),
            )
        self.register_outputs({})
