"""How buckets are made: PrivateBucket closes, encrypts, versions and ends what it holds."""

SNIPPETS = {
    "S3-01": """\
from components.private_bucket import PrivateBucket

# All four flags are on, and are no choice. A bucket of your own: s3.BucketPublicAccessBlock with all four True.
PrivateBucket("invoices", bucket_args)
""",
    "S3-02": """\
from components.account_baseline import AccountBaseline, AccountBaselineArgs

AccountBaseline("account", AccountBaselineArgs(account_id=account_id))
""",
    "S3-03": """\
from components.policy_document import EVERYONE, Statement, policy_json
from pulumi_aws import s3

plain_text = Statement(
    sid="DenyPlainText",
    effect="Deny",
    principals=EVERYONE,
    actions=("s3:*",),
    resources=("arn:aws:s3:::kestrel-prod-ledger", "arn:aws:s3:::kestrel-prod-ledger/*"),
    conditions={"Bool": {"aws:SecureTransport": "false"}},
)
s3.BucketPolicy("ledger", bucket=bucket.bucket, policy=policy_json(plain_text))
""",
    "S3-04": """\
from dataclasses import replace

from components.private_bucket import PrivateBucket

PrivateBucket("invoices", replace(bucket_args, key_arn=key.arn))
""",
    "S3-05": """\
from pulumi_aws import s3

# PrivateBucket does this itself; a bucket of your own:
s3.BucketVersioning("ledger", bucket=bucket.id, versioning_configuration={"status": "Enabled"})
""",
    "S3-06": """\
from dataclasses import replace

from components.private_bucket import PrivateBucket

PrivateBucket("invoices", replace(bucket_args, access_log_bucket=access_logs.bucket))
""",
    "S3-07": """\
from dataclasses import replace

from components.private_bucket import PrivateBucket

# Nobody, root included, can remove a version before its time: choose the days with care.
PrivateBucket("evidence", replace(bucket_args, tags={"data-class": "audit"}, lock_days=365, lock_mode="COMPLIANCE"))
""",
    "S3-08": """\
from dataclasses import replace

from components.private_bucket import PrivateBucket

PrivateBucket("invoices", replace(bucket_args, archive_days=95, expire_days=400, noncurrent_days=90))
""",
    "S3-09": """\
from pulumi_aws import s3

# PrivateBucket does this itself; a bucket of your own, which then has no ACL:
s3.BucketOwnershipControls("ledger", bucket=bucket.id, rule={"object_ownership": "BucketOwnerEnforced"})
""",
}
