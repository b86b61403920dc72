"""Roles that do what is named, for those who are named, and nobody with keys of their own."""

_POLICY = """\
from components.policy_document import Statement, policy_json
from pulumi_aws import iam

"""
_ROLE = """\
from components.policy_document import Statement
from components.service_role import ServiceRole, ServiceRoleArgs

"""

SNIPPETS = {
    "IAM-01": f"""\
{_POLICY}# Statement refuses wildcards without a reason; name what the role does, and on what.
reading = Statement(sid="Reports", actions=("s3:GetObject",), resources=("arn:aws:s3:::kestrel-prod-reports/*",))
iam.RolePolicy("reports", role=role.name, policy=policy_json(reading))
""",
    "IAM-02": f"""\
{_POLICY}actions = ("s3:GetObject", "s3:PutObject")  # instead of s3:*
exchange = Statement(sid="Exchange", actions=actions, resources=("arn:aws:s3:::kestrel-prod-exchange/*",))
iam.RolePolicy("exchange", role=role.name, policy=policy_json(exchange))
""",
    "IAM-04": f"""\
{_POLICY}passing = Statement(
    sid="PassNodeRoles",
    actions=("iam:PassRole",),
    resources=(f"arn:aws:iam::{{account_id}}:role/platform/prod-nodes",),
    conditions={{"StringEquals": {{"iam:PassedToService": "eks.amazonaws.com"}}}},
)
iam.RolePolicy("pass-node-roles", role=role.name, policy=policy_json(passing))
""",
    "IAM-05": f"""\
{_POLICY}partner = Statement(
    sid="Partner",
    actions=("sts:AssumeRole",),
    principals={{"AWS": "arn:aws:iam::999988887777:role/settlement"}},
    conditions={{"StringEquals": {{"sts:ExternalId": external_id}}}},  # agreed with the partner, unique to us
)
boundary = f"arn:aws:iam::{{account_id}}:policy/foundation/platform"
iam.Role("settlement", assume_role_policy=policy_json(partner), permissions_boundary=boundary)
""",
    "IAM-06": """\
from components.ci_identity import CiIdentity, CiIdentityArgs

CiIdentity(
    "ci",
    CiIdentityArgs(
        account_id=account_id,
        region=region,
        organisation="kestrel",
        environment="prod",
        repository="kestrel/platform",  # this repository, and its main branch, alone
        repository_id="7",
        branch="main",
        platform_boundary_arn=boundary_arn,
        pipeline_boundary_arn=boundary_arn,
    ),
)
""",
    "IAM-08": f"""\
{_POLICY}# Remove the user and the key. A program takes a role; people sign in to theirs through the directory.
trust = Statement(sid="Tasks", actions=("sts:AssumeRole",), principals={{"Service": "ec2.amazonaws.com"}})
iam.Role("exporter", assume_role_policy=policy_json(trust), permissions_boundary=boundary_arn)
""",
    "IAM-09": """\
from pulumi_aws import iam

# Remove the user's policy; the role that the user takes has it instead.
iam.RolePolicyAttachment("auditors-read", role=role.name, policy_arn="arn:aws:iam::aws:policy/SecurityAudit")
""",
    "IAM-10": f"""\
{_ROLE}from components.policy_document import trust

# The component sets the boundary. A role of your own: permissions_boundary=boundary_arn(account_id).
reading = Statement(sid="Metrics", actions=("cloudwatch:GetMetricData",), resources=("*",), why="has no resources")
args = ServiceRoleArgs(
    role_name="prod-reports",
    account_id=account_id,
    description="Reports read metrics",
    trust=(trust("Tasks", "ec2.amazonaws.com"),),
    permissions=(reading,),
)
ServiceRole("reports", args)
""",
    "IAM-11": f"""\
{_POLICY}people = Statement(
    sid="People",
    actions=("sts:AssumeRole",),
    principals={{"AWS": f"arn:aws:iam::{{account_id}}:user/people/lead"}},
    conditions={{"Bool": {{"aws:MultiFactorAuthPresent": "true"}}}},
)
iam.Role("lead", assume_role_policy=policy_json(people), permissions_boundary=boundary_arn, max_session_duration=3600)
""",
    "IAM-12": """\
from components.account_defaults import AccountDefaults, AccountDefaultsArgs

AccountDefaults("account", AccountDefaultsArgs(regions=[region]))
""",
    "IAM-13": """\
from pulumi_aws import accessanalyzer

# Detection does this itself; elsewhere one for each region in use:
for place in ("eu-central-1", "eu-west-1"):
    accessanalyzer.Analyzer(f"access-{place}", analyzer_name="access", type="ACCOUNT", region=place)
""",
    "RES-01": """\
from components.policy_document import Statement, policy_json
from pulumi import ResourceOptions
from pulumi_aws import sqs

deliver = Statement(
    sid="Deliver",
    actions=("sqs:SendMessage",),
    resources=(f"arn:aws:sqs:{region}:{account_id}:prod-entries",),
    principals={"Service": "events.amazonaws.com"},
    conditions={"StringEquals": {"aws:SourceAccount": account_id}},  # for nobody else's account
)
sqs.QueuePolicy("entries", queue_url=queue.url, policy=policy_json(deliver), opts=ResourceOptions(provider=provider))
""",
}
