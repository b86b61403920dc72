"""Policy variables (IAM user guide, "IAM policy elements: Variables and tags")."""

from tests.policies.access.known.case import USER, Ask, Example, allow, deny

_PAGE = "reference_policies_variables"
_BUCKET = "arn:aws:s3:::amzn-s3-demo-bucket"
_INSTANCE = "arn:aws:ec2:us-east-1:111122223333:instance/i-1"
_TEAM = "aws:PrincipalTag/team"

EXAMPLES = (
    Example(
        page=_PAGE,
        identity=(
            allow("s3:ListBucket", _BUCKET, Condition={"StringLike": {"s3:prefix": ["${aws:username}/*"]}}),
            allow(["s3:GetObject", "s3:PutObject"], f"{_BUCKET}/${{aws:username}}/*"),
        ),
        asks=(
            Ask("allow", "s3:GetObject", f"{_BUCKET}/richard/a", principal=USER),
            Ask("deny", "s3:GetObject", f"{_BUCKET}/bob/a", principal=USER),
            Ask("deny", "s3:GetObject", f"{_BUCKET}/richard/a"),
            Ask("allow", "s3:ListBucket", _BUCKET, {"s3:prefix": "richard/"}, principal=USER),
            Ask("deny", "s3:ListBucket", _BUCKET, {"s3:prefix": "bob/"}, principal=USER),
        ),
    ),
    Example(
        page=_PAGE,
        identity=(allow("s3:GetObject", f"{_BUCKET}/${{{_TEAM}, 'company-wide'}}/*"),),
        asks=(
            Ask("allow", "s3:GetObject", f"{_BUCKET}/company-wide/a"),
            Ask("deny", "s3:GetObject", f"{_BUCKET}/yellow/a"),
            Ask("allow", "s3:GetObject", f"{_BUCKET}/yellow/a", {_TEAM: "yellow"}),
            Ask("deny", "s3:GetObject", f"{_BUCKET}/company-wide/a", {_TEAM: "yellow"}),
        ),
    ),
    Example(
        page=_PAGE,
        identity=(allow("s3:GetObject", f"{_BUCKET}/${{{_TEAM}}}/*"),),
        asks=(
            Ask("allow", "s3:GetObject", f"{_BUCKET}/yellow/a", {_TEAM: "yellow"}),
            Ask("deny", "s3:GetObject", f"{_BUCKET}/blue/a", {_TEAM: "yellow"}),
            Ask("deny", "s3:GetObject", f"{_BUCKET}/yellow/a"),
            Ask("deny", "s3:GetObject", f"{_BUCKET}/yellow/a", {_TEAM: "*"}),
            Ask("may", "s3:GetObject", f"{_BUCKET}/yellow/a", told=False),
            Ask("deny", "s3:GetObject", "arn:aws:s3:::another/yellow/a", told=False),
        ),
    ),
    Example(
        page=_PAGE,
        version="2008-10-17",
        identity=(allow("s3:GetObject", f"{_BUCKET}/${{aws:username}}/*"),),
        asks=(
            Ask("deny", "s3:GetObject", f"{_BUCKET}/richard/a", principal=USER),
            Ask("allow", "s3:GetObject", f"{_BUCKET}/${{aws:username}}/a", principal=USER),
        ),
    ),
    Example(
        page=_PAGE,
        identity=(allow("s3:GetObject", f"{_BUCKET}/a${{*}}b"), allow("s3:GetObject", f"{_BUCKET}/c${{$}}d")),
        asks=(
            Ask("deny", "s3:GetObject", f"{_BUCKET}/axb"),
            Ask("allow", "s3:GetObject", f"{_BUCKET}/c$d"),
            Ask("deny", "s3:GetObject", f"{_BUCKET}/cd"),
        ),
    ),
    Example(
        page="reference_policies_condition-keys",
        identity=(
            allow("ec2:CreateTags", Condition={"StringEquals": {"aws:RequestTag/team": f"${{{_TEAM}}}"}}),
            deny(
                "ec2:CreateTags", Condition={"StringEquals": {"aws:RequestTag/team": ["root", "${aws:PrincipalType}"]}}
            ),
        ),
        asks=(
            Ask("allow", "ec2:CreateTags", context={"aws:RequestTag/team": "a", _TEAM: "a"}, resource=_INSTANCE),
            Ask("deny", "ec2:CreateTags", context={"aws:RequestTag/team": "b", _TEAM: "a"}, resource=_INSTANCE),
            Ask("deny", "ec2:CreateTags", context={"aws:RequestTag/team": "root", _TEAM: "root"}, resource=_INSTANCE),
            Ask("deny", "ec2:CreateTags", context={"aws:RequestTag/team": "a"}, resource=_INSTANCE),
        ),
    ),
)
