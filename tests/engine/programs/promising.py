"""Two services that promise something, and an archive that keeps what was done to them.

Of the AWS SDK nothing is loaded: that would be most of what a preview takes.
"""

import json

import pulumi

from components.service_level import ServiceLevels, ServiceLevelsArgs
from components.slo.kinds import availability

VERSION, ARCHIVE = "first", "kestrel-billing-sandbox-archive"
account = {"region": "eu-central-1", "allowedAccountIds": '["111122223333"]'}
given = pulumi.ResourceOptions(provider=pulumi.ProviderResource("aws", "aws", account))
bucket = {"bucket": ARCHIVE, "objectLockEnabled": True, "tags": {"version": VERSION}}
pulumi.CustomResource("aws:s3/bucket:Bucket", "archive", bucket, given)
pulumi.export("archive_bucket", {"name": ARCHIVE})
kubeconfig = {
    "apiVersion": "v1",
    "kind": "Config",
    "current-context": "little",
    "clusters": [{"name": "little", "cluster": {"server": "https://little.eks.amazonaws.com"}}],
    "contexts": [{"name": "little", "context": {"cluster": "little", "user": "little"}}],
    "users": [{"name": "little", "user": {}}],
}
cluster = pulumi.ProviderResource("kubernetes", "cluster", {"kubeconfig": json.dumps(kubeconfig)})
levels = tuple(availability(service=name, owner="payments", objective_percent=99.9) for name in ("api", "webhooks"))
promised = ServiceLevelsArgs(called="promises", namespace="telemetry", labels={}, levels=levels)
ServiceLevels("promises", promised, pulumi.ResourceOptions(provider=cluster))
