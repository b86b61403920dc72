"""What an interrupted creation made is found in the cloud, for every type of the table."""

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from platformctl.clients import clients
from platformctl.recovery.adoption import _FINDERS, find, is_known, place
from sandbox.registry import by_token
from tests.platformctl.recovery.answers import ANSWERS

REGION = "eu-central-1"
TARGET: Any = SimpleNamespace(
    variables={"AWS_REGION": REGION, "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"},
    sandbox=None,
)
NAMED = {"tags": {"Name": "mine"}}


def _tags(kind: str) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": "mine"}]}]


@pytest.fixture
def cases() -> Iterator[dict[str, tuple[dict[str, Any], str]]]:
    """By type: the inputs of a pending creation, and the import id of what it made."""
    with mock_aws():
        yield {**_network(), **_other(), **_unique_by_name(), **_data(), **_clusters()}


def _network() -> dict[str, tuple[dict[str, Any], str]]:
    ec2 = boto3.client("ec2", REGION)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=_tags("vpc"))["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24", TagSpecifications=_tags("subnet"))
    subnet = subnet["Subnet"]["SubnetId"]
    gateway = ec2.create_internet_gateway(TagSpecifications=_tags("internet-gateway"))
    gateway = gateway["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(VpcId=vpc, InternetGatewayId=gateway)
    egress = ec2.create_egress_only_internet_gateway(
        VpcId=vpc, TagSpecifications=_tags("egress-only-internet-gateway")
    )["EgressOnlyInternetGateway"]["EgressOnlyInternetGatewayId"]
    address = ec2.allocate_address(Domain="vpc", TagSpecifications=_tags("elastic-ip"))["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address, TagSpecifications=_tags("natgateway"))
    table = ec2.create_route_table(VpcId=vpc, TagSpecifications=_tags("route-table"))["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    acl = ec2.create_network_acl(VpcId=vpc, TagSpecifications=_tags("network-acl"))["NetworkAcl"]["NetworkAclId"]
    entry = {"NetworkAclId": acl, "RuleNumber": 100, "Protocol": "6", "RuleAction": "allow", "Egress": True}
    ec2.create_network_acl_entry(**entry, CidrBlock="10.0.0.0/16", PortRange={"From": 1, "To": 2})
    group = ec2.create_security_group(
        VpcId=vpc, GroupName="g", Description="d", TagSpecifications=_tags("security-group")
    )["GroupId"]
    port = [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}]
    rule = ec2.authorize_security_group_ingress(
        GroupId=group, IpPermissions=port, TagSpecifications=_tags("security-group-rule")
    )["SecurityGroupRules"][0]["SecurityGroupRuleId"]
    boto3.client("s3", REGION).create_bucket(Bucket="flow", CreateBucketConfiguration={"LocationConstraint": REGION})
    log = ec2.create_flow_logs(
        ResourceIds=[vpc],
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="s3",
        LogDestination="arn:aws:s3:::flow",
        TagSpecifications=_tags("vpc-flow-log"),
    )["FlowLogIds"][0]
    endpoint = ec2.create_vpc_endpoint(
        VpcId=vpc,
        ServiceName=f"com.amazonaws.{REGION}.s3",
        VpcEndpointType="Gateway",
        RouteTableIds=[table],
        SubnetIds=[subnet],
        TagSpecifications=_tags("vpc-endpoint"),
    )["VpcEndpoint"]["VpcEndpointId"]
    on_endpoint, on_table = {"vpcEndpointId": endpoint}, {"routeTableId": table}
    return {
        "aws:ec2/vpc:Vpc": (NAMED, vpc),
        "aws:ec2/subnet:Subnet": (NAMED, subnet),
        "aws:ec2/internetGateway:InternetGateway": (NAMED, gateway),
        "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway": (NAMED, egress),
        "aws:ec2/eip:Eip": (NAMED, address),
        "aws:ec2/natGateway:NatGateway": (NAMED, nat["NatGateway"]["NatGatewayId"]),
        "aws:ec2/routeTable:RouteTable": (NAMED, table),
        "aws:ec2/route:Route": ({**on_table, "destinationCidrBlock": "0.0.0.0/0"}, f"{table}_0.0.0.0/0"),
        "aws:ec2/routeTableAssociation:RouteTableAssociation": ({**on_table, "subnetId": subnet}, f"{subnet}/{table}"),
        "aws:ec2/networkAcl:NetworkAcl": (NAMED, acl),
        "aws:ec2/networkAclRule:NetworkAclRule": (
            {"networkAclId": acl, "ruleNumber": 100.0, "protocol": "tcp", "egress": True},
            f"{acl}:100:tcp:true",
        ),
        "aws:ec2/securityGroup:SecurityGroup": (NAMED, group),
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": (NAMED, rule),
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": (NAMED, rule),
        "aws:ec2/flowLog:FlowLog": (NAMED, log),
        "aws:ec2/vpcEndpoint:VpcEndpoint": (NAMED, endpoint),
        "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation": (
            {**on_endpoint, **on_table},
            f"{endpoint}/{table}",
        ),
        "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation": (
            {**on_endpoint, "subnetId": subnet},
            f"{endpoint}/{subnet}",
        ),
    }


def _other() -> dict[str, tuple[dict[str, Any], str]]:
    kms, resolver = boto3.client("kms", REGION), boto3.client("route53resolver", REGION)
    gone = kms.create_key(Tags=[{"TagKey": "Name", "TagValue": "mine"}])["KeyMetadata"]["KeyId"]
    kms.schedule_key_deletion(KeyId=gone)
    key = kms.create_key(Tags=[{"TagKey": "Name", "TagValue": "mine"}])["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/mine", TargetKeyId=key)
    config = resolver.create_resolver_query_log_config(
        Name="mine", DestinationArn="arn:aws:s3:::flow", CreatorRequestId="1"
    )["ResolverQueryLogConfig"]["Id"]
    vpc = boto3.client("ec2", REGION).describe_vpcs()["Vpcs"][0]["VpcId"]
    association = resolver.associate_resolver_query_log_config(ResolverQueryLogConfigId=config, ResourceId=vpc)
    association_id = association["ResolverQueryLogConfigAssociation"]["Id"]
    return {
        "aws:kms/key:Key": (NAMED, key),
        "aws:kms/alias:Alias": ({"name": "alias/mine"}, "alias/mine"),
        "aws:s3/bucket:Bucket": ({"bucket": "flow"}, "flow"),
        "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig": ({"name": "mine"}, config),
        "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation": (
            {"resourceId": vpc},
            association_id,
        ),
    }


def _unique_by_name() -> dict[str, tuple[dict[str, Any], str]]:
    iam, logs, sns, sqs = (boto3.client(service, REGION) for service in ("iam", "logs", "sns", "sqs"))
    secrets, ssm, kms = (boto3.client(service, REGION) for service in ("secretsmanager", "ssm", "kms"))
    ireland = boto3.client("kms", "eu-west-1")
    primary = ireland.create_key(MultiRegion=True)["KeyMetadata"]
    ireland.replicate_key(KeyId=primary["KeyId"], ReplicaRegion=REGION)
    assert kms.describe_key(KeyId=primary["KeyId"])
    document = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}
    iam.create_role(
        RoleName="mine", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )
    iam.create_instance_profile(InstanceProfileName="mine")
    logs.create_log_group(logGroupName="mine-too")
    logs.create_log_group(logGroupName="mine")
    for stream in ("mine-too", "mine"):
        logs.create_log_stream(logGroupName="mine", logStreamName=stream)
    ssm.put_parameter(Name="mine", Value="1", Type="String")
    url, name = "https://token.actions.githubusercontent.com", {"name": "mine"}
    oidc = iam.create_open_id_connect_provider(Url=url, ThumbprintList=["a" * 40])["OpenIDConnectProviderArn"]
    return {
        "aws:iam/role:Role": (name, "mine"),
        "aws:iam/policy:Policy": (
            name,
            iam.create_policy(PolicyName="mine", PolicyDocument=document)["Policy"]["Arn"],
        ),
        "aws:iam/instanceProfile:InstanceProfile": (name, "mine"),
        "aws:iam/openIdConnectProvider:OpenIdConnectProvider": ({"url": url}, oidc),
        "aws:cloudwatch/logGroup:LogGroup": (name, "mine"),
        "aws:cloudwatch/logStream:LogStream": ({**name, "logGroupName": "mine"}, "mine:mine"),
        "aws:kms/replicaKey:ReplicaKey": ({"primaryKeyArn": primary["Arn"]}, primary["KeyId"]),
        "aws:sns/topic:Topic": (name, sns.create_topic(Name="mine")["TopicArn"]),
        "aws:sqs/queue:Queue": (name, sqs.create_queue(QueueName="mine")["QueueUrl"]),
        "aws:secretsmanager/secret:Secret": (name, secrets.create_secret(Name="mine")["ARN"]),
        "aws:ssm/parameter:Parameter": (name, "mine"),
    }


def _data() -> dict[str, tuple[dict[str, Any], str]]:
    services = ("rds", "cloudtrail", "firehose", "glue", "athena", "backup", "guardduty", "securityhub", "ec2", "s3")
    rds, trails, firehose, glue, athena, backup, guardduty, hub, ec2, s3 = (boto3.client(it, REGION) for it in services)
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.0.0/24")["Subnet"]["SubnetId"]
    rds.create_db_subnet_group(DBSubnetGroupName="mine", DBSubnetGroupDescription="d", SubnetIds=[subnet])
    family = {"DBParameterGroupFamily": "aurora-postgresql16", "Description": "d"}
    rds.create_db_parameter_group(DBParameterGroupName="mine", **family)
    rds.create_db_cluster_parameter_group(DBClusterParameterGroupName="mine", **family)
    rds.create_event_subscription(SubscriptionName="mine", SnsTopicArn="arn:aws:sns:eu-central-1:1:a")
    user = {"MasterUsername": "root", "MasterUserPassword": "long enough"}
    rds.create_db_cluster(DBClusterIdentifier="mine", Engine="aurora-postgresql", **user)
    single = {"DBInstanceClass": "db.m7g.large", "Engine": "postgres", "EngineVersion": "16.6"}
    rds.create_db_instance(DBInstanceIdentifier="single", AllocatedStorage=20, **single, **user)
    member = {"DBClusterIdentifier": "mine", "DBInstanceClass": "db.r8g.large", "Engine": "aurora-postgresql"}
    rds.create_db_instance(DBInstanceIdentifier="member", **member)
    s3.create_bucket(Bucket="trail", CreateBucketConfiguration={"LocationConstraint": REGION})
    delivery = {"RoleARN": "arn:aws:iam::123456789012:role/r", "BucketARN": "arn:aws:s3:::trail"}
    stream = firehose.create_delivery_stream(DeliveryStreamName="mine", ExtendedS3DestinationConfiguration=delivery)[
        "DeliveryStreamARN"
    ]
    glue.create_database(DatabaseInput={"Name": "mine"})
    glue.create_table(DatabaseName="mine", TableInput={"Name": "table"})
    athena.create_work_group(Name="mine")
    for text in ("SELECT 1", "SELECT 2"):
        query = athena.create_named_query(Name="mine", Database="d", QueryString=text)["NamedQueryId"]
    boto3.client("backup", "eu-west-1").create_backup_vault(BackupVaultName="mine")
    rules = [{"RuleName": "r", "TargetBackupVaultName": "mine"}]
    plan = backup.create_backup_plan(BackupPlan={"BackupPlanName": "mine", "Rules": rules})["BackupPlanId"]
    hub.enable_security_hub()
    name = {"name": "mine"}
    return {
        "aws:rds/subnetGroup:SubnetGroup": (name, "mine"),
        "aws:rds/parameterGroup:ParameterGroup": (name, "mine"),
        "aws:rds/clusterParameterGroup:ClusterParameterGroup": (name, "mine"),
        "aws:rds/eventSubscription:EventSubscription": (name, "mine"),
        "aws:rds/cluster:Cluster": ({"clusterIdentifier": "mine"}, "mine"),
        "aws:rds/instance:Instance": ({"identifier": "single"}, "single"),
        "aws:rds/clusterInstance:ClusterInstance": ({"identifier": "member"}, "member"),
        "aws:cloudtrail/trail:Trail": (name, trails.create_trail(Name="mine", S3BucketName="trail")["TrailARN"]),
        "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": (name, stream),
        "aws:glue/catalogDatabase:CatalogDatabase": (name, "123456789012:mine"),
        "aws:glue/catalogTable:CatalogTable": ({"name": "table", "databaseName": "mine"}, "123456789012:mine:table"),
        "aws:athena/workgroup:Workgroup": (name, "mine"),
        "aws:athena/namedQuery:NamedQuery": ({**name, "query": "SELECT 2"}, query),
        "aws:backup/vault:Vault": ({**name, "region": "eu-west-1"}, "mine@eu-west-1"),
        "aws:backup/plan:Plan": (name, plan),
        "aws:guardduty/detector:Detector": ({}, guardduty.create_detector(Enable=True)["DetectorId"]),
        "aws:securityhub/account:Account": ({}, "123456789012"),
    }


def _clusters() -> dict[str, tuple[dict[str, Any], str]]:
    eks, ec2, waf = (boto3.client(service, REGION) for service in ("eks", "ec2", "wafv2"))
    role, subnets = "arn:aws:iam::123456789012:role/r", [ec2.describe_subnets()["Subnets"][0]["SubnetId"]]
    eks.create_cluster(name="mine", roleArn=role, resourcesVpcConfig={"subnetIds": subnets})
    eks.create_nodegroup(clusterName="mine", nodegroupName="apps", subnets=subnets, nodeRole=role)
    template = ec2.create_launch_template(LaunchTemplateName="mine", LaunchTemplateData={})["LaunchTemplate"]
    seen = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "m"}
    wall = waf.create_web_acl(Name="mine", Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=seen)
    name = {"name": "mine"}
    return {
        "aws:ec2/launchTemplate:LaunchTemplate": (name, template["LaunchTemplateId"]),
        "aws:eks/cluster:Cluster": (name, "mine"),
        "aws:eks/nodeGroup:NodeGroup": ({"clusterName": "mine", "nodeGroupName": "apps"}, "mine:apps"),
        "aws:wafv2/webAcl:WebAcl": ({**name, "scope": "REGIONAL"}, f"{wall['Summary']['Id']}/mine/REGIONAL"),
    }


