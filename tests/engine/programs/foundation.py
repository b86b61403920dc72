"""A key, buckets, a network and a role: something of every kind that faults strike, and no more.

The program of a foundation: no rule asks it for all that an environment has.
"""

from ipaddress import IPv4Network

import pulumi

from components.account_baseline import AccountBaseline, AccountBaselineArgs
from components.bucket_policy import access_log_delivery, log_delivery
from components.encryption_key import EncryptionKey, EncryptionKeyArgs, ServiceUse
from components.network import Network, NetworkArgs, NetworkTier
from components.policy_document import Statement, trust
from components.private_bucket import PrivateBucket, PrivateBucketArgs
from components.service_role import ServiceRole, ServiceRoleArgs
from components.tags import classified
from stacks.provider import deploy_provider
from stacks.sections.account import Account, Tags

ACCOUNT, ENVIRONMENT = "111122223333", "sandbox"
LOGS, ACCESS = (f"little-{ENVIRONMENT}-{purpose}-{ACCOUNT}" for purpose in ("logs", "access"))

account = Account(
    id=ACCOUNT,
    region="eu-central-1",
    recovery_region="eu-west-1",
    organisation_id="o-7kq2m4x9vd",
    organisation="little",
)
REGION = account.region
given = pulumi.ResourceOptions(
    provider=deploy_provider(ENVIRONMENT, account, Tags(owner="tests", cost_centre="ENG-1000"))
)
AccountBaseline("account", AccountBaselineArgs(account_id=ACCOUNT), given)
delivery = log_delivery(ACCOUNT, REGION)
key = EncryptionKey(
    "key",
    EncryptionKeyArgs(
        alias=f"{ENVIRONMENT}-logs",
        description="key",
        account_id=ACCOUNT,
        region=REGION,
        administrators=(f"arn:aws:iam::{ACCOUNT}:role/foundation/key-administrator",),
        services=(ServiceUse(delivery.principal, delivery.source_arn),),
        protect=False,
        tags=classified("audit", None),
    ),
    given,
)
access_logs = PrivateBucket(
    "access-logs",
    PrivateBucketArgs(
        bucket=ACCESS,
        account_id=ACCOUNT,
        key_arn=None,
        access_log_bucket=None,
        expire_days=30,
        writers=(access_log_delivery(LOGS),),
        protect=False,
    ),
    given,
)
logs = PrivateBucket(
    "logs",
    PrivateBucketArgs(
        bucket=LOGS,
        account_id=ACCOUNT,
        key_arn=key.arn,
        access_log_bucket=access_logs.name,
        expire_days=30,
        lock_days=1,
        lock_mode="GOVERNANCE",
        writers=(delivery,),
        protect=False,
        tags=classified("audit", None),
    ),
    given,
)
network = Network(
    "network",
    NetworkArgs(
        account_id=ACCOUNT,
        region=REGION,
        cidr=IPv4Network("10.20.0.0/18"),
        zones=("euc1-az1",),
        tiers={
            "public": NetworkTier(kind="public", prefix=26, slot=0),
            "data": NetworkTier(kind="isolated", prefix=26, slot=1),
            "apps": NetworkTier(kind="private", prefix=23, slot=1),
        },
        nat_zones=("euc1-az1",),
        gateway_endpoints=("s3",),
        interface_endpoints=("sts",),
        endpoint_tier="apps",
        cluster_name="little",
        log_bucket_arn=logs.arn,
        protect=False,
    ),
    given,
)
ServiceRole(
    "reader",
    ServiceRoleArgs(
        role_name=f"{ENVIRONMENT}-reader",
        account_id=ACCOUNT,
        description="Reads the logs",
        trust=(trust("Backup", "backup.amazonaws.com", ACCOUNT),),
        permissions=(Statement(sid="Look", actions=("s3:ListBucket",), resources=(f"arn:aws:s3:::{LOGS}",)),),
    ),
    given,
)
pulumi.export("vpc_id", network.vpc_id)
pulumi.export("route_table_ids", network.route_table_ids)
