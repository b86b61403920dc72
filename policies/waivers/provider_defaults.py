"""Inputs that the AWS provider fills in where a program leaves them out: asking for these is not asking at all.

The engine hands them to policy packs without saying which they are. Only what rules read is listed: by type, path and
value, as in the schema of pulumi-aws 7.51; tests/policies/test_content.py holds the list against the sandbox's tables.
"""

import re
from typing import Any

from policies import tokens

_SUBNET_GROUP, _EVENTS = "aws:rds/subnetGroup:SubnetGroup", "aws:rds/eventSubscription:EventSubscription"
_BY_PULUMI = {"description": "Managed by Pulumi"}
_OPEN = dict.fromkeys(("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"), False)
_PARAMETERS = _BY_PULUMI | {"parameters.applyMethod": "immediate"}

DEFAULTS: dict[str, dict[str, Any]] = {
    "aws:accessanalyzer/analyzer:Analyzer": {"type": "ACCOUNT"},
    tokens.WORKGROUP: {"state": "ENABLED"},
    "aws:cfg/deliveryChannel:DeliveryChannel": {"name": "default"},
    "aws:cfg/recorder:Recorder": {"name": "default"},
    tokens.TRAIL: {
        "enableLogFileValidation": False,
        "enableLogging": True,
        "includeGlobalServiceEvents": True,
        "isMultiRegionTrail": False,
        "eventSelectors.includeManagementEvents": True,
        "eventSelectors.readWriteType": "All",
    },
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": {"actionsEnabled": True},
    "aws:cloudwatch/metricAlarm:MetricAlarm": {"actionsEnabled": True},
    tokens.LOG_GROUP: {"retentionInDays": 0},
    "aws:ebs/encryptionByDefault:EncryptionByDefault": {"enabled": True},
    "aws:cloudwatch/eventRule:EventRule": {"state": "ENABLED"},
    tokens.FLOW_LOG: {"logDestinationType": "cloud-watch-logs"},
    tokens.NETWORK_ACL_RULE: {"egress": False},
    tokens.SECURITY_GROUP: _BY_PULUMI | {"ingress.self": False, "egress.self": False},
    tokens.SUBNET: {"mapPublicIpOnLaunch": False},
    tokens.VPC_ENDPOINT: {"vpcEndpointType": "Gateway"},
    tokens.EKS_CLUSTER: {"bootstrapSelfManagedAddons": True},
    "aws:eks/accessEntry:AccessEntry": {"type": "STANDARD"},
    "aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults": {
        "httpEndpoint": "no-preference",
        "httpPutResponseHopLimit": -1,
        "httpTokens": "no-preference",
    },
    "aws:guardduty/detector:Detector": {"enable": True},
    tokens.PASSWORD_POLICY: {"minimumPasswordLength": 6},
    "aws:iam/instanceProfile:InstanceProfile": {"path": "/"},
    tokens.POLICY: {"path": "/"},
    tokens.ROLE: {"path": "/", "maxSessionDuration": 3600},
    tokens.KEY: {
        "bypassPolicyLockoutSafetyCheck": False,
        "customerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "enableKeyRotation": False,
        "isEnabled": True,
    },
    tokens.KEY_REPLICA: {"bypassPolicyLockoutSafetyCheck": False, "enabled": True},
    tokens.DATABASE_CLUSTER: {"autoMinorVersionUpgrade": True, "skipFinalSnapshot": False},
    "aws:rds/clusterInstance:ClusterInstance": {"autoMinorVersionUpgrade": True},
    tokens.DATABASE_INSTANCE: {
        "autoMinorVersionUpgrade": True,
        "publiclyAccessible": False,
        "skipFinalSnapshot": False,
    },
    tokens.DATABASE_BACKUPS_REPLICATION: {"retentionPeriod": 7},
    tokens.DATABASE_CLUSTER_PARAMETERS: _PARAMETERS,
    tokens.DATABASE_PARAMETERS: _PARAMETERS,
    _EVENTS: {"enabled": True},
    _SUBNET_GROUP: _BY_PULUMI,
    tokens.ACCOUNT_PUBLIC_ACCESS: _OPEN,
    tokens.BUCKET_PUBLIC_ACCESS: _OPEN,
    "aws:secretsmanager/secretPolicy:SecretPolicy": {"blockPublicPolicy": False},
    "aws:sqs/queue:Queue": {"messageRetentionSeconds": 345_600},
}


def is_default(type_: str, path: str, value: Any) -> bool:
    """Whether the provider fills in `value` at `path`, which has the names of lists without indexes."""
    known = DEFAULTS.get(type_, {})
    return path in known and known[path] == value


def is_made_up(name: str, value: Any) -> bool:
    """Whether the provider made `value` up as the name of the resource `name`: seven hexadecimal digits behind it."""
    return isinstance(value, str) and bool(re.fullmatch(rf"(alias/)?{re.escape(name)}-[0-9a-f]{{7}}(\.fifo)?", value))
