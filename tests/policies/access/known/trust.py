"""Trust policies of roles, and policies of keys: the two that must allow, or leave it to the account."""

from tests.policies.access.known.case import (
    ACCOUNT,
    ALL,
    FOREIGN,
    OTHER,
    ROLE,
    ROOT,
    USER,
    Ask,
    Example,
    allow,
    deny,
)

_ADMIN = f"arn:aws:iam::{ACCOUNT}:role/admin"
_KEY = f"arn:aws:kms:us-west-2:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
_ALIAS = f"arn:aws:kms:us-west-2:{ACCOUNT}:alias/a"
_GITHUB = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
_ISSUER = "oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE"
_CLUSTER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{_ISSUER}"
_SUB, _AUD = "token.actions.githubusercontent.com:sub", "token.actions.githubusercontent.com:aud"
_NS, _SA = "aws:RequestTag/kubernetes-namespace", "aws:RequestTag/kubernetes-service-account"
_DEFAULT = "key-policy-default"


def _trust(principal: object, action: object = "sts:AssumeRole", **more: object) -> dict[str, object]:
    return dict(allow(action, None, Principal=principal, **more))


def _key(principal: object, action: object = "kms:*", **more: object) -> dict[str, object]:
    return dict(allow(action, "*", Principal=principal, **more))


