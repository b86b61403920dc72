"""Which changes replace: the measured table, and deletion before replacement."""

from __future__ import annotations

import pytest

from sandbox.diff import Change, changes
from sandbox.model import Property, ResourceType, block, decimal, flag, number
from sandbox.registry import by_token
from sandbox.shapes import same
from sandbox.wire import UNKNOWN
from tests.sandbox.conftest import Engine
from tests.sandbox.measured_cluster import MEASURED_CLUSTER
from tests.sandbox.measured_data import MEASURED_DATA

PUBLIC = "blockPublicAcls blockPublicPolicy ignorePublicAcls restrictPublicBuckets"
# Measured by planning one change at a time with the upstream AWS provider 5.100: (replaces, changes in place).
MEASURED = {
    **MEASURED_DATA,
    **MEASURED_CLUSTER,
    "aws:cloudwatch/eventRule:EventRule": ("", "scheduleExpression"),
    "aws:cloudwatch/eventTarget:EventTarget": ("rule", "arn"),
    "aws:cloudwatch/logGroup:LogGroup": ("name", "kmsKeyId retentionInDays"),
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": (
        "logGroupName name",
        "metricTransformation.name metricTransformation.namespace metricTransformation.value pattern",
    ),
    "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": (
        "destinationArn logGroup name",
        "filterPattern roleArn",
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": (
        "name",
        "alarmActions comparisonOperator evaluationPeriods metricName namespace period statistic threshold",
    ),
    "aws:ebs/encryptionByDefault:EncryptionByDefault": ("", "enabled"),
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ("vpcId", ""),
    "aws:ec2/eip:Eip": ("domain", ""),
    "aws:ec2/flowLog:FlowLog": ("iamRoleArn logDestination trafficType vpcId", ""),
    "aws:ec2/internetGateway:InternetGateway": ("", "vpcId"),
    "aws:ec2/natGateway:NatGateway": ("allocationId subnetId", ""),
    "aws:ec2/route:Route": ("routeTableId", "natGatewayId"),
    "aws:ec2/routeTable:RouteTable": ("vpcId", ""),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": ("subnetId", "routeTableId"),
    "aws:ec2/securityGroup:SecurityGroup": ("description vpcId", ""),
    "aws:ec2/subnet:Subnet": ("availabilityZone cidrBlock vpcId", ""),
    "aws:ec2/vpc:Vpc": ("cidrBlock", "enableDnsHostnames enableDnsSupport"),
    "aws:ec2/vpcEndpoint:VpcEndpoint": ("serviceName vpcEndpointType vpcId", "privateDnsEnabled securityGroupIds"),
    "aws:iam/accountPasswordPolicy:AccountPasswordPolicy": ("", "minimumPasswordLength requireNumbers requireSymbols"),
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": ("url", "clientIdLists"),
    "aws:iam/policy:Policy": ("name", "policy"),
    "aws:iam/role:Role": ("name", "assumeRolePolicy"),
    "aws:iam/rolePolicy:RolePolicy": ("role", "policy"),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ("policyArn role", ""),
    "aws:kms/alias:Alias": ("name", "targetKeyId"),
    "aws:kms/key:Key": ("", "deletionWindowInDays description enableKeyRotation"),
    "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock": ("", PUBLIC),
    "aws:s3/bucket:Bucket": ("bucket", ""),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": ("bucket", ""),
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": (
        "bucket",
        "rule.defaultRetention.days rule.defaultRetention.mode",
    ),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ("bucket", "rule.objectOwnership"),
    "aws:s3/bucketPolicy:BucketPolicy": ("bucket", "policy"),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": ("bucket", PUBLIC),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (
        "bucket",
        "rules.applyServerSideEncryptionByDefault.kmsMasterKeyId rules.applyServerSideEncryptionByDefault.sseAlgorithm "
        "rules.bucketKeyEnabled",
    ),
    "aws:s3/bucketVersioning:BucketVersioning": ("bucket", "versioningConfiguration.status"),
    "aws:secretsmanager/secret:Secret": ("name", "kmsKeyId"),
    "aws:secretsmanager/secretVersion:SecretVersion": ("secretId secretString", ""),
    "aws:sns/topic:Topic": ("name", "kmsMasterKeyId"),
    "aws:sns/topicPolicy:TopicPolicy": ("arn", "policy"),
    "aws:sns/topicSubscription:TopicSubscription": ("endpoint protocol topic", ""),
    "aws:sqs/queue:Queue": ("name", "kmsMasterKeyId messageRetentionSeconds"),
    "aws:sqs/queuePolicy:QueuePolicy": ("queueUrl", "policy"),
    "aws:ssm/parameter:Parameter": ("name", "type value"),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": (
        "securityGroupId",
        "fromPort ipProtocol referencedSecurityGroupId toPort",
    ),
}


