"""What the foundation's roles can and cannot do, as IAM would decide it on the documents that the program makes."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from components.encryption_key import EncryptionKeyArgs, key_policy
from platformctl.project import Project
from platformctl.render import render
from policies.access import Document, Documents, Outcome, Request, decide
from policies.access.gathering import documents_of, trust_of
from policies.adapters import from_registrations
from policies.graph import Graph
from policies.resource import Resource

ROOT = Path(__file__).resolve().parents[3]
ACCOUNT, IDENTITY = "730218645519", "118204476391"
ISSUER = "token.actions.githubusercontent.com"
STATE_BUCKET = f"arn:aws:s3:::kestrel-billing-prod-state-{ACCOUNT}"
STATE = f"{STATE_BUCKET}/.pulumi/stacks/billing-platform/prod.json"
LOCK = f"{STATE_BUCKET}/.platform/locks/billing-platform/prod.json"
ARCHIVE = f"arn:aws:s3:::kestrel-billing-prod-archive-{ACCOUNT}"
TOPICS = f"arn:aws:sns:eu-central-1:{ACCOUNT}:prod"
TRAIL = f"arn:aws:cloudtrail:eu-central-1:{ACCOUNT}:trail/prod"
KEY = f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/1"
SECRET = f"arn:aws:secretsmanager:eu-central-1:{ACCOUNT}:secret:prod/processor-AbCdEf"
SNAPSHOT = f"arn:aws:rds:eu-central-1:{ACCOUNT}:cluster-snapshot:ledger"
VAULT = f"arn:aws:backup:eu-central-1:{ACCOUNT}:recovery-point:1"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/foundation/permission-boundary"
PLATFORM = f"arn:aws:iam::{ACCOUNT}:role/platform/prod-config"
HERE = {"aws:RequestedRegion": "eu-central-1"}


_KEY_POLICY = Document.of(
    "key policy",
    key_policy(
        EncryptionKeyArgs(
            alias="prod-financial",
            description="as an environment makes it",
            account_id=ACCOUNT,
            region="eu-central-1",
            administrators=(f"arn:aws:iam::{ACCOUNT}:role/foundation/key-administrator",),
            via=("rds", "s3"),
        )
    ),
)


@cache
def _graph() -> Graph:
    return from_registrations(render(Project(ROOT, "foundation"), "prod"))


def _role(name: str) -> Resource:
    return next(r for r in _graph().of_type("aws:iam/role:Role") if r.properties["name"] == name)


def _decides(role: str, action: str, resource: str, **context: str) -> Outcome:
    request = Request(
        principal=f"arn:aws:iam::{ACCOUNT}:role/foundation/{role}",
        action=action,
        resource=resource,
        account=ACCOUNT,
        context={**HERE, **{key.replace("__", ":"): value for key, value in context.items()}},
        complete=True,
    )
    documents = documents_of(_graph(), _role(role))
    return decide(request, replace(documents, resource=_KEY_POLICY if resource == KEY else None)).outcome


ALLOWED = (
    ("preview", "ec2:DescribeVpcs", "*"),
    ("preview", "s3:GetObject", STATE),
    ("drift", "rds:DescribeDBClusters", "*"),
    ("drift", "cloudtrail:LookupEvents", "*"),
    ("drift", "sns:Publish", f"{TOPICS}-page"),
    ("deploy", "ec2:CreateVpc", "*"),
    ("deploy", "s3:PutObject", STATE),
    ("deploy", "cloudtrail:CreateTrail", TRAIL),
    ("deploy", "rds:ModifyDBCluster", f"arn:aws:rds:eu-central-1:{ACCOUNT}:cluster:prod-ledger"),
    ("deploy", "secretsmanager:CreateSecret", SECRET),
    ("engineer", "cloudwatch:GetMetricData", "*"),
    ("on-call", "rds:FailoverDBCluster", f"arn:aws:rds:eu-central-1:{ACCOUNT}:cluster:prod-ledger"),
    ("auditor", "s3:GetObject", f"{ARCHIVE}/trail/AWSLogs/x.json.gz"),
    ("auditor", "athena:StartQueryExecution", f"arn:aws:athena:eu-central-1:{ACCOUNT}:workgroup/prod-audit"),
    ("auditor", "glue:GetTable", f"arn:aws:glue:eu-central-1:{ACCOUNT}:table/audit_prod/trail"),
    ("auditor", "s3:PutObject", f"arn:aws:s3:::kestrel-billing-prod-audit-results-{ACCOUNT}/answer.csv"),
    ("break-glass", "ec2:CreateVpc", "*"),
    *((role, f"s3:{verb}Object", LOCK) for role in ("deploy", "on-call", "break-glass") for verb in ("Get", "Put")),
    *((role, "s3:ListBucket", STATE_BUCKET) for role in ("deploy", "on-call", "break-glass")),
    ("preview", "s3:GetObject", LOCK),
)
DENIED = (
    *((role, "s3:PutObject", LOCK) for role in ("preview", "drift", "engineer", "auditor", "key-administrator")),
    *((role, "s3:PutObject", STATE) for role in ("on-call", "break-glass")),
    *((role, "s3:DeleteObject", LOCK) for role in ("preview", "drift", "engineer", "on-call", "break-glass")),
    *((role, "s3:DeleteObjectVersion", LOCK) for role in ("deploy", "on-call", "break-glass")),
    *(("preview", action, SECRET) for action in ("secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue")),
    ("preview", "s3:GetObject", f"{ARCHIVE}/trail/AWSLogs/x.json.gz"),
    ("preview", "s3:PutObject", STATE),
    ("preview", "ec2:CreateVpc", "*"),
    ("preview", "ssm:GetParameter", f"arn:aws:ssm:eu-central-1:{ACCOUNT}:parameter/prod"),
    ("preview", "logs:GetLogEvents", f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:x:*"),
    ("preview", "kms:Decrypt", KEY),
    ("drift", "secretsmanager:GetSecretValue", SECRET),
    *(("deploy", f"cloudtrail:{action}", TRAIL) for action in ("StopLogging", "DeleteTrail", "UpdateTrail")),
    *(("deploy", f"cloudtrail:Put{kind}Selectors", TRAIL) for kind in ("Event", "Insight")),
    ("deploy", "config:StopConfigurationRecorder", "*"),
    ("deploy", "guardduty:DeleteDetector", f"arn:aws:guardduty:eu-central-1:{ACCOUNT}:detector/1"),
    *(("deploy", f"s3:{action}", ARCHIVE) for action in ("DeleteBucket", "PutBucketPolicy", "DeleteBucketPolicy")),
    *(("deploy", f"s3:{action}", f"{ARCHIVE}/x") for action in ("DeleteObjectVersion", "PutObjectRetention")),
    ("deploy", "s3:PutBucketObjectLockConfiguration", ARCHIVE),
    ("deploy", "s3:BypassGovernanceRetention", f"{ARCHIVE}/x"),
    ("deploy", "s3:GetObject", f"{ARCHIVE}/x"),
    *(
        ("deploy", f"s3:Put{kind}Configuration", STATE_BUCKET)
        for kind in ("Replication", "Lifecycle", "BucketObjectLock")
    ),
    ("deploy", "s3:DeleteBucketPolicy", STATE_BUCKET.replace("-state-", "-state-copy-")),
    ("break-glass", "s3:PutBucketVersioning", STATE_BUCKET),
    ("deploy", "secretsmanager:GetSecretValue", SECRET),
    ("deploy", "backup:DeleteRecoveryPoint", VAULT),
    ("deploy", "rds:DeleteDBClusterSnapshot", SNAPSHOT),
    ("preview", "cloudtrail:LookupEvents", "*"),
    ("preview", "sns:Publish", f"{TOPICS}-page"),
    ("drift", "sns:Publish", f"{TOPICS}-ticket"),
    *(("deploy", f"kms:{action}", KEY) for action in ("ScheduleKeyDeletion", "DisableKey")),
    ("deploy", "iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/me"),
    ("deploy", "iam:CreateAccessKey", f"arn:aws:iam::{ACCOUNT}:user/me"),
    ("deploy", "iam:DeleteRolePermissionsBoundary", PLATFORM),
    ("deploy", "iam:CreatePolicyVersion", BOUNDARY),
    ("deploy", "iam:UpdateAssumeRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/foundation/break-glass"),
    ("deploy", "iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/foundation/break-glass"),
    ("deploy", "iam:CreateOpenIDConnectProvider", f"arn:aws:iam::{ACCOUNT}:oidc-provider/evil"),
    ("deploy", "organizations:LeaveOrganization", "*"),
    ("engineer", "s3:GetObject", f"{ARCHIVE}/x"),
    ("engineer", "secretsmanager:GetSecretValue", SECRET),
    ("engineer", "ec2:TerminateInstances", f"arn:aws:ec2:eu-central-1:{ACCOUNT}:instance/i-1"),
    ("on-call", "rds:DeleteDBCluster", f"arn:aws:rds:eu-central-1:{ACCOUNT}:cluster:prod-ledger"),
    ("auditor", "s3:DeleteObject", f"{ARCHIVE}/x"),
    ("auditor", "s3:PutObject", f"{ARCHIVE}/x"),
    ("auditor", "cloudtrail:StopLogging", TRAIL),
    ("key-administrator", "kms:Decrypt", KEY),
    ("break-glass", "cloudtrail:StopLogging", TRAIL),
    ("break-glass", "s3:DeleteObjectVersion", f"{ARCHIVE}/x"),
    ("break-glass", "backup:DeleteBackupVault", VAULT),
    ("break-glass", "iam:PutRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/foundation/deploy"),
)


@pytest.mark.parametrize(("role", "action", "resource"), ALLOWED)
def test_roles_can_do_their_work(role: str, action: str, resource: str) -> None:
    assert _decides(role, action, resource) is Outcome.ALLOW


@pytest.mark.parametrize(("role", "action", "resource"), DENIED)
def test_roles_cannot_cross_the_guardrails(role: str, action: str, resource: str) -> None:
    assert _decides(role, action, resource) is Outcome.DENY


@pytest.mark.parametrize("action", ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy"])
def test_deploy_makes_and_grows_roles_inside_the_boundary_alone(action: str) -> None:
    assert _decides("deploy", action, PLATFORM, iam__PermissionsBoundary=BOUNDARY) is Outcome.ALLOW
    assert _decides("deploy", action, PLATFORM) is Outcome.DENY
    other = f"arn:aws:iam::{ACCOUNT}:policy/platform/wide"
    assert _decides("deploy", action, PLATFORM, iam__PermissionsBoundary=other) is Outcome.DENY


def test_deploy_passes_platform_roles_to_named_services_alone() -> None:
    assert _decides("deploy", "iam:PassRole", PLATFORM, iam__PassedToService="config.amazonaws.com") is Outcome.ALLOW
    assert _decides("deploy", "iam:PassRole", PLATFORM, iam__PassedToService="ecs-tasks.amazonaws.com") is Outcome.DENY


def test_nothing_is_made_in_another_region() -> None:
    elsewhere = {"aws__RequestedRegion": "us-east-1"}
    assert _decides("deploy", "ec2:CreateVpc", "*", **elsewhere) is Outcome.DENY
    assert _decides("deploy", "iam:GetRole", PLATFORM, **elsewhere) is Outcome.ALLOW  # IAM stands there
    assert _decides("drift", "cloudtrail:LookupEvents", "*", **elsewhere) is Outcome.ALLOW  # and who called it is told


def test_the_key_administrator_manages_keys_and_schedules_their_deletion() -> None:
    assert _decides("key-administrator", "kms:ScheduleKeyDeletion", KEY) is Outcome.ALLOW
    assert (
        _decides("key-administrator", "kms:PutKeyPolicy", KEY, kms__ResourceAliases="alias/prod-audit") is Outcome.ALLOW
    )


def test_the_audit_keys_policy_is_not_the_pipelines() -> None:
    assert _decides("deploy", "kms:PutKeyPolicy", KEY, kms__ResourceAliases="alias/prod-financial") is Outcome.ALLOW
    assert _decides("deploy", "kms:PutKeyPolicy", KEY, kms__ResourceAliases="alias/prod-audit") is Outcome.DENY


def _token(role: str, **claims: str) -> Outcome:
    repository = {"repository": "kestrel-billing/platform", "repository_id": "704318852", "aud": "sts.amazonaws.com"}
    context = {f"{ISSUER}:{claim}": value for claim, value in {**repository, **claims}.items()}
    request = Request(
        principal=f"arn:aws:iam::{ACCOUNT}:oidc-provider/{ISSUER}",
        action="sts:AssumeRoleWithWebIdentity",
        resource=f"arn:aws:iam::{ACCOUNT}:role/foundation/{role}",
        context=context,
        complete=True,
    )
    return decide(request, Documents(resource=trust_of(_role(role)))).outcome


DEPLOYMENT = {
    "sub": "repo:kestrel-billing/platform:environment:prod",
    "ref": "refs/heads/main",
    "environment": "prod",
}
PULL_REQUEST = {"sub": "repo:kestrel-billing/platform:pull_request", "ref": "refs/pull/7/merge"}


def test_the_right_run_takes_its_role() -> None:
    assert _token("deploy", **DEPLOYMENT) is Outcome.ALLOW
    assert _token("preview", **PULL_REQUEST) is Outcome.ALLOW
    assert (
        _token("drift", sub="repo:kestrel-billing/platform:ref:refs/heads/main", ref="refs/heads/main") is Outcome.ALLOW
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"ref": "refs/heads/feature"},
        {"ref": "refs/pull/7/merge"},
        {"environment": "staging"},
        {"sub": "repo:kestrel-billing/platform:pull_request"},
        {"sub": "repo:kestrel-billing/platform:ref:refs/heads/main"},
        {"sub": "repo:mallory/platform:environment:prod", "repository": "mallory/platform", "repository_id": "9"},
        {"repository_id": "9"},
        {"aud": "https://github.com/kestrel-billing"},
    ],
    ids=str,
)
def test_no_other_branch_fork_environment_or_audience_takes_the_deploy_role(wrong: dict[str, str]) -> None:
    assert _token("deploy", **{**DEPLOYMENT, **wrong}) is Outcome.DENY


def test_a_forks_pull_request_takes_no_role_at_all() -> None:
    fork = {"sub": "repo:mallory/platform:pull_request", "repository": "mallory/platform", "repository_id": "9"}
    for role in ("preview", "drift", "deploy"):
        assert _token(role, **fork) is Outcome.DENY
        assert _token(role, **PULL_REQUEST) is (Outcome.ALLOW if role == "preview" else Outcome.DENY)


PERSON: dict[str, str | None] = {
    "aws:PrincipalOrgID": "o-7kq2m4x9vd",
    "aws:MultiFactorAuthPresent": "true",
    "sts:SourceIdentity": "ada",
    "aws:PrincipalTag/platform-role": "engineer",
    "aws:CurrentTime": "2026-11-25T10:00:00Z",
}
LEAD = f"arn:aws:iam::{IDENTITY}:user/people/platform-lead"
EMERGENCY: dict[str, str | None] = {
    **PERSON,
    "aws:RequestTag/reason": "pipeline is down",
    "aws:RequestTag/ticket": "INC-7",
}


def _person(role: str, context: dict[str, str | None], principal: str = LEAD) -> Outcome:
    request = Request(
        principal=principal,
        action="sts:AssumeRole",
        resource=f"arn:aws:iam::{ACCOUNT}:role/foundation/{role}",
        context=context,
        complete=True,
    )
    theirs = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:*", "Resource": "*"}]}
    documents = Documents(identity=(Document.of("theirs", theirs),), resource=trust_of(_role(role)))
    return decide(request, documents).outcome


@pytest.mark.parametrize(
    ("without", "value"),
    [
        ("aws:PrincipalOrgID", "o-another"),
        ("aws:MultiFactorAuthPresent", "false"),
        ("aws:MultiFactorAuthPresent", None),
        ("sts:SourceIdentity", None),
        ("aws:PrincipalTag/platform-role", "on-call"),
        ("aws:PrincipalTag/platform-role", None),
    ],
)
def test_people_need_their_organisation_a_second_factor_a_name_and_the_role(without: str, value: str | None) -> None:
    assert _person("engineer", PERSON) is Outcome.ALLOW
    assert _person("engineer", {**PERSON, without: value}) is Outcome.DENY


@pytest.mark.parametrize(
    ("without", "value"),
    [
        ("aws:RequestTag/reason", None),
        ("aws:RequestTag/ticket", None),
        ("sts:SourceIdentity", None),
        ("aws:MultiFactorAuthPresent", "false"),
        ("aws:CurrentTime", "2027-02-01T00:00:00Z"),
    ],
)
def test_break_glass_needs_a_reason_a_ticket_a_name_and_a_grant_in_force(without: str, value: str | None) -> None:
    assert _person("break-glass", EMERGENCY) is Outcome.ALLOW
    assert _person("break-glass", {**EMERGENCY, "aws:CurrentTime": "2027-01-31T23:59:59Z"}) is Outcome.ALLOW
    assert _person("break-glass", {**EMERGENCY, without: value}) is Outcome.DENY
    assert _person("break-glass", EMERGENCY, f"arn:aws:iam::{IDENTITY}:user/people/intern") is Outcome.DENY