EXAMPLES = (
    Example(
        page="id_roles_create_for-user",
        identity=(allow("sts:AssumeRole", _ADMIN),),
        resource=(_trust({"AWS": ROOT}),),
        asks=(
            Ask("allow", "sts:AssumeRole", _ADMIN),
            Ask("allow", "sts:AssumeRole", _ADMIN, principal=USER),
            Ask("deny", "sts:TagSession", _ADMIN),
            Ask("deny", "sts:AssumeRole", _ADMIN, principal=FOREIGN),
        ),
    ),
    Example(
        page="id_roles_create_for-user",
        resource=(_trust({"AWS": ROOT}),),
        asks=(Ask("deny", "sts:AssumeRole", _ADMIN), Ask("deny", "sts:AssumeRole", _ADMIN, principal=USER)),
    ),
    Example(
        page="id_roles_create_for-user",  # named itself, within the account, it needs no policy of its own
        resource=(_trust({"AWS": USER}),),
        asks=(
            Ask("allow", "sts:AssumeRole", _ADMIN, principal=USER),
            Ask("deny", "sts:AssumeRole", _ADMIN),
        ),
    ),
    Example(
        page="id_roles_create_for-user",
        identity=(ALL,),
        resource=(_trust({"AWS": USER}),),
        asks=(Ask("deny", "sts:AssumeRole", _ADMIN),),  # the trust policy must allow
    ),
    Example(
        page="id_roles_create_for-user_externalid",
        identity=(allow("sts:AssumeRole"),),
        resource=(_trust({"AWS": OTHER}, Condition={"StringEquals": {"sts:ExternalId": "12345"}}),),
        asks=(
            Ask("allow", "sts:AssumeRole", _ADMIN, {"sts:ExternalId": "12345"}, principal=FOREIGN),
            Ask("deny", "sts:AssumeRole", _ADMIN, {"sts:ExternalId": "54321"}, principal=FOREIGN),
            Ask("deny", "sts:AssumeRole", _ADMIN, principal=FOREIGN),
            Ask("may", "sts:AssumeRole", _ADMIN, principal=FOREIGN, told=False),
            Ask("deny", "sts:AssumeRole", _ADMIN, {"sts:ExternalId": "12345"}),
        ),
    ),
    Example(
        page="id_roles_create_for-user_externalid",
        resource=(_trust({"AWS": OTHER}),),
        asks=(Ask("deny", "sts:AssumeRole", _ADMIN, principal=FOREIGN),),
    ),
    Example(
        page="id_roles_create_for-service",
        resource=(_trust({"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]}),),
        asks=(
            Ask("allow", "sts:AssumeRole", _ADMIN, principal="ec2.amazonaws.com"),
            Ask("allow", "sts:AssumeRole", _ADMIN, principal="lambda.amazonaws.com"),
            Ask("deny", "sts:AssumeRole", _ADMIN, principal="eks.amazonaws.com"),
            Ask("deny", "sts:AssumeRole", _ADMIN),
        ),
    ),
    Example(
        page="id_roles_create_for-idp_oidc",
        resource=(
            _trust(
                {"Federated": _GITHUB},
                "sts:AssumeRoleWithWebIdentity",
                Condition={"StringEquals": {_AUD: "sts.amazonaws.com"}, "StringLike": {_SUB: "repo:acme/billing:*"}},
            ),
        ),
        asks=(
            Ask(
                "allow",
                "sts:AssumeRoleWithWebIdentity",
                _ADMIN,
                {_AUD: "sts.amazonaws.com", _SUB: "repo:acme/billing:ref:refs/heads/main"},
                principal=_GITHUB,
            ),
            Ask(
                "deny",
                "sts:AssumeRoleWithWebIdentity",
                _ADMIN,
                {_AUD: "sts.amazonaws.com", _SUB: "repo:mallory/billing:ref:refs/heads/main"},
                principal=_GITHUB,
            ),
            Ask("deny", "sts:AssumeRoleWithWebIdentity", _ADMIN, {_SUB: "repo:acme/billing:a"}, principal=_GITHUB),
            Ask("may", "sts:AssumeRoleWithWebIdentity", _ADMIN, principal=_GITHUB, told=False),
            Ask("deny", "sts:AssumeRoleWithWebIdentity", _ADMIN, principal=_CLUSTER, told=False),
        ),
    ),
    Example(
        page="associate-service-account-role",
        resource=(
            _trust(
                {"Federated": _CLUSTER},
                "sts:AssumeRoleWithWebIdentity",
                Condition={
                    "StringEquals": {
                        f"{_ISSUER}:aud": "sts.amazonaws.com",
                        f"{_ISSUER}:sub": "system:serviceaccount:default:my-service-account",
                    }
                },
            ),
        ),
        asks=(
            Ask(
                "allow",
                "sts:AssumeRoleWithWebIdentity",
                _ADMIN,
                {
                    f"{_ISSUER}:aud": "sts.amazonaws.com",
                    f"{_ISSUER}:sub": "system:serviceaccount:default:my-service-account",
                },
                principal=_CLUSTER,
            ),
            Ask(
                "deny",
                "sts:AssumeRoleWithWebIdentity",
                _ADMIN,
                {f"{_ISSUER}:aud": "sts.amazonaws.com", f"{_ISSUER}:sub": "system:serviceaccount:default:other"},
                principal=_CLUSTER,
            ),
        ),
    ),
    Example(
        page="pod-id-abac",
        resource=(
            _trust(
                {"Service": "pods.eks.amazonaws.com"},
                ["sts:AssumeRole", "sts:TagSession"],
                Condition={"StringEquals": {_NS: "billing", _SA: "api"}},
            ),
        ),
        asks=(
            Ask("allow", "sts:AssumeRole", _ADMIN, {_NS: "billing", _SA: "api"}, principal="pods.eks.amazonaws.com"),
            Ask("allow", "sts:TagSession", _ADMIN, {_NS: "billing", _SA: "api"}, principal="pods.eks.amazonaws.com"),
            Ask("deny", "sts:AssumeRole", _ADMIN, {_NS: "billing", _SA: "web"}, principal="pods.eks.amazonaws.com"),
            Ask("deny", "sts:AssumeRole", _ADMIN, {_NS: "billing"}, principal="pods.eks.amazonaws.com"),
            Ask("may", "sts:AssumeRole", _ADMIN, principal="pods.eks.amazonaws.com", told=False),
        ),
    ),
    Example(
        page=_DEFAULT,
        identity=(allow("kms:Decrypt", _KEY),),
        resource=(_key({"AWS": ROOT}),),
        asks=(
            Ask("allow", "kms:Decrypt", _KEY),
            Ask("deny", "kms:Encrypt", _KEY),
            Ask("allow", "kms:Decrypt", _KEY, principal=ROOT),
        ),
    ),
    Example(
        page=_DEFAULT,
        identity=(ALL,),
        resource=(_key({"AWS": _ADMIN}, ["kms:PutKeyPolicy", "kms:DescribeKey"]),),
        asks=(
            Ask("deny", "kms:Decrypt", _KEY),
            Ask("deny", "kms:DescribeKey", _KEY),
            Ask("allow", "kms:DescribeKey", _KEY, principal=_ADMIN),
            Ask("deny", "kms:Decrypt", _KEY, principal=_ADMIN),
            Ask("allow", "kms:ListKeys"),
            Ask("allow", "kms:CreateAlias", _ALIAS),
        ),
    ),
    Example(
        page="key-policy-services",
        resource=(
            _key(
                "*",
                "kms:Decrypt",
                Condition={
                    "StringEquals": {
                        "kms:CallerAccount": ACCOUNT,
                        "kms:ViaService": ["s3.us-west-2.amazonaws.com", "rds.us-west-2.amazonaws.com"],
                    }
                },
            ),
        ),
        asks=(
            Ask("allow", "kms:Decrypt", _KEY, {"kms:ViaService": "s3.us-west-2.amazonaws.com"}),
            Ask("deny", "kms:Decrypt", _KEY, {"kms:ViaService": "sqs.us-west-2.amazonaws.com"}),
            Ask("deny", "kms:Decrypt", _KEY),
            Ask("may", "kms:Decrypt", _KEY, told=False),
            Ask("deny", "kms:Decrypt", _KEY, {"kms:ViaService": "s3.us-west-2.amazonaws.com"}, principal=FOREIGN),
        ),
    ),
    Example(
        page="key-policy-modifying-external-accounts",
        identity=(allow("kms:Decrypt", _KEY),),
        resource=(_key({"AWS": f"arn:aws:iam::{OTHER}:root"}, ["kms:Decrypt", "kms:Encrypt"]),),
        asks=(
            Ask("allow", "kms:Decrypt", _KEY, principal=FOREIGN),
            Ask("deny", "kms:Encrypt", _KEY, principal=FOREIGN),
            Ask("deny", "kms:Decrypt", _KEY),
        ),
    ),
    Example(
        page="key-policy-modifying-external-accounts",
        resource=(_key({"AWS": FOREIGN}, "kms:Decrypt"),),
        asks=(Ask("deny", "kms:Decrypt", _KEY, principal=FOREIGN),),
    ),
    Example(
        page="conditions-kms",
        resource=(
            _key({"AWS": ROLE}, "kms:CreateGrant", Condition={"Bool": {"kms:GrantIsForAWSResource": "true"}}),
            _key(
                {"AWS": ROLE},
                "kms:Decrypt",
                Condition={"StringEquals": {"kms:EncryptionContext:AppName": "ExampleApp"}},
            ),
        ),
        asks=(
            Ask("allow", "kms:CreateGrant", _KEY, {"kms:GrantIsForAWSResource": "true"}),
            Ask("deny", "kms:CreateGrant", _KEY, {"kms:GrantIsForAWSResource": "false"}),
            Ask("deny", "kms:CreateGrant", _KEY),
            Ask("allow", "kms:Decrypt", _KEY, {"kms:EncryptionContext:AppName": "ExampleApp"}),
            Ask("deny", "kms:Decrypt", _KEY, {"kms:EncryptionContext:AppName": "exampleapp"}),
            Ask("deny", "kms:Decrypt", _KEY),
        ),
    ),
    Example(
        page="key-policy-overview",
        identity=(ALL,),
        resource=(_key({"AWS": ROOT}), dict(deny("kms:Decrypt", "*", Principal={"AWS": ROLE}))),
        asks=(
            Ask("deny", "kms:Decrypt", _KEY),
            Ask("allow", "kms:Decrypt", _KEY, principal=USER),
            Ask("allow", "kms:Encrypt", _KEY),
        ),
    ),
    Example(
        page="id_roles_update-role-trust-policy",
        identity=(allow("sts:AssumeRole"),),
        resource=(
            _trust({"AWS": ROOT}, Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
            dict(deny("sts:AssumeRole", None, Principal={"AWS": ROLE})),
        ),
        asks=(
            Ask("allow", "sts:AssumeRole", _ADMIN, {"aws:MultiFactorAuthPresent": "true"}, principal=USER),
            Ask("deny", "sts:AssumeRole", _ADMIN, {"aws:MultiFactorAuthPresent": "false"}, principal=USER),
            Ask("deny", "sts:AssumeRole", _ADMIN, {"aws:MultiFactorAuthPresent": "true"}),
        ),
    ),
)
