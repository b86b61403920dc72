"""What somebody changes by hand, or makes beside the code, is judged as if it stood there."""

import json
from typing import Any

from tests.platformctl.live.conftest import REGION, Cloud, verdicts


def _open_to_all(bucket: str) -> str:
    allowed = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [allowed]})


def _tls_only(bucket: str) -> str:
    both = [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    plain = {"Bool": {"aws:SecureTransport": "false"}}
    denied = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": both, "Condition": plain}
    return json.dumps({"Version": "2012-10-17", "Statement": [denied]})


BLOCKED = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)


def good_bucket(cloud: Cloud) -> Any:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket=cloud.bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_public_access_block(Bucket=cloud.bucket, PublicAccessBlockConfiguration=BLOCKED)
    s3.put_bucket_policy(Bucket=cloud.bucket, Policy=_tls_only(cloud.bucket))
    s3.put_bucket_versioning(Bucket=cloud.bucket, VersioningConfiguration={"Status": "Enabled"})
    rule = {"ObjectOwnership": "BucketOwnerEnforced"}
    s3.put_bucket_ownership_controls(Bucket=cloud.bucket, OwnershipControls={"Rules": [rule]})
    blocks = {key[0].lower() + key[1:]: True for key in BLOCKED}
    cloud.deploy("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock", "account", blocks)
    return s3


def test_tells_agood_bucket_from_one_that_was_opened_by_hand(cloud: Cloud) -> None:
    s3 = good_bucket(cloud)
    good = cloud.audit(only=("s3",))
    for rule in ("S3-01", "S3-02", "S3-03", "S3-05", "S3-09", "RES-01"):
        assert verdicts(good, rule) == {}, rule
    s3.put_bucket_policy(Bucket=cloud.bucket, Policy=_open_to_all(cloud.bucket))
    s3.put_bucket_versioning(Bucket=cloud.bucket, VersioningConfiguration={"Status": "Suspended"})
    s3.delete_public_access_block(Bucket=cloud.bucket)
    opened = cloud.audit(only=("s3",))
    for rule in ("S3-01", "S3-03", "S3-05"):
        assert verdicts(opened, rule) == {f"arn:aws:s3:::{cloud.bucket}": "fail"}, rule
    assert list(verdicts(opened, "RES-01").values()) == ["fail"]
    assert not any(one["in_code"] for one in opened["findings"] if one["rule"] == "RES-01")


