"""Permissions that say what exists, decryption with named keys, and roles of one service account."""

_ROLE = """\
from components.policy_document import Statement, trust
from components.service_role import ServiceRole, ServiceRoleArgs

"""

SNIPPETS = {
    "IAM-07": """\
from components.pod_role import ClusterFacts, PodRole, PodRoleArgs
from components.policy_document import Statement

arn = f"arn:aws:eks:{region}:{account_id}:cluster/billing-prod"
reading = Statement(sid="Read", actions=("s3:GetObject",), resources=("arn:aws:s3:::kestrel-prod-reports/*",))
PodRole(
    "reports",
    PodRoleArgs(
        cluster=ClusterFacts(name="billing-prod", arn=arn, account_id=account_id, region=region),
        cluster_name="billing-prod",
        role_name="prod-reports",
        namespace="billing-reports",
        account="reports",  # pods of this service account, in this namespace, and no others
        description="Reads what reports are made of",
        permissions=(reading,),
    ),
)
""",
    "IAM-14": f"""\
{_ROLE}# s3:ListBucket acts on buckets and knows s3:prefix; s3:GetObject acts on objects and does not.
bucket = "arn:aws:s3:::kestrel-prod-reports"
monthly = {{"StringEquals": {{"s3:prefix": "monthly/"}}}}
listing = Statement(sid="List", actions=("s3:ListBucket",), resources=(bucket,), conditions=monthly)
reading = Statement(sid="Read", actions=("s3:GetObject",), resources=(f"{{bucket}}/monthly/*",))
args = ServiceRoleArgs(
    role_name="prod-reports",
    account_id=account_id,
    description="Makes reports",
    trust=(trust("Functions", "lambda.amazonaws.com"),),
    permissions=(listing, reading),
)
ServiceRole("reports", args)
""",
    "KMS-05": f"""\
{_ROLE}# By its ARN; or not at all, and the role among the users= of the EncryptionKey.
key_arn = f"arn:aws:kms:{{region}}:{{account_id}}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
args = ServiceRoleArgs(
    role_name="prod-reports",
    account_id=account_id,
    description="Makes reports",
    trust=(trust("Functions", "lambda.amazonaws.com"),),
    permissions=(Statement(sid="OpenReports", actions=("kms:Decrypt",), resources=(key_arn,)),),
)
ServiceRole("reports", args)
""",
}
