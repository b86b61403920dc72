"""What carries, copies and shares data beside the stores themselves, and what guards a cluster's own doors."""

SNIPPETS = {
    "LOG-05": """\
from pulumi_aws import athena

encryption = {"encryption_option": "SSE_KMS", "kms_key_arn": key.arn}
results = {"output_location": "s3://kestrel-prod-results/", "encryption_configuration": encryption}
# enforce_workgroup_configuration is true unless it is said otherwise: a caller cannot choose another place.
athena.Workgroup("reports", name="prod-reports", configuration={"result_configuration": results})
""",
    "LOG-06": """\
from pulumi_aws import kinesis

# components.LogStream does this, and subscribes a log group to it.
kinesis.FirehoseDeliveryStream(
    "reports",
    name="prod-reports",
    destination="extended_s3",
    server_side_encryption={"enabled": True},
    extended_s3_configuration={"bucket_arn": bucket.arn, "role_arn": role.arn},
)
""",
    "NET-17": """\
from pulumi_aws import route53

# components.Network does this; the archive's data class is audit.
log = route53.ResolverQueryLogConfig("dns", name="prod-dns", destination_arn=archive.arn)
route53.ResolverQueryLogConfigAssociation("dns", resolver_query_log_config_id=log.id, resource_id=vpc.id)
""",
    "S3-10": """\
from pulumi_aws import s3

copy = s3.Bucket("copy", bucket="kestrel-prod-ledger-recovery", region="eu-west-1")
rule = {
    "status": "Enabled",
    "source_selection_criteria": {"sse_kms_encrypted_objects": {"status": "Enabled"}},
    "destination": {"bucket": copy.arn, "encryption_configuration": {"replica_kms_key_id": recovery_key.arn}},
}
s3.BucketReplicationConfig("ledger", bucket=bucket.id, role=role.arn, rules=[rule])
""",
    "BKP-05": """\
from pulumi_aws import rds

# components.Postgres does this, as its PostgresBackups say.
rds.InstanceAutomatedBackupsReplication(
    "ledger-recovery",
    source_db_instance_arn=database.arn,
    kms_key_id=recovery_key.arn,
    retention_period=35,
    region="eu-west-1",
)
""",
    "RES-02": """\
from pulumi_aws import ebs

ebs.SnapshotBlockPublicAccess("snapshots", state="block-all-sharing", region=region)
""",
    "IAM-16": """\
from pulumi_aws import iam

url = "https://token.actions.githubusercontent.com"
iam.OpenIdConnectProvider("github", url=url, client_id_lists=["sts.amazonaws.com"])
""",
    "K8S-15": """\
from pulumi_kubernetes.admissionregistration import v1 as admission

refused = {"expression": "object.spec.replicas <= 10", "message": "more than 10 replicas"}
deployments = {
    "api_groups": ["apps"], "api_versions": ["v1"], "resources": ["deployments"], "operations": ["CREATE", "UPDATE"]
}
spec = {"failure_policy": "Fail", "match_constraints": {"resource_rules": [deployments]}, "validations": [refused]}
admission.ValidatingAdmissionPolicy("few-replicas", metadata={"name": "few-replicas"}, spec=spec)
bound = {"policy_name": "few-replicas", "validation_actions": ["Deny"]}
admission.ValidatingAdmissionPolicyBinding("few-replicas", metadata={"name": "few-replicas"}, spec=bound)
""",
    "K8S-16": """\
from pulumi_kubernetes.apiextensions import CustomResource

# components.BillingService does this, for the secrets that a service names.
where, version = {"name": "report", "namespace": "billing-reports"}, "external-secrets.io/v1"
aws = {"service": "SecretsManager", "region": region, "role": role.arn}
CustomResource("store", api_version=version, kind="SecretStore", metadata=where, spec={"provider": {"aws": aws}})
key = {"secretKey": "mail", "remoteRef": {"key": "prod/report/mail"}}
spec = {"refreshInterval": "10m", "secretStoreRef": {"kind": "SecretStore", "name": "report"}, "data": [key]}
CustomResource("secret", api_version=version, kind="ExternalSecret", metadata=where, spec=spec)
""",
    "K8S-17": """\
from pulumi_kubernetes.helm import v3 as helm

# An exact version, never a range such as ^2.43.
repository = helm.RepositoryOptsArgs(repo="https://argoproj.github.io/argo-helm")
helm.Release("rollouts", chart="argo-rollouts", version="2.43.0", repository_opts=repository)
""",
    "K8S-18": """\
from pulumi_kubernetes.storage import v1 as storage

parameters = {"type": "gp3", "encrypted": "true", "kmsKeyId": key.arn}
storage.StorageClass("encrypted", provisioner="ebs.csi.aws.com", parameters=parameters)
""",
    "K8S-19": """\
from pulumi_kubernetes.apiextensions import CustomResource

spec = {
    "podSelector": {"matchLabels": {"app.kubernetes.io/name": "report"}},
    "securityGroups": {"groupIds": [client_group.id]},
}
CustomResource(
    "report-groups",
    api_version="vpcresources.k8s.aws/v1beta1",
    kind="SecurityGroupPolicy",
    metadata={"name": "report", "namespace": "billing-reports"},
    spec=spec,
)
""",
    "K8S-20": """\
from pulumi_kubernetes.apiextensions import CustomResource

# A scrape that has more than this is thrown away whole, and SeriesCut tells of it.
limits = {"sampleLimit": 20_000, "labelLimit": 30, "labelValueLengthLimit": 256}
spec = {
    "selector": {"matchLabels": {"app.kubernetes.io/name": "report"}},
    "endpoints": [{"port": "management", "path": "/metrics"}],
    **limits,
}
where = {"name": "report", "namespace": "billing-reports"}
version = "monitoring.coreos.com/v1"
CustomResource("report-monitor", api_version=version, kind="ServiceMonitor", metadata=where, spec=spec)
""",
}
