"""Identity policies: actions, resources, their inversions, denials, and AWS's own examples."""

from tests.policies.access.known.case import ACCOUNT, ALL, OTHER, ROOT, USER, Ask, Example, allow, deny

_OBJECT = "arn:aws:s3:::amzn-s3-demo-bucket/a.txt"
_BUCKET = "arn:aws:s3:::amzn-s3-demo-bucket"
_INSTANCE = f"arn:aws:ec2:us-east-1:{ACCOUNT}:instance/i-1"
_QUEUE = f"arn:aws:sqs:us-east-2:{ACCOUNT}:queue1"
_TABLE = f"arn:aws:dynamodb:us-west-2:{ACCOUNT}:table/books_table"
_QUEUES = f"arn:aws:sqs:us-east-2:{ACCOUNT}:*"

EXAMPLES = (
    Example(
        page="reference_policies_elements_action",
        identity=(allow(["sqs:SendMessage", "sqs:ReceiveMessage", "iam:*AccessKey*", "ec2:Describe*"]),),
        asks=(
            Ask("allow", "sqs:SendMessage", _QUEUE),
            Ask("allow", "SQS:sendmessage", _QUEUE),
            Ask("deny", "sqs:DeleteQueue", _QUEUE),
            Ask("allow", "iam:CreateAccessKey", USER),
            Ask("allow", "iam:ListAccessKeys", USER),
            Ask("allow", "iam:UpdateAccessKey", USER),
            Ask("deny", "iam:CreateUser", USER),
            Ask("allow", "ec2:DescribeInstances"),
            Ask("deny", "ec2:StartInstances", _INSTANCE),
            Ask("deny", "s3:GetObject", _OBJECT),
        ),
    ),
    Example(
        page="reference_policies_elements_notaction",
        identity=(allow(None, _BUCKET + "*", NotAction="s3:DeleteBucket"),),
        asks=(
            Ask("allow", "s3:GetObject", _OBJECT),
            Ask("allow", "s3:ListBucket", _BUCKET),
            Ask("deny", "s3:DeleteBucket", _BUCKET),
            Ask("deny", "S3:deletebucket", _BUCKET),
        ),
    ),
    Example(
        page="reference_policies_elements_notaction",
        identity=(
            ALL,
            deny(
                None, NotAction=["iam:*", "sts:*"], Condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
            ),
        ),
        asks=(
            Ask("deny", "s3:GetObject", _OBJECT),
            Ask("deny", "s3:GetObject", _OBJECT, {"aws:MultiFactorAuthPresent": "false"}),
            Ask("allow", "s3:GetObject", _OBJECT, {"aws:MultiFactorAuthPresent": "true"}),
            Ask("allow", "iam:GetUser", USER),
            Ask("allow", "iam:GetUser", USER, {"aws:MultiFactorAuthPresent": "false"}),
        ),
    ),
    Example(
        page="reference_policies_elements_notaction",
        identity=(allow(None, NotAction="iam:*"),),
        asks=(
            Ask("allow", "s3:GetObject", _OBJECT),
            Ask("allow", "ec2:StartInstances", _INSTANCE),
            Ask("deny", "iam:CreateUser", USER),
        ),
    ),
    Example(
        page="reference_policies_elements_resource",
        identity=(
            allow("sqs:*", f"arn:aws:sqs:us-east-2:{ACCOUNT}:queue?"),
            allow("iam:GetUser", f"arn:aws:iam::{ACCOUNT}:user/accounting/*"),
            allow("dynamodb:*", [_TABLE, f"arn:aws:dynamodb:us-west-2:{ACCOUNT}:table/customers_table"]),
            allow("s3:GetObject", "arn:aws:s3:::amzn-s3-demo-bucket/*/test/*"),
        ),
        asks=(
            Ask("allow", "sqs:SendMessage", _QUEUE),
            Ask("deny", "sqs:SendMessage", _QUEUE + "0"),
            Ask("deny", "sqs:SendMessage", f"arn:aws:sqs:us-east-1:{ACCOUNT}:queue1"),
            Ask("deny", "sqs:SendMessage", f"arn:aws:sqs:us-east-2:{OTHER}:queue1", account=OTHER),
            Ask("allow", "iam:GetUser", f"arn:aws:iam::{ACCOUNT}:user/accounting/bob"),
            Ask("deny", "iam:GetUser", USER),
            Ask("allow", "dynamodb:GetItem", _TABLE),
            Ask("deny", "dynamodb:GetItem", _TABLE + "2"),
            Ask("allow", "s3:GetObject", "arn:aws:s3:::amzn-s3-demo-bucket/1/test/object.jpg"),
            Ask("allow", "s3:GetObject", "arn:aws:s3:::amzn-s3-demo-bucket/1/2/test/3/object.jpg"),
            Ask("deny", "s3:GetObject", "arn:aws:s3:::amzn-s3-demo-bucket/1-test/object.jpg"),
            Ask("deny", "s3:GetObject", "arn:aws:s3:::amzn-s3-demo-bucket/test/object.jpg"),
        ),
    ),
    Example(
        page="reference_policies_elements_notresource",
        identity=(
            allow("s3:*", [f"{_BUCKET}", f"{_BUCKET}/*"]),
            deny("s3:*", None, NotResource=[f"{_BUCKET}/HRPayroll/*", f"{_BUCKET}"]),
        ),
        asks=(
            Ask("allow", "s3:GetObject", f"{_BUCKET}/HRPayroll/may.csv"),
            Ask("deny", "s3:GetObject", _OBJECT),
            Ask("allow", "s3:ListBucket", _BUCKET),
            Ask("deny", "s3:ListBucket", "arn:aws:s3:::another"),
        ),
    ),
    Example(
        page="reference_policies_elements_notresource",
        identity=(allow("s3:*", None, NotResource=[_BUCKET, f"{_BUCKET}/*"]),),
        asks=(
            Ask("deny", "s3:GetObject", _OBJECT),
            Ask("deny", "s3:ListBucket", _BUCKET),
            Ask("allow", "s3:GetObject", "arn:aws:s3:::another/a"),
            Ask("allow", "s3:ListAllMyBuckets"),
        ),
    ),
    Example(
        page="reference_policies_examples_s3_deny-except-bucket",
        identity=(
            allow("s3:*", [_BUCKET, f"{_BUCKET}/*"]),
            deny(None, None, NotAction="s3:*", NotResource=[_BUCKET, f"{_BUCKET}/*"]),
            allow("sqs:*"),
        ),
        asks=(
            Ask("allow", "s3:GetObject", _OBJECT),
            Ask("deny", "sqs:SendMessage", _QUEUE),
            Ask("deny", "s3:GetObject", "arn:aws:s3:::another/a"),
        ),
    ),
    Example(
        page="reference_policies_evaluation-logic_AccessPolicyLanguage_Interplay",
        identity=(allow("sqs:*", _QUEUES), deny("sqs:DeleteQueue"), deny("*", _QUEUE)),
        asks=(
            Ask("deny", "sqs:SendMessage", _QUEUE),
            Ask("deny", "sqs:DeleteQueue", f"arn:aws:sqs:us-east-2:{ACCOUNT}:other"),
            Ask("allow", "sqs:SendMessage", f"arn:aws:sqs:us-east-2:{ACCOUNT}:other"),
        ),
    ),
    Example(
        page="reference_policies_evaluation-logic",
        asks=(
            Ask("deny", "s3:GetObject", _OBJECT),
            Ask("deny", "s3:GetObject", _OBJECT, principal=USER),
            Ask("allow", "s3:GetObject", _OBJECT, principal=ROOT),
        ),
    ),
    Example(
        page="reference_policies_examples_ec2_tag-owner",
        identity=(
            allow(
                ["ec2:StartInstances", "ec2:StopInstances"],
                f"arn:aws:ec2:*:{ACCOUNT}:instance/*",
                Condition={"StringEquals": {"aws:ResourceTag/Owner": "${aws:username}"}},
            ),
            allow("ec2:DescribeInstances"),
        ),
        asks=(
            Ask("allow", "ec2:StartInstances", _INSTANCE, {"aws:ResourceTag/Owner": "richard"}, principal=USER),
            Ask("deny", "ec2:StartInstances", _INSTANCE, {"aws:ResourceTag/Owner": "Richard"}, principal=USER),
            Ask("deny", "ec2:StartInstances", _INSTANCE, principal=USER),
            Ask("deny", "ec2:StartInstances", _INSTANCE, {"aws:ResourceTag/Owner": "richard"}),
            Ask("allow", "ec2:DescribeInstances", principal=USER),
            Ask("may", "ec2:StartInstances", _INSTANCE, principal=USER, told=False),
        ),
    ),
    Example(
        page="reference_policies_examples_aws_deny-ip",
        identity=(
            ALL,
            deny("*", Condition={"NotIpAddress": {"aws:SourceIp": ["192.0.2.0/24", "203.0.113.0/24"]}}),
        ),
        asks=(
            Ask("allow", "s3:GetObject", _OBJECT, {"aws:SourceIp": "192.0.2.77"}),
            Ask("allow", "s3:GetObject", _OBJECT, {"aws:SourceIp": "203.0.113.0"}),
            Ask("deny", "s3:GetObject", _OBJECT, {"aws:SourceIp": "198.51.100.1"}),
            Ask("deny", "s3:GetObject", _OBJECT),
            Ask("may", "s3:GetObject", _OBJECT, told=False),
        ),
    ),
    Example(
        page="reference_policies_examples_aws_deny-ip",
        identity=(
            ALL,
            deny(
                "*",
                Condition={
                    "NotIpAddress": {"aws:SourceIp": ["192.0.2.0/24"]},
                    "Bool": {"aws:ViaAWSService": "false"},
                },
            ),
        ),
        asks=(
            Ask("deny", "s3:GetObject", _OBJECT, {"aws:SourceIp": "198.51.100.1", "aws:ViaAWSService": "false"}),
            Ask("allow", "s3:GetObject", _OBJECT, {"aws:SourceIp": "198.51.100.1", "aws:ViaAWSService": "true"}),
            Ask("allow", "s3:GetObject", _OBJECT, {"aws:SourceIp": "192.0.2.1", "aws:ViaAWSService": "false"}),
            Ask("allow", "s3:GetObject", _OBJECT, {"aws:SourceIp": "192.0.2.1"}, told=False),
            Ask("may", "s3:GetObject", _OBJECT, {"aws:SourceIp": "198.51.100.1"}, told=False),
        ),
    ),
    Example(
        page="reference_policies_examples_aws_deny-requested-region",
        identity=(
            ALL,
            deny(
                None,
                NotAction=["cloudfront:*", "iam:*", "route53:*", "support:*"],
                Condition={"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1", "eu-west-1"]}},
            ),
        ),
        asks=(
            Ask("allow", "ec2:DescribeInstances", "*", {"aws:RequestedRegion": "eu-west-1"}),
            Ask("deny", "ec2:DescribeInstances", "*", {"aws:RequestedRegion": "us-east-1"}),
            Ask("allow", "iam:GetUser", USER, {"aws:RequestedRegion": "us-east-1"}),
            Ask("deny", "ec2:DescribeInstances"),
        ),
    ),
    Example(
        page="reference_policies_examples_aws-dates",
        identity=(
            allow(
                "ec2:*",
                Condition={
                    "DateGreaterThan": {"aws:CurrentTime": "2020-04-01T00:00:00Z"},
                    "DateLessThan": {"aws:CurrentTime": "2020-06-30T23:59:59Z"},
                },
            ),
        ),
        asks=(
            Ask("allow", "ec2:StartInstances", _INSTANCE, {"aws:CurrentTime": "2020-05-01T12:00:00Z"}),
            Ask("deny", "ec2:StartInstances", _INSTANCE, {"aws:CurrentTime": "2020-03-31T23:59:59Z"}),
            Ask("deny", "ec2:StartInstances", _INSTANCE, {"aws:CurrentTime": "2020-04-01T00:00:00Z"}),
            Ask("deny", "ec2:StartInstances", _INSTANCE, {"aws:CurrentTime": "2020-07-01T00:00:00Z"}),
            Ask("deny", "ec2:StartInstances", _INSTANCE),
        ),
    ),
    Example(
        page="reference_policies_examples_iam-passrole-service",
        identity=(
            allow(
                "iam:PassRole",
                f"arn:aws:iam::{ACCOUNT}:role/*",
                Condition={
                    "StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"},
                    "StringLike": {
                        "iam:AssociatedResourceArn": [
                            f"arn:aws:ec2:us-east-1:{ACCOUNT}:instance/*",
                            f"arn:aws:ec2:us-west-1:{ACCOUNT}:instance/*",
                        ]
                    },
                },
            ),
        ),
        asks=(
            Ask(
                "allow",
                "iam:PassRole",
                f"arn:aws:iam::{ACCOUNT}:role/web",
                {"iam:PassedToService": "ec2.amazonaws.com", "iam:AssociatedResourceArn": _INSTANCE},
            ),
            Ask(
                "deny",
                "iam:PassRole",
                f"arn:aws:iam::{ACCOUNT}:role/web",
                {"iam:PassedToService": "lambda.amazonaws.com", "iam:AssociatedResourceArn": _INSTANCE},
            ),
            Ask(
                "deny", "iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/web", {"iam:PassedToService": "ec2.amazonaws.com"}
            ),
            Ask("may", "iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/web", told=False),
        ),
    ),
    Example(
        page="reference_policies_examples_iam_mfa-selfmanage",
        identity=(
            allow("iam:ListUsers"),
            allow(
                ["iam:DeactivateMFADevice", "iam:ListMFADevices"],
                [f"arn:aws:iam::{ACCOUNT}:user/${{aws:username}}", f"arn:aws:iam::{ACCOUNT}:mfa/*"],
                Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}},
            ),
            deny(
                None,
                NotAction=["iam:ListUsers", "iam:ListMFADevices"],
                Condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
            ),
        ),
        asks=(
            Ask("allow", "iam:ListUsers", principal=USER),
            Ask("allow", "iam:DeactivateMFADevice", USER, {"aws:MultiFactorAuthPresent": "true"}, principal=USER),
            Ask("deny", "iam:DeactivateMFADevice", USER, {"aws:MultiFactorAuthPresent": "false"}, principal=USER),
            Ask("deny", "iam:DeactivateMFADevice", USER, principal=USER),
            Ask(
                "deny",
                "iam:DeactivateMFADevice",
                f"arn:aws:iam::{ACCOUNT}:user/bob",
                {"aws:MultiFactorAuthPresent": "true"},
                principal=USER,
            ),
        ),
    ),
    Example(
        page="reference_policies_examples_s3_home-directory-console",
        identity=(
            allow("s3:ListAllMyBuckets"),
            allow(
                "s3:ListBucket",
                _BUCKET,
                Condition={"StringLike": {"s3:prefix": ["", "home/", "home/${aws:username}/*"]}},
            ),
            allow("s3:*", [f"{_BUCKET}/home/${{aws:username}}", f"{_BUCKET}/home/${{aws:username}}/*"]),
        ),
        asks=(
            Ask("allow", "s3:ListAllMyBuckets", principal=USER),
            Ask("allow", "s3:ListBucket", _BUCKET, {"s3:prefix": "home/"}, principal=USER),
            Ask("allow", "s3:ListBucket", _BUCKET, {"s3:prefix": "home/richard/a"}, principal=USER),
            Ask("deny", "s3:ListBucket", _BUCKET, {"s3:prefix": "home/bob/a"}, principal=USER),
            Ask("deny", "s3:ListBucket", _BUCKET, principal=USER),
            Ask("allow", "s3:PutObject", f"{_BUCKET}/home/richard/a", principal=USER),
            Ask("deny", "s3:PutObject", f"{_BUCKET}/home/bob/a", principal=USER),
            Ask("deny", "s3:PutObject", f"{_BUCKET}/home/richard/a"),
        ),
    ),
    Example(
        page="API_GetCallerIdentity",
        identity=(deny("*"),),
        asks=(Ask("allow", "sts:GetCallerIdentity"), Ask("deny", "sts:GetSessionToken")),
    ),
)
