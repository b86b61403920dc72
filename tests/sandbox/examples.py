"""One example of every type that the sandbox serves, and what the examples need."""

from __future__ import annotations

import json
from typing import Any

from tests.sandbox.conftest import REGION, Engine
from tests.sandbox.examples_data import DATA, data_made

POLICY = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}]}
)
Made = dict[str, str]


def filled(value: Any, ids: Made) -> Any:
    """The example with the ids of what was made in the place of their names."""
    if isinstance(value, dict):
        return {key: filled(item, ids) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, ids) for item in value]
    if isinstance(value, str) and value.startswith(("{", "arn:", "other-")) and value != POLICY:
        return value.format(**ids)
    return value


def made(engine: Engine) -> Made:
    """Ids of what other types need."""
    vpc = engine.create("aws:ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16"})[0]
    zone = {"vpcId": vpc, "availabilityZoneId": "euc1-az1"}
    subnet = engine.create("aws:ec2/subnet:Subnet", {**zone, "cidrBlock": "10.0.0.0/24"})[0]
    bucket = engine.create("aws:s3/bucket:Bucket", {"bucket": f"b-{engine.account}", "objectLockEnabled": True})[0]
    engine.create(
        "aws:s3/bucketVersioning:BucketVersioning", {"bucket": bucket, "versioningConfiguration": {"status": "Enabled"}}
    )
    grant = {"Effect": "Allow", "Principal": {"Service": ["logging.s3.amazonaws.com"]}, "Action": ["s3:PutObject"]}
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    statements = [deny, {**grant, "Resource": [f"arn:aws:s3:::{bucket}/*"]}]
    engine.create(
        "aws:s3/bucketPolicy:BucketPolicy", {"bucket": bucket, "policy": json.dumps({"Statement": statements})}
    )
    gateway = {"vpcId": vpc, "serviceName": f"com.amazonaws.{REGION}.s3"}
    interface = {"vpcId": vpc, "serviceName": f"com.amazonaws.{REGION}.kms", "vpcEndpointType": "Interface"}
    return {
        **data_made(engine, subnet),
        "account": engine.account,
        "vpc": vpc,
        "subnet": subnet,
        "bucket": bucket,
        "internet": engine.create("aws:ec2/internetGateway:InternetGateway", {"vpcId": vpc})[0],
        "eip": engine.create("aws:ec2/eip:Eip", {"domain": "vpc"})[0],
        "table": engine.create("aws:ec2/routeTable:RouteTable", {"vpcId": vpc})[0],
        "acl": engine.create("aws:ec2/networkAcl:NetworkAcl", {"vpcId": vpc})[0],
        "group": engine.create("aws:ec2/securityGroup:SecurityGroup", {"vpcId": vpc})[0],
        "key": engine.create("aws:kms/key:Key", {})[0],
        "gateway": engine.create("aws:ec2/vpcEndpoint:VpcEndpoint", gateway)[0],
        "interface": engine.create("aws:ec2/vpcEndpoint:VpcEndpoint", interface)[0],
        "config": engine.create(
            "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig", {"destinationArn": f"arn:aws:s3:::{bucket}"}
        )[0],
    }


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
    **DATA,
}
