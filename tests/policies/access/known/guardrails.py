"""What limits and grants nothing: boundaries, session policies, policies of the organisation, VPC endpoints."""

from tests.policies.access.known.case import (
    ACCOUNT,
    ALL,
    EVERYONE,
    FOREIGN,
    OTHER,
    ROLE,
    ROOT,
    SESSION,
    USER,
    Ask,
    Example,
    allow,
    deny,
)

_BUCKET = "arn:aws:s3:::amzn-s3-demo-bucket"
_OBJECT = f"{_BUCKET}/a.txt"
_INSTANCE = f"arn:aws:ec2:us-east-1:{ACCOUNT}:instance/i-1"
_LINKED = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKS"
_BOUNDARIES = "access_policies_boundaries"
_SESSIONS = "access_policies#policies_session"
_SCPS = "orgs_manage_policies_scps_evaluation"
_RCPS = "orgs_manage_policies_rcps"
_PERIMETER = {
    "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-abc"},
    "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
}
_SHIRLEY = (allow(["s3:*", "cloudwatch:*", "ec2:*"]),)

EXAMPLES = (
    Example(
        page=_BOUNDARIES,
        boundary=_SHIRLEY,
        identity=(allow("iam:CreateUser"),),
        asks=(
            Ask("deny", "iam:CreateUser", USER, principal=USER),
            Ask("deny", "s3:GetObject", _OBJECT, principal=USER),
        ),
    ),
    Example(
        page=_BOUNDARIES,
        boundary=_SHIRLEY,
        identity=(allow(["s3:GetObject", "iam:CreateUser"]),),
        asks=(
            Ask("allow", "s3:GetObject", _OBJECT, principal=USER),
            Ask("deny", "iam:CreateUser", USER, principal=USER),
            Ask("deny", "ec2:StartInstances", _INSTANCE, principal=USER),
        ),
    ),
    Example(
        page=_BOUNDARIES,
        boundary=(allow("*"), deny("s3:*", f"{_BUCKET}*")),
        identity=(ALL,),
        asks=(Ask("deny", "s3:GetObject", _OBJECT), Ask("allow", "s3:GetObject", "arn:aws:s3:::another/a")),
    ),
    Example(
        page=_BOUNDARIES,  # a resource's policy that names the user is not limited by what the boundary leaves out
        boundary=(allow("ec2:*"),),
        resource=(dict(allow("s3:GetObject", f"{_BUCKET}/*", Principal={"AWS": USER})),),
        asks=(
            Ask("allow", "s3:GetObject", _OBJECT, principal=USER),
            Ask("deny", "s3:PutObject", _OBJECT, principal=USER),
        ),
    ),
    Example(
        page=_BOUNDARIES,  # one that names the role is
        boundary=(allow("ec2:*"),),
        resource=(dict(allow("s3:GetObject", f"{_BUCKET}/*", Principal={"AWS": ROLE})),),
        asks=(Ask("deny", "s3:GetObject", _OBJECT),),
    ),
    Example(
        page=_BOUNDARIES,  # one that names its session is not
        boundary=(allow("ec2:*"),),
        resource=(
            dict(
                allow(
                    "s3:GetObject",
                    f"{_BUCKET}/*",
                    Principal={"AWS": f"arn:aws:sts::{ACCOUNT}:assumed-role/app/{SESSION}"},
                )
            ),
        ),
        asks=(Ask("allow", "s3:GetObject", _OBJECT),),
    ),
    Example(
        page=_BOUNDARIES,
        boundary=(deny("s3:GetObject"), ALL),
        resource=(dict(allow("s3:GetObject", f"{_BUCKET}/*", Principal={"AWS": USER})),),
        asks=(Ask("deny", "s3:GetObject", _OBJECT, principal=USER),),
    ),
    Example(
        page=_SESSIONS,
        identity=(allow("s3:*"),),
        session=(allow("s3:GetObject", f"{_BUCKET}/*"),),
        asks=(
            Ask("allow", "s3:GetObject", _OBJECT),
            Ask("deny", "s3:PutObject", _OBJECT),
            Ask("deny", "s3:GetObject", "arn:aws:s3:::another/a"),
        ),
    ),
    Example(
        page=_SESSIONS,
        identity=(allow("s3:GetObject"),),
        session=(ALL,),
        boundary=(allow("s3:Get*"),),
        asks=(Ask("allow", "s3:GetObject", _OBJECT), Ask("deny", "ec2:StartInstances", _INSTANCE)),
    ),
    Example(
        page=_SESSIONS,
        identity=(ALL,),
        session=(ALL, deny("s3:PutObject")),
        asks=(Ask("deny", "s3:PutObject", _OBJECT), Ask("allow", "s3:GetObject", _OBJECT)),
    ),
    Example(
        page=_SESSIONS,
        session=(allow("ec2:*"),),
        resource=(dict(allow("s3:GetObject", f"{_BUCKET}/*", Principal={"AWS": ROLE})),),
        asks=(Ask("deny", "s3:GetObject", _OBJECT),),
    ),
    Example(
        page=_SCPS,
        identity=(ALL,),
        control=((ALL,), (ALL,), (allow(["s3:*", "ec2:*"]),)),
        asks=(
            Ask("allow", "s3:GetObject", _OBJECT),
            Ask("deny", "sqs:ListQueues"),
            Ask("deny", "sqs:ListQueues", principal=ROOT),
            Ask("allow", "s3:GetObject", _OBJECT, principal=ROOT),
        ),
    ),
    Example(
        page=_SCPS,
        identity=(ALL,),
        control=((allow("s3:*"),), (allow("ec2:*"),)),
        asks=(Ask("deny", "s3:GetObject", _OBJECT), Ask("deny", "ec2:StartInstances", _INSTANCE)),
    ),
    Example(
        page=_SCPS,
        identity=(allow("s3:GetObject"),),
        control=((ALL,), (ALL, deny("s3:Delete*"))),
        asks=(
            Ask("allow", "s3:GetObject", _OBJECT),
            Ask("deny", "s3:DeleteObject", _OBJECT),
            Ask("deny", "s3:PutObject", _OBJECT),
        ),
    ),
    Example(
        page="orgs_manage_policies_scps_examples_general",
        identity=(ALL,),
        control=(
            (
                ALL,
                deny(
                    None,
                    NotAction=["iam:*", "organizations:*", "route53:*", "s3:ListAllMyBuckets"],
                    Condition={
                        "StringNotEquals": {"aws:RequestedRegion": ["eu-central-1", "eu-west-1"]},
                        "ArnNotLike": {"aws:PrincipalArn": ["arn:aws:iam::*:role/breakglass"]},
                    },
                ),
            ),
        ),
        asks=(
            Ask("allow", "ec2:StartInstances", _INSTANCE, {"aws:RequestedRegion": "eu-west-1"}),
            Ask("deny", "ec2:StartInstances", _INSTANCE, {"aws:RequestedRegion": "us-east-1"}),
            Ask(
                "allow",
                "ec2:StartInstances",
                _INSTANCE,
                {"aws:RequestedRegion": "us-east-1"},
                principal=f"arn:aws:iam::{ACCOUNT}:role/breakglass",
            ),
            Ask("allow", "iam:GetUser", USER, {"aws:RequestedRegion": "us-east-1"}),
        ),
    ),
    Example(
        page="orgs_manage_policies_scps_examples_general",
        identity=(ALL,),
        control=((ALL, deny("*", Condition={"ArnLike": {"aws:PrincipalArn": ["arn:aws:iam::*:root"]}})),),
        asks=(Ask("deny", "s3:GetObject", _OBJECT, principal=ROOT), Ask("allow", "s3:GetObject", _OBJECT)),
    ),
    Example(
        page="orgs_manage_policies_scps",
        identity=(ALL,),
        control=((deny("*"),),),
        asks=(Ask("allow", "ec2:DescribeInstances", principal=_LINKED), Ask("deny", "ec2:DescribeInstances")),
    ),
    Example(
        page="orgs_manage_policies_scps",  # of the principal's account, so that they do not bind others
        control=((ALL, deny("s3:*")),),
        resource=(dict(allow("s3:PutObject", f"{_BUCKET}/*", Principal={"Service": "delivery.logs.amazonaws.com"})),),
        asks=(Ask("allow", "s3:PutObject", _OBJECT, principal="delivery.logs.amazonaws.com"),),
    ),
    Example(
        page=_RCPS,
        identity=(ALL,),
        resource_control=(dict(deny(["s3:*", "sqs:*", "kms:*"], **EVERYONE, Condition=_PERIMETER)),),
        asks=(
            Ask("allow", "s3:GetObject", _OBJECT, {"aws:PrincipalOrgID": "o-abc"}),
            Ask("deny", "s3:GetObject", _OBJECT, {"aws:PrincipalOrgID": "o-xyz"}),
            Ask("deny", "s3:GetObject", _OBJECT),
            Ask("allow", "ec2:StartInstances", _INSTANCE, {"aws:PrincipalOrgID": "o-xyz"}),
        ),
    ),
    Example(
        page=_RCPS,
        identity=(ALL,),
        resource_control=(dict(deny("s3:*", **EVERYONE, Condition=_PERIMETER)),),
        resource=(
            dict(allow("s3:*", f"{_BUCKET}/*", Principal={"AWS": OTHER})),
            dict(allow("s3:PutObject", f"{_BUCKET}/*", Principal={"Service": "cloudtrail.amazonaws.com"})),
        ),
        asks=(
            Ask("deny", "s3:GetObject", _OBJECT, {"aws:PrincipalOrgID": "o-xyz"}, principal=FOREIGN),
            Ask("allow", "s3:GetObject", _OBJECT, {"aws:PrincipalOrgID": "o-abc"}, principal=FOREIGN),
            Ask("allow", "s3:PutObject", _OBJECT, principal="cloudtrail.amazonaws.com"),
        ),
    ),
    Example(
        page=_RCPS,  # they bind neither service-linked roles nor services that are not among theirs
        identity=(ALL,),
        resource_control=(dict(deny(["s3:*", "sts:*"], **EVERYONE)),),
        asks=(
            Ask("deny", "s3:GetObject", _OBJECT),
            Ask("deny", "s3:GetObject", _OBJECT, principal=ROOT),
            Ask("allow", "s3:GetObject", _OBJECT, principal=_LINKED),
            Ask("allow", "ec2:StartInstances", _INSTANCE),
            Ask("deny", "sts:AssumeRole", ROLE),
        ),
    ),
    Example(
        page=_RCPS,  # EC2 is not among the services whose requests they bind
        identity=(ALL,),
        resource_control=(dict(deny(["s3:*", "ec2:*"], **EVERYONE)),),
        asks=(Ask("deny", "s3:GetObject", _OBJECT), Ask("allow", "ec2:StartInstances", _INSTANCE)),
    ),
    Example(
        page="vpc-endpoints-access",
        identity=(ALL,),
        endpoint=(dict(allow(["s3:GetObject", "s3:PutObject"], f"{_BUCKET}/*", **EVERYONE)),),
        asks=(
            Ask("allow", "s3:GetObject", _OBJECT),
            Ask("deny", "s3:DeleteObject", _OBJECT),
            Ask("deny", "s3:GetObject", "arn:aws:s3:::another/a"),
        ),
    ),
    Example(
        page="vpc-endpoints-access",
        identity=(allow("s3:GetObject"),),
        endpoint=(dict(allow("*", **EVERYONE)), dict(deny("s3:*", f"{_BUCKET}/secret/*", **EVERYONE))),
        asks=(
            Ask("allow", "s3:GetObject", _OBJECT),
            Ask("deny", "s3:GetObject", f"{_BUCKET}/secret/a"),
            Ask("deny", "s3:PutObject", _OBJECT),
        ),
    ),
    Example(
        page="vpc-endpoints-access",
        identity=(ALL,),
        endpoint=(dict(allow("*", **EVERYONE, Condition={"StringEquals": {"aws:PrincipalAccount": ACCOUNT}})),),
        asks=(Ask("allow", "s3:GetObject", _OBJECT), Ask("allow", "s3:GetObject", _OBJECT, principal=USER)),
    ),
    Example(
        page="vpc-endpoints-access",
        identity=(ALL,),
        endpoint=(dict(allow("*", **EVERYONE, Condition={"StringEquals": {"aws:ResourceAccount": OTHER}})),),
        asks=(Ask("deny", "s3:GetObject", _OBJECT),),
    ),
)
