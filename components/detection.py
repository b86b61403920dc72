"""What watches an account in one region: threats, posture, recorded settings, and access from outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pulumi import ComponentResource, Input, ResourceOptions
from pulumi_aws import accessanalyzer, guardduty, securityhub

from components.config_recorder import ConfigRecorder, ConfigRecorderArgs, ManagedRule
from components.tags import tagged

UNUSED_ACCESS_DAYS = (
    90  # CIS AWS Foundations Benchmark 3.0.0, 1.12: credentials unused for 45 days or more; roles longer
)
_FINDINGS_EVERY = "FIFTEEN_MINUTES"  # the shortest that GuardDuty offers; the default is six hours
# GuardDuty API reference, DetectorFeatureConfiguration. The agents of EKS nodes are managed by GuardDuty itself.
_PLANS: Mapping[str, tuple[str, ...]] = {
    "EBS_MALWARE_PROTECTION": (),
    "EKS_AUDIT_LOGS": (),
    "LAMBDA_NETWORK_LOGS": (),
    "RDS_LOGIN_EVENTS": (),
    "RUNTIME_MONITORING": ("EC2_AGENT_MANAGEMENT", "EKS_ADDON_MANAGEMENT"),
    "S3_DATA_EVENTS": (),
}
# Security Hub user guide, "Standards reference": names and versions as in their ARNs.
_STANDARDS = {
    "aws": "aws-foundational-security-best-practices/v/1.0.0",
    "cis": "cis-aws-foundations-benchmark/v/3.0.0",
    "pci": "pci-dss/v/4.0.1",
}


@dataclass(frozen=True, kw_only=True)
class DetectionArgs:
    """`home`: the one region that records global resources, and that gathers the findings of `other_regions`."""

    environment: str
    region: str
    home: bool
    other_regions: Sequence[str]
    config_role_arn: Input[str]
    config_bucket: Input[str]
    config_prefix: str
    config_rules: tuple[ManagedRule, ...] = field(default=())


class Detection(ComponentResource):
    """GuardDuty with all its plans, Security Hub with three standards, AWS Config and the access analyzers."""

    def __init__(self, name: str, args: DetectionArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:detection:Detection", name, {}, opts)
        child = ResourceOptions(parent=self)
        _threats(name, args, child)
        recorder = ConfigRecorder(
            f"{name}-config",
            ConfigRecorderArgs(
                recorder_name=f"{args.environment}-{args.region}",
                region=args.region,
                records_global=args.home,
                role_arn=args.config_role_arn,
                bucket=args.config_bucket,
                prefix=args.config_prefix,
                rules=args.config_rules,
            ),
            child,
        )
        # Security Hub's checks are rules of AWS Config: without a recorder they find nothing to check.
        _posture(name, args, ResourceOptions(parent=self, depends_on=[recorder]))
        _access(name, args, child)
        self.register_outputs({})


def _threats(name: str, args: DetectionArgs, child: ResourceOptions) -> None:
    own = f"{name}-threats"
    detector = guardduty.Detector(
        own, enable=True, finding_publishing_frequency=_FINDINGS_EVERY, region=args.region, tags=tagged(own), opts=child
    )
    for plan, agents in _PLANS.items():
        guardduty.DetectorFeature(
            f"{own}-{plan.lower().replace('_', '-')}",
            detector_id=detector.id,
            name=plan,
            status="ENABLED",
            additional_configurations=[{"name": agent, "status": "ENABLED"} for agent in agents] or None,
            region=args.region,
            opts=child,
        )


def _posture(name: str, args: DetectionArgs, child: ResourceOptions) -> None:
    own = f"{name}-posture"
    hub = securityhub.Account(
        own,
        enable_default_standards=False,
        auto_enable_controls=True,
        control_finding_generator="SECURITY_CONTROL",  # one finding for a control, whichever standards share it
        region=args.region,
        opts=child,
    )
    after = ResourceOptions.merge(child, ResourceOptions(depends_on=[hub]))
    for standard, path in _STANDARDS.items():
        securityhub.StandardsSubscription(
            f"{own}-{standard}",
            standards_arn=f"arn:aws:securityhub:{args.region}::standards/{path}",
            region=args.region,
            opts=after,
        )
    if args.home and args.other_regions:
        securityhub.FindingAggregator(
            own,
            linking_mode="SPECIFIED_REGIONS",
            specified_regions=list(args.other_regions),
            region=args.region,
            opts=after,
        )


def _access(name: str, args: DetectionArgs, child: ResourceOptions) -> None:
    own = f"{name}-access"
    accessanalyzer.Analyzer(
        own,
        analyzer_name=f"{args.environment}-external",
        type="ACCOUNT",
        region=args.region,
        tags=tagged(own),
        opts=child,
    )
    if args.home:  # roles are global: one region looks for those that nobody uses
        accessanalyzer.Analyzer(
            f"{own}-unused",
            analyzer_name=f"{args.environment}-unused",
            type="ACCOUNT_UNUSED_ACCESS",
            configuration={"unused_access": {"unused_access_age": UNUSED_ACCESS_DAYS}},
            region=args.region,
            tags=tagged(f"{own}-unused"),
            opts=child,
        )
