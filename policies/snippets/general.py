"""Where resources are, whose they are, and that none goes by mistake."""

SNIPPETS = {
    "GEN-01": """\
from pulumi import ResourceOptions
from pulumi_aws import Provider, sqs

home = Provider("home", region="eu-central-1", allowed_account_ids=[account_id])
sqs.Queue("entries", opts=ResourceOptions(provider=home))
""",
    "GEN-02": """\
from components.tags import classified, tagged
from pulumi import ResourceOptions
from pulumi_aws import s3

# The stack's provider adds owner, environment, cost-centre and the rest to all that it makes; what holds another
# class of data says so.
tags = tagged("exports", classified("financial", "cde"))
s3.Bucket("exports", bucket="kestrel-prod-exports", tags=tags, opts=ResourceOptions(provider=provider))
""",
    "GEN-03": """\
from pulumi import ResourceOptions
from pulumi_aws import dynamodb

# To remove it, take protect away in a change of its own, first. Components protect what they keep.
dynamodb.Table("ledger", hash_key="id", opts=ResourceOptions(protect=True))
""",
}