def test_a_resource_of_another_region_is_looked_for_there_only(cases: dict[str, tuple[dict[str, Any], str]]) -> None:
    assert find(TARGET, {"type": "aws:backup/vault:Vault", "inputs": {"name": "mine"}}) is None


def test_an_account_without_detector_and_hub_has_none_to_adopt() -> None:
    with mock_aws():
        for type_ in ("aws:guardduty/detector:Detector", "aws:securityhub/account:Account"):
            assert find(TARGET, {"type": type_, "inputs": {}}) is None


def test_every_type_of_the_table_is_found(cases: dict[str, tuple[dict[str, Any], str]]) -> None:
    found = {type_: find(TARGET, {"type": type_, "inputs": inputs}) for type_, (inputs, _) in cases.items()}
    assert found == {type_: id_ for type_, (_, id_) in cases.items()}
    assert {*cases, *ANSWERS} == set(_FINDERS)


@pytest.mark.parametrize("type_", ANSWERS)
def test_what_moto_does_not_have_is_found_in_the_answers_of_aws(type_: str) -> None:
    case = ANSWERS[type_]
    client: Any = clients(TARGET)(case.service)
    with Stubber(client) as stub:
        stub.add_response(case.operation, case.answer, case.sent)
        assert _FINDERS[type_]({case.service: client}.__getitem__, case.inputs) == case.found
        stub.assert_no_pending_responses()


