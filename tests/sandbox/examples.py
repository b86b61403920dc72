"""One example of every type that the sandbox serves, and what the examples need."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sandbox.wire import secret
from tests.sandbox.conftest import REGION, Engine
from tests.sandbox.examples_cluster import CLUSTER, CLUSTER_MAKERS
from tests.sandbox.examples_data import DATA, DATA_MAKERS

POLICY = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}]}
)
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)
ACCESS = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
)
_METRICS = {"cloudwatchMetricsEnabled": True, "metricName": "billing", "sampledRequestsEnabled": False}
Need = tuple[str, dict[str, Any]]


def filled(value: Any, ids: dict[str, str]) -> Any:
    """The example with the ids of what was made in the place of their names."""
    if isinstance(value, dict):
        return {key: filled(item, ids) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, ids) for item in value]
    if isinstance(value, str) and value.startswith(("{", "arn:", "other-")) and not value.startswith('{"'):
        return value.format_map(ids)
    return value


class Made(dict[str, str]):
    """Ids of what other types need, each made when it is first asked for."""

    def __init__(self, engine: Engine):
        super().__init__(account=engine.account)
        self.engine = engine

    def __missing__(self, name: str) -> str:
        need = MAKERS[name]
        made = need(self) if callable(need) else need
        self[name] = made if isinstance(made, str) else self.engine.create(made[0], filled(made[1], self))[0]
        return self[name]


def _bucket(ids: Made) -> Need:
    """A versioned bucket that accepts access logs, as a policy allows."""
    name = f"b-{ids['account']}"
    ids.engine.create("aws:s3/bucket:Bucket", {"bucket": name, "objectLockEnabled": True})
    versioning = {"bucket": name, "versioningConfiguration": {"status": "Enabled"}}
    ids.engine.create("aws:s3/bucketVersioning:BucketVersioning", versioning)
    grant = {"Effect": "Allow", "Principal": {"Service": ["logging.s3.amazonaws.com"]}, "Action": ["s3:PutObject"]}
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    policy = json.dumps({"Statement": [deny, {**grant, "Resource": [f"arn:aws:s3:::{name}/*"]}]})
    return "aws:s3/bucketPolicy:BucketPolicy", {"bucket": name, "policy": policy}


def _redrive(ids: Made) -> str:
    """The policy that moves what nobody could process to the dead-letter queue."""
    arn = f"arn:aws:sqs:{REGION}:{ids['account']}:{ids['dead'].rpartition('/')[2]}"
    return json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 5})


_ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
MAKERS: dict[str, Need | Callable[[Made], Need | str]] = {
    "vpc": ("aws:ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16"}),
    "subnet": (
        "aws:ec2/subnet:Subnet",
        {"vpcId": "{vpc}", "availabilityZoneId": "euc1-az1", "cidrBlock": "10.0.0.0/24"},
    ),
    "bucket": _bucket,
    "internet": ("aws:ec2/internetGateway:InternetGateway", {"vpcId": "{vpc}"}),
    "eip": ("aws:ec2/eip:Eip", {"domain": "vpc"}),
    "table": ("aws:ec2/routeTable:RouteTable", {"vpcId": "{vpc}"}),
    "acl": ("aws:ec2/networkAcl:NetworkAcl", {"vpcId": "{vpc}"}),
    "group": ("aws:ec2/securityGroup:SecurityGroup", {"vpcId": "{vpc}"}),
    "key": ("aws:kms/key:Key", {}),
    "gateway": (_ENDPOINT, {"vpcId": "{vpc}", "serviceName": f"com.amazonaws.{REGION}.s3"}),
    "interface": (
        _ENDPOINT,
        {"vpcId": "{vpc}", "serviceName": f"com.amazonaws.{REGION}.kms", "vpcEndpointType": "Interface"},
    ),
    "config": (
        "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig",
        {"destinationArn": "arn:aws:s3:::{bucket}"},
    ),
    "role": ("aws:iam/role:Role", {"name": "needed", "assumeRolePolicy": TRUST, "forceDetachPolicies": True}),
    "log_group": ("aws:cloudwatch/logGroup:LogGroup", {"name": "needed"}),
    "sink": ("aws:cloudwatch/logGroup:LogGroup", {"name": "sink"}),
    "topic": ("aws:sns/topic:Topic", {"name": "needed"}),
    "queue": ("aws:sqs/queue:Queue", {"name": "needed"}),
    "web_acl": (
        "aws:wafv2/webAcl:WebAcl",
        {"name": "needed", "scope": "REGIONAL", "defaultAction": {"allow": {}}, "visibilityConfig": _METRICS},
    ),
    "redrive": _redrive,
    "dead": ("aws:sqs/queue:Queue", {"name": "dead"}),
    "rule": ("aws:cloudwatch/eventRule:EventRule", {"name": "needed", "scheduleExpression": "rate(1 day)"}),
    "secret": ("aws:secretsmanager/secret:Secret", {"name": "needed", "recoveryWindowInDays": 0}),
    **DATA_MAKERS,
    **CLUSTER_MAKERS,
    "primary": ("aws:kms/key:Key", {"multiRegion": True, "region": "eu-west-1"}),
}
_ALERTS = "arn:aws:sns:eu-central-1:{account}:alerts"


EXAMPLES: dict[str, dict[str, Any]] = {  # "{vpc}" stands for the id of the VPC that was made before
    "aws:ec2/vpc:Vpc": {
        "cidrBlock": "10.1.0.0/16",
        "enableDnsHostnames": True,
        "enableDnsSupport": False,
        "assignGeneratedIpv6CidrBlock": True,
    },
    "aws:ec2/subnet:Subnet": {
        "vpcId": "{vpc}",
        "cidrBlock": "10.0.9.0/24",
        "availabilityZoneId": "euc1-az2",
        "mapPublicIpOnLaunch": True,
    },
    "aws:ec2/internetGateway:InternetGateway": {},
    "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway": {"vpcId": "{vpc}"},
    "aws:ec2/eip:Eip": {"domain": "vpc"},
    "aws:ec2/natGateway:NatGateway": {"allocationId": "{eip}", "subnetId": "{subnet}"},
    "aws:ec2/flowLog:FlowLog": {
        "vpcId": "{vpc}",
        "trafficType": "ALL",
        "logDestinationType": "s3",
        "logDestination": "arn:aws:s3:::{bucket}",
        "maxAggregationInterval": 60,
        "destinationOptions": {"fileFormat": "parquet"},
    },
    "aws:ec2/routeTable:RouteTable": {"vpcId": "{vpc}"},
    "aws:ec2/route:Route": {"routeTableId": "{table}", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "{internet}"},
    "aws:ec2/routeTableAssociation:RouteTableAssociation": {"routeTableId": "{table}", "subnetId": "{subnet}"},
    "aws:ec2/networkAcl:NetworkAcl": {"vpcId": "{vpc}"},
    "aws:ec2/networkAclRule:NetworkAclRule": {
        "networkAclId": "{acl}",
        "ruleNumber": 100,
        "protocol": "tcp",
        "ruleAction": "allow",
        "cidrBlock": "10.0.0.0/8",
        "fromPort": 443,
        "toPort": 443,
        "egress": True,
    },
    "aws:ec2/networkAclAssociation:NetworkAclAssociation": {"networkAclId": "{acl}", "subnetId": "{subnet}"},
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {"vpcId": "{vpc}"},
    "aws:ec2/securityGroup:SecurityGroup": {"vpcId": "{vpc}", "name": "named", "description": "d"},
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
        "securityGroupId": "{group}",
        "ipProtocol": "tcp",
        "fromPort": 443,
        "toPort": 443,
        "cidrIpv4": "10.0.0.0/16",
        "description": "https",
    },
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {
        "securityGroupId": "{group}",
        "ipProtocol": "-1",
        "referencedSecurityGroupId": "{group}",
        "description": "to itself",
    },
    "aws:ec2/vpcEndpoint:VpcEndpoint": {
        "vpcId": "{vpc}",
        "serviceName": "com.amazonaws.eu-central-1.sts",
        "vpcEndpointType": "Interface",
        "privateDnsEnabled": True,
        "securityGroupIds": ["{group}"],
        "policy": POLICY,
    },
    "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation": {
        "vpcEndpointId": "{interface}",
        "subnetId": "{subnet}",
    },
    "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation": {
        "vpcEndpointId": "{gateway}",
        "routeTableId": "{table}",
    },
    "aws:s3/bucket:Bucket": {"bucket": "other-{bucket}", "forceDestroy": True},
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
        "bucket": "{bucket}",
        "blockPublicAcls": True,
        "restrictPublicBuckets": True,
    },
    "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock": {"blockPublicAcls": True},
    "aws:s3/bucketPolicy:BucketPolicy": {"bucket": "{bucket}", "policy": POLICY},
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": {
        "bucket": "{bucket}",
        "rule": {"objectOwnership": "BucketOwnerEnforced"},
    },
    "aws:s3/bucketVersioning:BucketVersioning": {
        "bucket": "{bucket}",
        "versioningConfiguration": {"status": "Enabled"},
    },
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
        "bucket": "{bucket}",
        "rules": [
            {
                "applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "{key}"},
                "bucketKeyEnabled": True,
            }
        ],
    },
    "aws:s3/bucketLogging:BucketLogging": {"bucket": "{bucket}", "targetBucket": "{bucket}", "targetPrefix": "p/"},
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": {
        "bucket": "{bucket}",
        "rule": {"defaultRetention": {"mode": "COMPLIANCE", "days": 3}},
    },
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
        "bucket": "{bucket}",
        "rules": [
            {"id": "a", "status": "Enabled", "filter": {"prefix": "x/"}, "expiration": {"days": 3}},
            {
                "id": "b",
                "status": "Enabled",
                "filter": {"and": {"prefix": "y/", "tags": {"k": "v"}}},
                "transitions": [{"days": 90, "storageClass": "GLACIER"}],
            },
        ],
    },
    "aws:kms/key:Key": {"description": "k", "enableKeyRotation": True, "deletionWindowInDays": 30, "policy": POLICY},
    "aws:kms/alias:Alias": {"name": "alias/one", "targetKeyId": "{key}"},
    "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig": {
        "name": "q",
        "destinationArn": "arn:aws:s3:::{bucket}",
    },
    "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation": {
        "resolverQueryLogConfigId": "{config}",
        "resourceId": "{vpc}",
    },
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": {
        "bucket": "{bucket}",
        "role": "arn:aws:iam::{account}:role/replicate",
        "rules": [
            {
                "id": "all",
                "status": "Enabled",
                "priority": 1,
                "filter": {"and": {"prefix": "x/", "tags": {"k": "v", "l": "w"}}},
                "deleteMarkerReplication": {"status": "Enabled"},
                "sourceSelectionCriteria": {"sseKmsEncryptedObjects": {"status": "Enabled"}},
                "destination": {
                    "bucket": "arn:aws:s3:::{bucket}",
                    "account": "{account}",
                    "storageClass": "STANDARD_IA",
                    "accessControlTranslation": {"owner": "Destination"},
                    "encryptionConfiguration": {"replicaKmsKeyId": "arn:aws:kms:eu-west-1:{account}:key/k"},
                    "replicationTime": {"status": "Enabled", "time": {"minutes": 15}},
                    "metrics": {"status": "Enabled", "eventThreshold": {"minutes": 15}},
                },
            },
            {
                "id": "rest",
                "status": "Disabled",
                "priority": 2,
                "filter": {"tag": {"key": "k", "value": "v"}},
                "deleteMarkerReplication": {"status": "Disabled"},
                "destination": {"bucket": "arn:aws:s3:::{bucket}"},
            },
        ],
    },
    "aws:kms/replicaKey:ReplicaKey": {
        "primaryKeyArn": "arn:aws:kms:eu-west-1:{account}:key/{primary}",
        "description": "r",
        "deletionWindowInDays": 7,
        "policy": POLICY,
    },
    "aws:iam/role:Role": {
        "name": "reader",
        "path": "/billing/",
        "description": "Reads invoices.",
        "assumeRolePolicy": TRUST,
        "maxSessionDuration": 7200,
        "permissionsBoundary": "arn:aws:iam::{account}:policy/boundary",
        "forceDetachPolicies": True,
    },
    "aws:iam/policy:Policy": {"name": "read", "path": "/billing/", "description": "Reads.", "policy": ACCESS},
    "aws:iam/rolePolicy:RolePolicy": {"role": "{role}", "name": "inline", "policy": ACCESS},
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
        "role": "{role}",
        "policyArn": "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy",
    },
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": {
        "url": "https://token.actions.githubusercontent.com",
        "clientIdLists": ["sts.amazonaws.com"],
        "thumbprintLists": ["990f4193972f2becf12ddeda5237f9c952f20d9e"],
    },
    "aws:iam/accountPasswordPolicy:AccountPasswordPolicy": {
        "minimumPasswordLength": 14,
        "maxPasswordAge": 90,
        "passwordReusePrevention": 24,
        "requireLowercaseCharacters": True,
        "requireNumbers": True,
        "requireSymbols": True,
        "requireUppercaseCharacters": True,
        "hardExpiry": True,
    },
    "aws:iam/instanceProfile:InstanceProfile": {"name": "node", "path": "/billing/", "role": "{role}"},
    "aws:cloudwatch/logStream:LogStream": {"name": "S3Delivery", "logGroupName": "{log_group}"},
    "aws:cloudwatch/logGroup:LogGroup": {
        "name": "/billing/api",
        "retentionInDays": 365,
        "kmsKeyId": "arn:aws:kms:eu-central-1:{account}:key/{key}",
        "logGroupClass": "STANDARD",
        "deletionProtectionEnabled": True,
    },
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": {
        "logGroupName": "{log_group}",
        "name": "root-logins",
        "pattern": "{{ $.userIdentity.type = Root }}",
        "metricTransformation": {
            "name": "RootLogins",
            "namespace": "Audit",
            "value": "1",
            "defaultValue": "0",
            "unit": "Count",
        },
        "applyOnTransformedLogs": True,
    },
    "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": {
        "logGroup": "{log_group}",
        "name": "to-sink",
        "destinationArn": "arn:aws:logs:eu-central-1:{account}:log-group:{sink}",
        "filterPattern": "",
        "roleArn": "arn:aws:iam::{account}:role/logs",
        "distribution": "Random",
        "emitSystemFields": ["@aws.account"],
    },
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": {"policyName": "route53", "policyDocument": POLICY},
    "aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy": {
        "logGroupName": "{log_group}",
        "policyDocument": POLICY,
    },
    "aws:cloudwatch/queryDefinition:QueryDefinition": {
        "name": "slow",
        "queryString": "fields @message",
        "logGroupNames": ["{log_group}"],
    },
    "aws:cloudwatch/metricAlarm:MetricAlarm": {
        "name": "errors",
        "comparisonOperator": "GreaterThanThreshold",
        "evaluationPeriods": 3,
        "datapointsToAlarm": 2,
        "threshold": 2.5,
        "treatMissingData": "notBreaching",
        "alarmDescription": "Too many errors.",
        "alarmActions": [_ALERTS],
        "okActions": [_ALERTS],
        "insufficientDataActions": [_ALERTS],
        "metricQueries": [
            {"id": "rate", "expression": "errors / requests", "label": "rate", "returnData": True},
            *(
                {
                    "id": name,
                    "metric": {
                        "namespace": "Billing",
                        "metricName": name,
                        "period": 60,
                        "stat": "Sum",
                        "unit": "Count",
                        "dimensions": {"Service": "api"},
                    },
                }
                for name in ("errors", "requests")
            ),
        ],
    },
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": {
        "alarmName": "both",
        "alarmRule": "ALARM(errors) AND ALARM(latency)",
        "alarmDescription": "Two at once.",
        "alarmActions": [_ALERTS],
        "actionsSuppressor": {"alarm": "maintenance", "extensionPeriod": 60, "waitPeriod": 60},
    },
    "aws:cloudwatch/eventRule:EventRule": {
        "name": "findings",
        "description": "Findings of GuardDuty.",
        "eventPattern": json.dumps({"source": ["aws.guardduty"], "detail": {"severity": [{"numeric": [">=", 7]}]}}),
        "state": "DISABLED",
    },
    "aws:cloudwatch/eventTarget:EventTarget": {
        "rule": "{rule}",
        "targetId": "queue",
        "arn": "arn:aws:sqs:eu-central-1:{account}:needed",
        "roleArn": "arn:aws:iam::{account}:role/events",
        "deadLetterConfig": {"arn": "arn:aws:sqs:eu-central-1:{account}:dead"},
        "retryPolicy": {"maximumEventAgeInSeconds": 3600, "maximumRetryAttempts": 8},
        "inputTransformer": {"inputPaths": {"id": "$.id"}, "inputTemplate": "<id>"},
        "sqsTarget": {"messageGroupId": "g"},
    },
    "aws:sns/topic:Topic": {
        "name": "alerts",
        "displayName": "Alerts",
        "kmsMasterKeyId": "{key}",
        "policy": POLICY,
        "signatureVersion": 2,
        "tracingConfig": "Active",
        "httpFailureFeedbackRoleArn": "arn:aws:iam::{account}:role/feedback",
        "lambdaSuccessFeedbackSampleRate": 50,
    },
    "aws:sns/topicPolicy:TopicPolicy": {"arn": "{topic}", "policy": POLICY},
    "aws:sns/topicSubscription:TopicSubscription": {
        "topic": "{topic}",
        "protocol": "sqs",
        "endpoint": "arn:aws:sqs:eu-central-1:{account}:needed",
        "rawMessageDelivery": True,
        "filterPolicy": json.dumps({"severity": ["high"]}),
        "filterPolicyScope": "MessageBody",
        "redrivePolicy": json.dumps({"deadLetterTargetArn": "arn:aws:sqs:eu-central-1:1:dead"}),
    },
    "aws:wafv2/webAcl:WebAcl": {
        "name": "billing",
        "description": "before the load balancers",
        "scope": "REGIONAL",
        "defaultAction": {"allow": {}},
        "rules": [
            {
                "name": "common",
                "priority": 10,
                "statement": {
                    "managedRuleGroupStatement": {
                        "name": "AWSManagedRulesCommonRuleSet",
                        "vendorName": "AWS",
                        "ruleActionOverrides": [{"name": "NoUserAgent_HEADER", "actionToUse": {"block": {}}}],
                    }
                },
                "overrideAction": {"none": {}},
                "visibilityConfig": _METRICS,
            }
        ],
        "visibilityConfig": _METRICS,
    },
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": {
        "resourceArn": "arn:aws:wafv2:eu-central-1:{account}:regional/webacl/billing/{web_acl}",
        "logDestinationConfigs": ["arn:aws:logs:eu-central-1:{account}:log-group:aws-waf-logs-billing"],
        "redactedFields": [{"singleHeader": {"name": "authorization"}}, {"queryString": {}}],
    },
    "aws:sqs/queue:Queue": {
        "name": "work.fifo",
        "fifoQueue": True,
        "contentBasedDeduplication": True,
        "deduplicationScope": "messageGroup",
        "fifoThroughputLimit": "perMessageGroupId",
        "kmsMasterKeyId": "{key}",
        "kmsDataKeyReusePeriodSeconds": 600,
        "maxMessageSize": 2048,
        "messageRetentionSeconds": 1209600,
        "receiveWaitTimeSeconds": 20,
        "visibilityTimeoutSeconds": 60,
        "redriveAllowPolicy": json.dumps({"redrivePermission": "denyAll"}),
        "policy": POLICY,
    },
    "aws:sqs/queuePolicy:QueuePolicy": {"queueUrl": "{queue}", "policy": POLICY},
    "aws:sqs/redrivePolicy:RedrivePolicy": {
        "queueUrl": "{queue}",
        "redrivePolicy": "{redrive}",
    },
    "aws:secretsmanager/secret:Secret": {
        "name": "billing/api",
        "description": "A token.",
        "kmsKeyId": "{key}",
        "policy": POLICY,
        "recoveryWindowInDays": 7,
        "replicas": [{"region": "eu-west-1", "kmsKeyId": "alias/replica"}],
    },
    "aws:secretsmanager/secretVersion:SecretVersion": {"secretId": "{secret}", "secretString": secret("open sesame")},
    "aws:secretsmanager/secretPolicy:SecretPolicy": {"secretArn": "{secret}", "policy": POLICY},
    "aws:secretsmanager/secretRotation:SecretRotation": {
        "secretId": "{secret}",
        "rotationLambdaArn": "arn:aws:lambda:eu-central-1:{account}:function:rotate",
        "rotationRules": {"scheduleExpression": "rate(30 days)", "duration": "2h"},
        "rotateImmediately": False,
    },
    "aws:ssm/parameter:Parameter": {
        "name": "/billing/limit",
        "type": "SecureString",
        "value": secret("12"),
        "description": "A limit.",
        "allowedPattern": "[0-9]+",
        "keyId": "{key}",
        "tier": "Standard",
    },
    "aws:ebs/encryptionByDefault:EncryptionByDefault": {"enabled": True},
    "aws:ebs/defaultKmsKey:DefaultKmsKey": {"keyArn": "arn:aws:kms:eu-central-1:{account}:key/{key}"},
    "aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess": {"state": "block-all-sharing"},
    "aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults": {
        "httpTokens": "required",
        "httpPutResponseHopLimit": 2,
    },
    **DATA,
    **CLUSTER,
}
