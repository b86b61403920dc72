"""Resource policies: whom they name, across accounts and within one, and who is left out."""

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
_QUEUE = f"arn:aws:sqs:us-east-2:{ACCOUNT}:queue1"
_SECRET = f"arn:aws:secretsmanager:us-east-2:{ACCOUNT}:secret:a-AbCdEf"
_LOGS = "delivery.logs.amazonaws.com"
_SOURCE = {"StringEquals": {"aws:SourceAccount": ACCOUNT}, "ArnLike": {"aws:SourceArn": f"arn:aws:logs:*:{ACCOUNT}:*"}}
_IN_SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/app/{SESSION}"
_PRINCIPAL = "reference_policies_elements_principal"
_LOGIC = "reference_policies_evaluation-logic_policy-eval-basics-same-account"
_CROSS = "reference_policies_evaluation-logic-cross-account"


def _to(principal: object, action: object = "s3:GetObject", **more: object) -> dict[str, object]:
    return dict(allow(action, f"{_BUCKET}/*", Principal=principal, **more))


EXAMPLES = (
    Example(
        page=_PRINCIPAL,
        resource=(_to({"AWS": USER}),),
        asks=(
            Ask("allow", "s3:GetObject", _OBJECT, principal=USER),
            Ask("deny", "s3:GetObject", _OBJECT, principal=USER + "2"),
            Ask("deny", "s3:PutObject", _OBJECT, principal=USER),
            Ask("deny", "s3:GetObject", _OBJECT),
        ),
    ),
    Example(
        page=_PRINCIPAL,
        resource=(_to({"AWS": ROLE}),),
        asks=(
            Ask("allow", "s3:GetObject", _OBJECT),
            Ask("deny", "s3:GetObject", _OBJECT, principal=USER),
            Ask("deny", "s3:GetObject", _OBJECT, principal=FOREIGN),
        ),
    ),
    Example(
        page=_PRINCIPAL,
        resource=(_to({"AWS": _IN_SESSION}),),
        asks=(Ask("allow", "s3:GetObject", _OBJECT), Ask("deny", "s3:GetObject", _OBJECT, principal=ROLE + "2")),
    ),
    Example(
        page=_PRINCIPAL,
        resource=(_to({"AWS": [ROOT]}),),
        asks=(Ask("deny", "s3:GetObject", _OBJECT), Ask("allow", "s3:GetObject", _OBJECT, principal=ROOT)),
    ),
    Example(
        page=_PRINCIPAL,
        identity=(allow("s3:GetObject"),),
        resource=(_to({"AWS": ACCOUNT}),),
        asks=(Ask("allow", "s3:GetObject", _OBJECT),),
    ),
    Example(
        page=_PRINCIPAL,
        resource=(_to("*"),),
        asks=(
            Ask("allow", "s3:GetObject", _OBJECT),
            Ask("allow", "s3:GetObject", _OBJECT, principal=USER),
            Ask("allow", "s3:GetObject", _OBJECT, principal="*"),
            Ask("deny", "s3:GetObject", _OBJECT, principal=FOREIGN),
        ),
    ),
    Example(
        page=_PRINCIPAL,
        resource=(_to({"AWS": "*"}, Condition={"StringEquals": {"aws:PrincipalOrgID": "o-abc"}}),),
        asks=(
            Ask("allow", "s3:GetObject", _OBJECT, {"aws:PrincipalOrgID": "o-abc"}),
            Ask("deny", "s3:GetObject", _OBJECT, {"aws:PrincipalOrgID": "o-xyz"}),
            Ask("deny", "s3:GetObject", _OBJECT),
            Ask("deny", "s3:GetObject", _OBJECT, principal="*"),
            Ask("may", "s3:GetObject", _OBJECT, told=False),
            Ask("deny", "s3:GetObject", _OBJECT, principal="*", told=False),
        ),
    ),
    Example(
        page=_PRINCIPAL,
        resource=(_to({"Service": _LOGS}, "s3:PutObject", Condition=_SOURCE),),
        asks=(
            Ask(
                "allow",
                "s3:PutObject",
                _OBJECT,
                {"aws:SourceAccount": ACCOUNT, "aws:SourceArn": f"arn:aws:logs:us-east-1:{ACCOUNT}:a"},
                principal=_LOGS,
            ),
            Ask(
                "deny",
                "s3:PutObject",
                _OBJECT,
                {"aws:SourceAccount": OTHER, "aws:SourceArn": f"arn:aws:logs:us-east-1:{OTHER}:a"},
                principal=_LOGS,
            ),
            Ask("deny", "s3:PutObject", _OBJECT, principal=_LOGS),
            Ask("may", "s3:PutObject", _OBJECT, principal=_LOGS, told=False),
            Ask("deny", "s3:PutObject", _OBJECT, principal="sns.amazonaws.com"),
            Ask("deny", "s3:PutObject", _OBJECT),
        ),
    ),
    Example(
        page="reference_policies_condition-keys",
        resource=(
            dict(
                allow(
                    "sqs:SendMessage",
                    _QUEUE,
                    Principal="*",
                    Condition={"ArnEquals": {"aws:SourceArn": "arn:aws:sns:*:*:t"}},
                )
            ),
        ),
        asks=(
            Ask("deny", "sqs:SendMessage", _QUEUE, told=False),  # only services say a source
            Ask("deny", "sqs:SendMessage", _QUEUE),
        ),
    ),
    Example(
        page="reference_policies_condition-keys",
        resource=(
            _to("*", Condition={"StringEquals": {"aws:PrincipalServiceName": "cloudtrail.amazonaws.com"}}),
            _to("*", "s3:PutObject", Condition={"Bool": {"aws:PrincipalIsAWSService": "true"}}),
        ),
        asks=(
            Ask("allow", "s3:GetObject", _OBJECT, principal="cloudtrail.amazonaws.com", told=False),
            Ask("deny", "s3:GetObject", _OBJECT, principal="logs.amazonaws.com", told=False),
            Ask("allow", "s3:PutObject", _OBJECT, principal="logs.amazonaws.com", told=False),
            Ask("deny", "s3:GetObject", _OBJECT, told=False),
            Ask("deny", "s3:PutObject", _OBJECT, told=False),
        ),
    ),
    Example(
        page=_CROSS,
        identity=(allow("s3:GetObject"),),
        resource=(_to({"AWS": f"arn:aws:iam::{OTHER}:root"}),),
        asks=(
            Ask("allow", "s3:GetObject", _OBJECT, principal=FOREIGN),
            Ask("deny", "s3:PutObject", _OBJECT, principal=FOREIGN),
            Ask("allow", "s3:GetObject", _OBJECT),  # by its identity policy, within the account
        ),
    ),
    Example(
        page=_CROSS,
        identity=(allow("s3:PutObject"),),
        resource=(_to({"AWS": FOREIGN}),),
        asks=(
            Ask("deny", "s3:GetObject", _OBJECT, principal=FOREIGN),
            Ask("deny", "s3:PutObject", _OBJECT, principal=FOREIGN),
        ),
    ),
    Example(
        page=_CROSS,
        identity=(ALL,),
        asks=(
            Ask("deny", "s3:GetObject", _OBJECT, account=OTHER),
            Ask("allow", "s3:GetObject", _OBJECT),
            Ask("may", "s3:GetObject", _OBJECT, account=""),
        ),
    ),
    Example(
        page=_LOGIC,
        identity=(ALL,),
        resource=(
            dict(deny("s3:*", f"{_BUCKET}/*", **EVERYONE, Condition={"Bool": {"aws:SecureTransport": "false"}})),
        ),
        asks=(
            Ask("allow", "s3:GetObject", _OBJECT, {"aws:SecureTransport": "true"}),
            Ask("deny", "s3:GetObject", _OBJECT, {"aws:SecureTransport": "false"}),
            Ask("may", "s3:GetObject", _OBJECT, told=False),
            Ask("allow", "s3:GetObject", "arn:aws:s3:::another/a", told=False),
        ),
    ),
    Example(
        page=_LOGIC,
        identity=(allow("secretsmanager:GetSecretValue"),),
        resource=(dict(deny("secretsmanager:GetSecretValue", Principal={"AWS": ROLE})),),
        asks=(
            Ask("deny", "secretsmanager:GetSecretValue", _SECRET),
            Ask("allow", "secretsmanager:GetSecretValue", _SECRET, principal=USER),
        ),
    ),
    Example(
        page="reference_policies_elements_notprincipal",
        identity=(ALL,),
        resource=(dict(deny("s3:*", f"{_BUCKET}/*", NotPrincipal={"AWS": [USER, ROOT]})),),
        asks=(
            Ask("allow", "s3:GetObject", _OBJECT, principal=USER),
            Ask("deny", "s3:GetObject", _OBJECT, principal=USER + "2"),
            Ask("deny", "s3:GetObject", _OBJECT, principal=FOREIGN),
        ),
    ),
    Example(
        page="reference_policies_elements_notprincipal",
        identity=(ALL,),
        boundary=(ALL,),
        resource=(dict(deny("s3:*", f"{_BUCKET}/*", NotPrincipal={"AWS": [USER, ROOT]})),),
        asks=(Ask("deny", "s3:GetObject", _OBJECT, principal=USER),),
    ),
    Example(
        page="example-bucket-policies",
        identity=(ALL,),
        resource=(
            dict(
                deny(
                    "s3:*",
                    [_BUCKET, f"{_BUCKET}/*"],
                    **EVERYONE,
                    Condition={"StringNotEquals": {"aws:SourceVpce": "vpce-1"}},
                )
            ),
        ),
        asks=(
            Ask("allow", "s3:GetObject", _OBJECT, {"aws:SourceVpce": "vpce-1"}),
            Ask("deny", "s3:GetObject", _OBJECT, {"aws:SourceVpce": "vpce-2"}),
            Ask("deny", "s3:GetObject", _OBJECT),
        ),
    ),
    Example(
        page="example-bucket-policies",
        identity=(ALL,),
        resource=(
            dict(
                deny(
                    "s3:PutObject",
                    f"{_BUCKET}/*",
                    **EVERYONE,
                    Condition={"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}},
                )
            ),
            dict(
                deny(
                    "s3:PutObject",
                    f"{_BUCKET}/*",
                    **EVERYONE,
                    Condition={"Null": {"s3:x-amz-server-side-encryption-aws-kms-key-id": "true"}},
                )
            ),
        ),
        asks=(
            Ask(
                "allow",
                "s3:PutObject",
                _OBJECT,
                {"s3:x-amz-server-side-encryption": "aws:kms", "s3:x-amz-server-side-encryption-aws-kms-key-id": "k"},
            ),
            Ask("deny", "s3:PutObject", _OBJECT, {"s3:x-amz-server-side-encryption": "aws:kms"}),
            Ask("deny", "s3:PutObject", _OBJECT, {"s3:x-amz-server-side-encryption": "AES256"}),
            Ask("allow", "s3:GetObject", _OBJECT),
        ),
    ),
    Example(
        page="example-bucket-policies",
        resource=(_to("*", Condition={"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/a*"}}),),
        asks=(
            Ask("allow", "s3:GetObject", _OBJECT),
            Ask("deny", "s3:GetObject", _OBJECT, principal=USER),
            Ask("deny", "s3:GetObject", _OBJECT, principal="*"),
        ),
    ),
)