def test_every_type_that_the_environments_are_made_of_can_be_looked_for_or_made_again() -> None:
    assert [type_ for type_ in by_token() if not is_known(type_)] == []


def test_of_what_is_gone_nothing_that_hangs_on_it_is_found() -> None:
    with mock_aws():
        route = {"routeTableId": "rtb-0123456789abcdef0", "destinationCidrBlock": "0.0.0.0/0"}
        assert find(TARGET, {"type": "aws:ec2/route:Route", "inputs": route}) is None
        group = {"clusterName": "gone", "nodeGroupName": "apps"}
        assert find(TARGET, {"type": "aws:eks/nodeGroup:NodeGroup", "inputs": group}) is None


def test_another_type_or_region_may_have_the_same_name(cases: dict[str, tuple[dict[str, Any], str]]) -> None:
    pending = {"type": "aws:rds/cluster:Cluster", "inputs": {"clusterIdentifier": "mine"}}
    group = {"type": "aws:rds/subnetGroup:SubnetGroup", "inputs": {"name": "mine"}}
    assert find(TARGET, pending, {place(group, "mine")}) == "mine"
    assert find(TARGET, pending, {place(pending, "mine")}) is None
    away = {"type": "aws:backup/vault:Vault", "inputs": {"name": "mine", "region": "eu-west-1"}}
    home = {"type": "aws:backup/vault:Vault", "inputs": {"name": "mine"}}
    assert find(TARGET, away, {place(home, "mine")}) == "mine@eu-west-1"
    assert find(TARGET, away, {place(away, "mine@eu-west-1")}) is None


