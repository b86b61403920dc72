"""Permission boundaries: the most that a role can ever do, whatever its own policies say."""

from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Output, ResourceOptions
from pulumi_aws import iam

from components.account_names import FOUNDATION_PATH, PIPELINE_BOUNDARY, PLATFORM_BOUNDARY, PLATFORM_PATH
from components.identity.guardrails import keep_boundary, keep_evidence
from components.policy_document import Statement, policy_json
from components.tags import tagged

POLICY_SIZE = 6144  # characters without white space; IAM user guide, "IAM and AWS STS quotas"

# What roles of services and workloads work with. None of it manages identities.
_WORK = (
    "athena:*",
    "aps:*",
    "backup-storage:*",
    "backup:*",
    "cloudwatch:*",
    "config:*",
    "dynamodb:*",
    "ec2:*",
    "ecr:*",
    "eks-auth:*",
    "eks:*",
    "elasticloadbalancing:*",
    "events:*",
    "firehose:*",
    "glue:*",
    "guardduty:*",
    "kinesis:*",
    "kms:*",
    "lambda:*",
    "logs:*",
    "rds-db:*",
    "rds:*",
    "s3:*",
    "secretsmanager:*",
    "securityhub:*",
    "sns:*",
    "sqs:*",
    "ssm:*",
    "sts:*",
    "tag:*",
    "wafv2:*",
    "xray:*",
)
# What people look at besides: who may do what, and whether it is recorded.
_LOOK = (
    "access-analyzer:Get*",
    "access-analyzer:List*",
    "cloudtrail:Describe*",
    "cloudtrail:Get*",
    "cloudtrail:List*",
    "cloudtrail:LookupEvents",
    "iam:Get*",
    "iam:List*",
)
_WHY = "a boundary grants nothing: it only says within which services what is granted elsewhere can hold"


@dataclass(frozen=True, kw_only=True)
class PermissionBoundaryArgs:
    """`regions`: where anything may be done at all."""

    account_id: str
    organisation: str
    regions: Sequence[str]


class PermissionBoundary(ComponentResource):
    """Two boundaries with the same guardrails: for roles that the pipeline makes, and for those who deploy."""

    platform_arn: Output[str]
    pipeline_arn: Output[str]

    def __init__(self, name: str, args: PermissionBoundaryArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:identity:PermissionBoundary", name, {}, opts)
        denials = (
            *keep_evidence(args.account_id, args.organisation),
            *keep_boundary(args.account_id, args.regions),
        )
        platform = _policy(f"{name}-platform", PLATFORM_BOUNDARY, (*_inside(args.account_id), *denials), self)
        pipeline = _policy(f"{name}-pipeline", PIPELINE_BOUNDARY, (_anything(), *denials), self)
        self.platform_arn, self.pipeline_arn = platform.arn, pipeline.arn
        self.register_outputs({"platform_arn": self.platform_arn, "pipeline_arn": self.pipeline_arn})


def _policy(name: str, policy_name: str, statements: Sequence[Statement], parent: ComponentResource) -> iam.Policy:
    return iam.Policy(
        name,
        name=policy_name,
        path=FOUNDATION_PATH,
        description="The most that a role can do",
        policy=policy_json(*statements),
        tags=tagged(name),
        opts=ResourceOptions(parent=parent),
    )


def _inside(account_id: str) -> tuple[Statement, ...]:
    roles = (f"arn:aws:iam::{account_id}:role{PLATFORM_PATH}*",)
    return (
        Statement(sid="Work", actions=_WORK, resources=("*",), why=_WHY),
        Statement(sid="Look", actions=_LOOK, resources=("*",), why=_WHY),
        Statement(sid="PassPlatformRoles", actions=("iam:PassRole",), resources=roles),
    )


def _anything() -> Statement:
    return Statement(sid="WhateverIsGranted", actions=("*",), resources=("*",), why=_WHY)