def replaces(kind: ResourceType, path: str) -> bool:
    fields = kind.all_inputs()
    found = []
    for step in path.split("."):
        prop: Property = fields[step]
        found.append(prop.replace)
        fields = dict(prop.fields)
    return any(found)


@pytest.mark.parametrize("token", MEASURED)
def test_replacement_is_as_measured(token: str) -> None:
    kind = by_token()[token]
    replacing, in_place = (paths.split() for paths in MEASURED[token])
    assert [path for path in replacing if not replaces(kind, path)] == []
    assert [path for path in in_place if replaces(kind, path)] == []


@pytest.mark.parametrize("kind", by_token().values(), ids=by_token())
def test_tags_never_replace_and_region_always_does(kind: ResourceType) -> None:
    inputs = kind.all_inputs()
    assert inputs["region"].replace
    assert not any(inputs[name].replace for name in ("tags", "tagsAll") if name in inputs)


def test_unknown_new_value_of_a_replacing_property_replaces(engine: Engine) -> None:
    old = engine.checked("aws:ec2/subnet:Subnet", {"vpcId": "vpc-1", "cidrBlock": "10.0.0.0/24"})
    answer = engine.diff("aws:ec2/subnet:Subnet", old, {**old, "vpcId": UNKNOWN})
    assert list(answer.replaces) == ["vpcId"]
    assert answer.deleteBeforeReplace is False


def test_a_fixed_name_is_deleted_before_it_is_replaced(engine: Engine) -> None:
    token = "aws:ec2/securityGroup:SecurityGroup"
    old = engine.checked(token, {"name": "fixed", "vpcId": "vpc-1", "description": "a"})
    answer = engine.diff(token, old, {**old, "description": "b"})
    assert (list(answer.replaces), answer.deleteBeforeReplace) == (["description"], True)


def test_another_name_is_created_before_the_old_one_goes(engine: Engine) -> None:
    token = "aws:s3/bucket:Bucket"
    old = engine.checked(token, {"bucket": "first"})
    answer = engine.diff(token, old, {**old, "bucket": "second"})
    assert (list(answer.replaces), answer.deleteBeforeReplace) == (["bucket"], False)


def test_order_of_sets_and_spelling_of_policies_do_not_matter() -> None:
    kind = by_token()["aws:ec2/vpcEndpoint:VpcEndpoint"]
    old = {"securityGroupIds": ["sg-1", "sg-2"], "policy": '{"Statement": [{"Action": ["a"]}], "Version": "1"}'}
    new = {"securityGroupIds": ["sg-2", "sg-1"], "policy": '{"Version":"1","Statement":[{"Action":"a"}]}'}
    assert changes(kind, old, new) == []


def test_nested_changes_are_named_by_path() -> None:
    kind = by_token()["aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"]
    rule = {"id": "a", "status": "Enabled", "expiration": {"days": 1}}
    other = {**rule, "expiration": {"days": 2}}
    assert [it.path for it in changes(kind, {"rules": [rule]}, {"rules": [other]})] == ["rules[0].expiration.days"]
    tags = by_token()["aws:ec2/vpc:Vpc"]
    found = changes(tags, {"tags": {"data-class": "a"}}, {"tags": {"data-class": "b", "Name": "x"}})
    assert [(it.path, it.kind) for it in found] == [("tags.Name", "add"), ('tags["data-class"]', "update")]


def test_a_change_inside_a_replacing_block_replaces() -> None:
    kind = by_token()["aws:ec2/flowLog:FlowLog"]
    old, new = ({"destinationOptions": {"fileFormat": name}} for name in ("plain-text", "parquet"))
    assert changes(kind, old, new) == [Change("destinationOptions.fileFormat", "update", True)]


def test_a_value_that_aws_chose_is_no_difference() -> None:
    kind = by_token()["aws:ec2/subnet:Subnet"]
    assert changes(kind, {"availabilityZone": "eu-central-1a"}, {}) == []


def test_a_nested_default_is_the_same_as_nothing_and_another_value_is_not() -> None:
    prop = block({"enabled": flag(default=True), "sizeMib": number(default=5), "share": decimal()})
    assert same(prop, {"sizeMib": 5, "enabled": True, "share": 0.5}, {"share": 0.5})
    assert not same(prop, {"enabled": False}, {})
    assert not same(prop, {"share": 0.5}, {"share": 0.75})