def test_what_was_never_made_is_not_found(cases: dict[str, tuple[dict[str, Any], str]]) -> None:
    other = {"tags": {"Name": "other"}, "name": "alias/other", "bucket": "other"}
    for type_, (inputs, _) in cases.items():
        if inputs is NAMED or "name" in inputs or type_.startswith("aws:s3"):
            assert find(TARGET, {"type": type_, "inputs": {**inputs, **other}}) is None, type_
    table = cases["aws:ec2/routeTable:RouteTable"][1]
    provider = {"type": "aws:iam/openIdConnectProvider:OpenIdConnectProvider", "inputs": {"url": "https://other"}}
    assert find(TARGET, provider) is None
    replica = {
        "type": "aws:kms/replicaKey:ReplicaKey",
        "inputs": {"primaryKeyArn": "arn:aws:kms:eu-west-1:1:key/mrk-1"},
    }
    assert find(TARGET, replica) is None
    route = {"routeTableId": table, "destinationCidrBlock": "10.9.0.0/16"}
    assert find(TARGET, {"type": "aws:ec2/route:Route", "inputs": route}) is None


def test_an_unnamed_resource_is_never_taken_for_another() -> None:
    with mock_aws():
        assert find(TARGET, {"type": "aws:ec2/vpc:Vpc", "inputs": {}}) is None


def test_of_several_of_one_name_that_is_found_which_the_state_has_not() -> None:
    with mock_aws():
        ec2, kms = boto3.client("ec2", REGION), boto3.client("kms", REGION)
        vpcs = [
            ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=_tags("vpc"))["Vpc"]["VpcId"] for _ in range(2)
        ]
        tags = [{"TagKey": "Name", "TagValue": "mine"}]
        keys = [kms.create_key(Tags=tags)["KeyMetadata"]["KeyId"] for _ in range(2)]
        for type_, ids in (("aws:ec2/vpc:Vpc", vpcs), ("aws:kms/key:Key", keys)):
            pending = {"type": type_, "inputs": NAMED}
            assert [find(TARGET, pending, {place(pending, known)}) for known in ids] == ids[::-1]
            assert find(TARGET, pending, {place(pending, known) for known in ids}) is None


def test_types_outside_of_the_table_are_said_to_be_unknown() -> None:
    assert not is_known("aws:lambda/function:Function")
    assert is_known("aws:s3/bucketPolicy:BucketPolicy")
    assert is_known("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert find(TARGET, {"type": "aws:lambda/function:Function", "inputs": {}}) is None
