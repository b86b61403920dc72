"""What people may be in an account, and under which conditions; nobody has a user or a key of their own there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.account_names import bucket_name, state_bucket_name
from components.evidence.reading import EvidencePlace, reading_evidence
from components.identity.break_glass import BreakGlass
from components.identity.deploy_permissions import deploying, lock_access, no_data, reading
from components.identity.foundation_role import RoleSpec, make_role
from components.identity.guardrails import archive_arns
from components.policy_document import Conditions, Statement

ROLE_TAG = "platform-role"  # of the person, in the identity account: which roles are theirs
_WORKING_DAY_S, _SHIFT_S, _EMERGENCY_S = 28_800, 14_400, 3600


@dataclass(frozen=True, kw_only=True)
class AccessRolesArgs:
    """`identity_account_id`: where people are users with a second factor, in our organisation. Users, not roles: a
    role's session does not carry the second factor on (IAM user guide, "Secure API access with MFA").
    """

    account_id: str
    region: str
    organisation: str
    organisation_id: str
    environment: str
    identity_account_id: str
    break_glass: BreakGlass
    platform_boundary_arn: Input[str]
    pipeline_boundary_arn: Input[str]


class AccessRoles(ComponentResource):
    """Engineer, on-call, auditor, key administrator and break-glass, each inside a boundary."""

    role_arns: dict[str, Output[str]]  # by role

    def __init__(self, name: str, args: AccessRolesArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:identity:AccessRoles", name, {}, opts)
        child = ResourceOptions(parent=self)
        beyond = ("break-glass", "key-administrator")  # what roles of the pipeline may never do
        roles = {
            spec.role: make_role(
                name, spec, args.pipeline_boundary_arn if spec.role in beyond else args.platform_boundary_arn, child
            )
            for spec in role_specs(args)
        }
        self.role_arns = {role: made.arn for role, made in roles.items()}
        self.register_outputs({"role_arns": self.role_arns})


def role_specs(args: AccessRolesArgs) -> tuple[RoleSpec, ...]:
    """The roles of people, from the one who only looks to the one for emergencies."""
    looks = {"read": (reading(), *_metrics()), "no-data": no_data("none")}
    locks = lock_access(state_bucket_name(args.organisation, args.environment, args.account_id))
    return (
        RoleSpec(
            role="engineer",
            description="Engineers: look at what runs and how it does",
            trust=(_people(args, "engineer"),),
            permissions=looks,
            session_s=_WORKING_DAY_S,
        ),
        RoleSpec(
            role="on-call",
            description="On call: restart, fail over, restore, lock, and read logs",
            trust=(_people(args, "on-call"),),
            permissions={"read": (reading(), *_metrics()), "act": (*_acting(args), *_evidence(args), *locks)},
            session_s=_SHIFT_S,
        ),
        RoleSpec(
            role="auditor",
            description="Auditors: read evidence and settings, change nothing",
            trust=(_people(args, "auditor"),),
            permissions={"read": (reading(),), "evidence": tuple(reading_evidence(_place(args)))},
            session_s=_WORKING_DAY_S,
        ),
        RoleSpec(
            role="key-administrator",
            description="Manages encryption keys and never uses them",
            trust=(_people(args, "key-administrator"),),
            permissions={"keys": (_keys(),)},
        ),
        RoleSpec(
            role="break-glass",
            description="Emergencies: what the pipeline can do, by hand; every use is alarmed and reviewed",
            trust=(_emergency(args),),
            permissions={
                "read": (reading(), *_metrics()),
                "deploy": deploying(args.account_id, args.region, args.organisation, args.environment),
                "locks": locks,
            },
            session_s=_EMERGENCY_S,
            tags={"access": "break-glass"},
        ),
    )


def _people(args: AccessRolesArgs, role: str) -> Statement:
    return _assumed(args, "People", belongs={f"aws:PrincipalTag/{ROLE_TAG}": role}, said=(), more={})


def _emergency(args: AccessRolesArgs) -> Statement:
    """Whoever comes says why, by ticket; both stay on record as tags of the session."""
    grant = args.break_glass
    more: Conditions = {
        "ArnEquals": {"aws:PrincipalArn": list(grant.principals)},
        "DateLessThanEquals": {"aws:CurrentTime": f"{grant.until.isoformat()}T23:59:59Z"},
    }
    said = ("aws:RequestTag/reason", "aws:RequestTag/ticket")
    return _assumed(args, "Emergency", belongs={}, said=said, more=more)


def _assumed(
    args: AccessRolesArgs, sid: str, belongs: Mapping[str, str], said: Sequence[str], more: Conditions
) -> Statement:
    """People of our organisation with a second factor, whose name stays on record (sts:SourceIdentity)."""
    return Statement(
        sid=sid,
        principals={"AWS": f"arn:aws:iam::{args.identity_account_id}:root"},
        actions=("sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"),
        conditions={
            "StringEquals": {"aws:PrincipalOrgID": args.organisation_id, **belongs},
            "Bool": {"aws:MultiFactorAuthPresent": "true"},
            "Null": dict.fromkeys(("sts:SourceIdentity", *said), "false"),
            **more,
        },
    )


def _metrics() -> tuple[Statement, ...]:
    actions = ("cloudwatch:GetMetricData", "cloudwatch:GetMetricStatistics", "rds:DescribeDBLogFiles")
    return (Statement(sid="Metrics", actions=actions, resources=("*",), why="metrics have no resources"),)


def _acting(args: AccessRolesArgs) -> tuple[Statement, ...]:
    databases = tuple(
        f"arn:aws:rds:{args.region}:{args.account_id}:{kind}:{args.environment}-*" for kind in ("cluster", "db")
    )
    named = "databases begin with the environment"
    return (
        Statement(
            sid="FailOver",
            actions=("rds:FailoverDBCluster", "rds:RebootDBCluster", "rds:RebootDBInstance"),
            resources=databases,
            why=named,
        ),
        Statement(
            sid="Restore",
            actions=(
                "backup:StartRestoreJob",
                "rds:RestoreDBClusterToPointInTime",
                "rds:RestoreDBInstanceToPointInTime",
            ),
            resources=("*",),
            why="what is restored has no name before",
        ),
        Statement(
            sid="ReadLogs",
            actions=("logs:FilterLogEvents", "logs:GetLogEvents", "logs:GetQueryResults", "logs:StartQuery"),
            resources=(f"arn:aws:logs:{args.region}:{args.account_id}:log-group:*",),
            why="an incident may show in any group; keys say whose content is readable",
        ),
    )


def _evidence(args: AccessRolesArgs) -> tuple[Statement, ...]:
    bucket, objects = archive_arns(args.organisation, args.account_id)
    named = "the archive has a bucket for each environment and region"
    return (
        Statement(
            sid="ListEvidence", actions=("s3:ListBucket", "s3:ListBucketVersions"), resources=(bucket,), why=named
        ),
        Statement(sid="ReadEvidence", actions=("s3:GetObject", "s3:GetObjectVersion"), resources=(objects,), why=named),
    )


def _place(args: AccessRolesArgs) -> EvidencePlace:
    return EvidencePlace(
        environment=args.environment,
        account_id=args.account_id,
        region=args.region,
        archive=bucket_name(args.organisation, args.environment, "archive", args.account_id),
        results=bucket_name(args.organisation, args.environment, "audit-results", args.account_id),
        key_alias=f"{args.environment}-audit",
        result_key_alias=f"{args.environment}-internal",
    )


def _keys() -> Statement:
    actions = ("kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListAliases", "kms:ListKeys")
    why = "what it may do with a key, the key's own policy says; this only finds them"
    return Statement(sid="FindKeys", actions=actions, resources=("*",), why=why)
