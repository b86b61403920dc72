"""What the snippets of remedies take for granted: each name as a program of ours would make it."""

import ast
import builtins

_AGREED = {
    "account_id": '"123456789012"',
    "region": '"eu-central-1"',
    "image": 'f"{account_id}.dkr.ecr.{region}.amazonaws.com/billing/report@{digest}"',
    "digest": '"sha256:" + "ab12" * 16',
    "external_id": '"kestrel-1f9c"',
    "certificate_arn": 'f"arn:aws:acm:{region}:{account_id}:certificate/a"',
    "function_arn": 'f"arn:aws:lambda:{region}:{account_id}:function:rotate"',
}
_ROLES = ("administrator", "service_role", "worker_role", "function_role", "backup_role", "config_role", "engineer")
_POLICY = 'f"arn:aws:iam::{account_id}:policy/foundation/platform"'
_TAGS = {"owner": "payments", "environment": "prod", "data-class": "internal", "pci-scope": "connected"}

_SOURCES: dict[str, str] = {
    **{name: f"{name} = {value}" for name, value in _AGREED.items()},
    **{f"{role}_arn": f'{role}_arn = f"arn:aws:iam::{{account_id}}:role/platform/{role}"' for role in _ROLES},
    "boundary_arn": f"boundary_arn = {_POLICY}",
    "provider": f"""
from pulumi_aws import Provider
provider = Provider("aws", region=region, allowed_account_ids=[account_id],
    default_tags={{"tags": {_TAGS | {"cost-centre": "cc-1"}}}})
""",
    "key": """
from components.encryption_key import EncryptionKey, EncryptionKeyArgs
from pulumi import ResourceOptions
key = EncryptionKey("key", EncryptionKeyArgs(
    alias="prod-key", description="d", account_id=account_id, region=region, administrators=(administrator_arn,),
    users=(service_role_arn,),
), ResourceOptions(provider=provider))
""",
    "recovery_key": """
from pulumi_aws import kms
recovery_key = kms.Key("key-recovery", region="eu-west-1")
""",
    "bucket": """
from pulumi_aws import s3
bucket = s3.Bucket("ledger", bucket="kestrel-prod-ledger", tags={"data-class": "financial"})
""",
    "access_logs": """
from pulumi_aws import s3
access_logs = s3.Bucket("access-logs", bucket="kestrel-prod-access-logs")
""",
    "bucket_args": """
from components.private_bucket import PrivateBucketArgs
bucket_args = PrivateBucketArgs(
    bucket="kestrel-prod-invoices", account_id=account_id, key_arn=key.arn,
    access_log_bucket="kestrel-prod-access-logs", expire_days=400,
)
""",
    "archive": """
from dataclasses import replace
from components.private_bucket import PrivateBucket
archive = PrivateBucket("archive", replace(
    bucket_args, bucket="kestrel-prod-archive", tags={"data-class": "audit"}, lock_days=365,
))
""",
    "topic": """
from pulumi_aws import sns
topic = sns.Topic("duty", name="prod-duty", kms_master_key_id=key.arn)
""",
    "queue": """
from pulumi import ResourceOptions
from pulumi_aws import sqs
queue = sqs.Queue("queue", name="prod-entries", kms_master_key_id=key.arn, opts=ResourceOptions(provider=provider))
""",
    "network_args": """
from ipaddress import IPv4Network
from components.network import NetworkArgs, NetworkTier
network_args = NetworkArgs(
    account_id=account_id, region=region, cidr=IPv4Network("10.32.0.0/16"), zones=("euc1-az1", "euc1-az2"),
    tiers={
        "public": NetworkTier(kind="public", prefix=24, slot=0),
        "data": NetworkTier(kind="isolated", prefix=24, slot=1, data_class="financial", pci_scope="cde"),
        "apps": NetworkTier(kind="private", prefix=20, slot=1),
    },
    nat_zones=("euc1-az1",), nat_fallback="euc1-az1", cluster_name="billing", log_bucket_arn="arn:aws:s3:::logs",
)
""",
    "network": """
from components.network import Network
network = Network("network", network_args)
""",
    "vpc": """
from pulumi_aws import ec2
vpc = ec2.Vpc("own", cidr_block="10.40.0.0/16")
""",
    "client_group": """
from pulumi_aws import ec2
client_group = ec2.SecurityGroup("clients", vpc_id=network.vpc_id)
""",
    "database_group": """
from pulumi_aws import ec2, rds
database_group = ec2.SecurityGroup("databases", vpc_id=network.vpc_id)
rds.Instance("ledger", instance_class="db.m7g.large", vpc_security_group_ids=[database_group.id])
""",
    "acl": """
from pulumi_aws import ec2
acl = ec2.NetworkAcl("acl", vpc_id="vpc-1")
""",
    "subnet": """
from pulumi_aws import ec2
subnet = ec2.Subnet("own", vpc_id=vpc.id, cidr_block="10.40.9.0/24", tags={"tier-kind": "private"})
""",
    "nat": """
from pulumi_aws import ec2
nat = ec2.NatGateway("nat", subnet_id="subnet-1")
""",
    "role": """
from pulumi_aws import iam
role = iam.Role("reports", name="prod-reports", assume_role_policy="{}")
""",
    "instance_role": """
from pulumi_aws import iam
instance_role = iam.Role("instances", name="prod-instances", assume_role_policy="{}")
""",
    "database": """
from pulumi_aws import rds
database = rds.Instance(
    "ledger", identifier="prod-ledger", instance_class="db.m7g.large", tags={"data-class": "financial"}
)
""",
    "database_args": """
from components.databases.topology import SingleInstance
from components.postgres import PostgresArgs, PostgresBackups, PostgresWatch
database_args = PostgresArgs(
    identifier="prod-ledger", database="ledger", version="16", data_class="financial", pci_scope="cde",
    topology=SingleInstance(instance_class="db.t4g.micro", storage_gib=20, max_storage_gib=30),
    vpc_id=network.vpc_id, subnet_ids=network.subnet_ids["data"], clients={"api": client_group.id}, key_arn=key.arn,
    backups=PostgresBackups(days=7, window="02:00-02:30", recovery_region="eu-west-1", recovery_key_arn=key.arn),
    watch=PostgresWatch(log_key_arn=key.arn, log_days=400, monitoring_role_arn=service_role_arn,
        page_topic_arn=topic.arn, ticket_topic_arn=topic.arn),
    maintenance_window="sun:03:00-sun:04:00",
)
""",
    "plan": """
from pulumi_aws import backup
plan = backup.Plan("plan", rules=[{"rule_name": "daily", "target_vault_name": "prod"}])
""",
    "backup_args": """
from components.backup import BackupArgs
from components.backup_rules import Objective, Retention
backup_args = BackupArgs(
    environment="prod", data_class="financial", region=region, recovery_region="eu-west-1", key_arn=key.arn,
    recovery_key_arn=key.arn, role_arn=backup_role_arn, immutable=False,
    objective=Objective(rpo_minutes=5, rto_minutes=60, region_rpo_minutes=120, region_rto_minutes=240),
    retention=Retention(daily_days=35, monthly_days=400), ticket_topic_arn=topic.arn, page_topic_arn=topic.arn,
)
""",
    "trail_args": """
from components.evidence.trail import TrailArgs
trail_args = TrailArgs(
    trail_name="prod", account_id=account_id, region=region, bucket="kestrel-prod-archive", prefix="trail/",
    key_arn=key.arn, object_arns=("arn:aws:s3:::kestrel-prod-ledger/",), log_group_days=400,
)
""",
    "detection_args": """
from components.detection import DetectionArgs
detection_args = DetectionArgs(
    environment="prod", region=region, home=True, other_regions=(), config_role_arn=config_role_arn,
    config_bucket="kestrel-prod-landing", config_prefix="config",
)
""",
    "node_group": """
from components.kubernetes_cluster import NodeGroup
node_group = NodeGroup(
    architecture="arm64", instance_types=("m7g.large",), tier="apps", subnet_ids=network.subnet_ids["apps"],
    min_nodes=2, desired_nodes=2, max_nodes=4, disk_gib=50, disk_key_arn=key.arn,
)
""",
    "cluster_args": """
from ipaddress import IPv4Network
from components.kubernetes_cluster import ClusterAccess, KubernetesClusterArgs
administrator = ClusterAccess(f"arn:aws:iam::{account_id}:role/foundation/break-glass", administrator=True)
cluster_args = KubernetesClusterArgs(
    cluster_name="billing-prod", account_id=account_id, region=region, version="1.34", vpc_id=network.vpc_id,
    subnet_ids=tuple(network.subnet_ids["apps"].values()), service_cidr=IPv4Network("172.20.0.0/16"),
    node_groups={"general": node_group}, access={"break-glass": administrator},
    secrets_key_arn=key.arn, log_key_arn=key.arn, log_days=400,
)
""",
    "cluster": """
from components.kubernetes_cluster import KubernetesCluster
cluster = KubernetesCluster("cluster", cluster_args)
""",
    "cluster_facts": """
from components.pod_role import ClusterFacts
cluster_facts = ClusterFacts(
    name="billing-prod", arn=f"arn:aws:eks:{region}:{account_id}:cluster/billing-prod", account_id=account_id,
    region=region,
)
""",
    "reading": """
from components.policy_document import Statement
reading = Statement(sid="Reads", actions=("s3:GetObject",), resources=("arn:aws:s3:::kestrel-prod-exchange/*",))
""",
    "definition": "from tests.components.services_cases import worker\ndefinition = worker()",
    "release": "from tests.components.services_cases import release as released\nrelease = released(host=None)",
    "surroundings": "from tests.components.services_cases import surroundings as around\nsurroundings = around()",
}


def program(snippet: str, *also: str) -> str:
    """The snippet as a whole program: before it what it takes for granted, and the names `also`."""
    made: dict[str, str] = {}
    for name in (*also, *free_names(snippet)):
        _make(name, made)
    return "\n".join((*made.values(), snippet))


def _make(name: str, made: dict[str, str]) -> None:
    if name in made:
        return
    assert name in _SOURCES, f"a snippet takes {name} for granted: say in {__file__} how it is made"
    source = _SOURCES[name]
    for needed in free_names(source):
        _make(needed, made)
    made[name] = source


def free_names(source: str) -> list[str]:
    """Names that the source uses and neither imports, makes nor takes from Python, in order of use."""
    nodes = list(ast.walk(ast.parse(source)))
    made = {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    made |= {
        (alias.asname or alias.name)
        for node in nodes
        if isinstance(node, ast.ImportFrom | ast.Import)
        for alias in node.names
    }
    made |= {node.arg for node in nodes if isinstance(node, ast.arg)} | set(dir(builtins))
    used = [node for node in nodes if isinstance(node, ast.Name) and node.id not in made]
    return list(dict.fromkeys(node.id for node in sorted(used, key=lambda node: (node.lineno, node.col_offset))))