def test_sees_a_rule_added_by_hand_to_a_group_of_the_code(cloud: Cloud) -> None:
    vpc = cloud.deploy("aws:ec2/vpc:Vpc", "main", {"cidrBlock": "10.0.0.0/16"})["id"]
    group = cloud.deploy("aws:ec2/securityGroup:SecurityGroup", "db", {"vpcId": vpc, "name": "db"})["id"]
    known = {"securityGroupId": group, "ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "cidrIpv4": "10.0.0.0/16"}
    cloud.deploy("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "https", {**known, "description": "all"})
    assert verdicts(cloud.audit(only=("ec2", "vpc")), "NET-02") == {}
    world = [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    added = cloud.client("ec2").authorize_security_group_ingress(GroupId=group, IpPermissions=world)
    rule = added["SecurityGroupRules"][0]["SecurityGroupRuleId"]
    report = cloud.audit(only=("ec2", "vpc"))
    arn = f"arn:aws:ec2:{REGION}:{cloud.engine.account}:security-group-rule/{rule}"
    assert verdicts(report, "NET-02") == {arn: "fail"}
    assert arn in {one["arn"] for one in report["live"]["unmanaged"]}
    assert not {one["arn"] for one in report["live"]["unmanaged"]} & {group, f"security-group/{group}"}


def test_names_what_the_code_knows_by_its_urn_and_applies_its_protection(cloud: Cloud) -> None:
    key = cloud.deploy("aws:kms/key:Key", "data", {"enableKeyRotation": True, "deletionWindowInDays": 30})["id"]
    assert verdicts(cloud.audit(only=("kms",)), "KMS-01") == {}
    cloud.client("kms").disable_key_rotation(KeyId=key)
    report = cloud.audit(only=("kms",))
    (found,) = [one for one in report["findings"] if one["rule"] == "KMS-01"]
    assert (found["urn"], found["in_code"]) == ("urn:pulumi:prod::billing-platform::aws:kms/key:Key::data", True)
    assert verdicts(report, "KMS-04") == {}  # what only the program tells is taken from it
    assert report["live"]["unmanaged"] == []


def test_judges_an_administrator_that_was_never_in_code(cloud: Cloud) -> None:
    iam = cloud.client("iam")
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
             "Principal": {"AWS": "arn:aws:iam::999988887777:root"}}]}  # fmt: skip
    iam.create_role(RoleName="backdoor", AssumeRolePolicyDocument=json.dumps(trust))
    iam.attach_role_policy(RoleName="backdoor", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    iam.create_user(UserName="ada")
    iam.create_access_key(UserName="ada")
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    iam.put_user_policy(UserName="ada", PolicyName="all", PolicyDocument=json.dumps(everything))
    iam.create_service_linked_role(AWSServiceName="rds.amazonaws.com")
    report = cloud.audit(only=("iam",))
    role = f"arn:aws:iam::{cloud.engine.account}:role/backdoor"
    assert verdicts(report, "IAM-05") == {role: "fail"}
    assert set(verdicts(report, "IAM-01").values()) == {"fail"}
    assert len(verdicts(report, "IAM-01")) == 2  # the role's attachment and the user's own policy
    assert f"arn:aws:iam::{cloud.engine.account}:user/ada" in verdicts(report, "IAM-08")
    assert len(verdicts(report, "IAM-08")) == 2
    assert set(verdicts(report, "IAM-09").values()) == {"fail"}
    linked = [one for one in report["live"]["made_by_aws"] if "aws-service-role" in one]
    assert len(linked) == 1
    assert not [one for one in report["findings"] if "aws-service-role" in one["urn"]]


def test_looks_at_the_default_groups_of_every_network(cloud: Cloud) -> None:
    ec2 = cloud.client("ec2")
    default = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
    report = cloud.audit(only=("ec2", "vpc"))
    assert [name.rpartition("/")[2] for name in verdicts(report, "NET-05")] == [default]
    assert {one["rule"] for one in report["findings"] if one["urn"].endswith(default)} == {"NET-05"}
    assert report["live"]["unmanaged"] == []


def test_says_what_a_state_holds_and_the_account_does_not(cloud: Cloud) -> None:
    queue = cloud.deploy("aws:sqs/queue:Queue", "work", {"name": "work"})
    assert cloud.audit(only=("sqs",))["live"]["missing"] == []
    cloud.client("sqs").delete_queue(QueueUrl=queue["id"])
    assert cloud.audit(only=("sqs",))["live"]["missing"] == [
        "urn:pulumi:prod::billing-platform::aws:sqs/queue:Queue::work"
    ]


def test_takes_the_key_of_a_service_for_none_of_ours(cloud: Cloud) -> None:
    aliases = cloud.client("kms").list_aliases()["Aliases"]
    key = next(one["TargetKeyId"] for one in aliases if one["AliasName"] == "alias/aws/rds")
    rds = cloud.client("rds")
    rds.create_db_instance(
        DBInstanceIdentifier="ledger", Engine="postgres", DBInstanceClass="db.t4g.micro", AllocatedStorage=20,
        MasterUsername="ledger", MasterUserPassword="not-a-secret", StorageEncrypted=True,
        KmsKeyId=f"arn:aws:kms:{REGION}:{cloud.engine.account}:key/{key}",  # as AWS answers where nobody chose one
    )  # fmt: skip
    report = cloud.audit(only=("rds",))
    assert list(verdicts(report, "RDS-03").values()) == ["fail"]
    assert "not-a-secret" not in json.dumps(report)


def test_follows_subnets_without_a_table_to_the_main_one_that_somebody_opened(cloud: Cloud) -> None:
    vpc = cloud.deploy("aws:ec2/vpc:Vpc", "main", {"cidrBlock": "10.0.0.0/16"})["id"]
    private = {"vpcId": vpc, "cidrBlock": "10.0.1.0/24", "tags": {"tier-kind": "private"}}
    cloud.deploy("aws:ec2/subnet:Subnet", "apps", {**private, "availabilityZoneId": "euc1-az1"})
    assert verdicts(cloud.audit(only=("ec2",)), "NET-10") == {}
    ec2 = cloud.client("ec2")
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    (table,) = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"]
    everywhere = {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway}
    ec2.create_route(RouteTableId=table["RouteTableId"], **everywhere)
    assert verdicts(cloud.audit(only=("ec2",)), "NET-10") == {"apps": "fail"}


def test_judges_a_load_balancer_that_answers_plain_http(cloud: Cloud) -> None:
    subnets = [one["SubnetId"] for one in cloud.client("ec2").describe_subnets()["Subnets"]][:2]
    lb = cloud.client("elbv2")
    arn = lb.create_load_balancer(Name="front", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    answers = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}
    redirects = {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "StatusCode": "HTTP_301"}}
    made = lb.create_listener(LoadBalancerArn=arn, Port=80, Protocol="HTTP", DefaultActions=[answers])["Listeners"][0]
    report = cloud.audit(only=("lb", "wafv2"))
    assert verdicts(report, "ALB-01") == {made["ListenerArn"]: "fail"}
    assert verdicts(report, "WAF-01") == {arn: "fail"}
    lb.modify_listener(ListenerArn=made["ListenerArn"], DefaultActions=[redirects])
    assert verdicts(cloud.audit(only=("lb", "wafv2")), "ALB-01") == {}
