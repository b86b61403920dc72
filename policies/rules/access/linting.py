"""Policies name actions, resources and condition keys that exist and belong together."""

from collections.abc import Iterator

from policies import tokens
from policies.access.lint import Kind, problems
from policies.documents import DocumentError
from policies.examples import ACCOUNT, Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.access.documents import allow, inline, text
from policies.values import Block, Partial, Undecided

_ROLE_LIST = "inlinePolicies"
# Where policies of identities stand: a pod's association and a transfer's user hold session policies.
_OF_IDENTITIES = {
    tokens.POLICY: "policy",
    tokens.ROLE_POLICY: "policy",
    tokens.USER_POLICY: "policy",
    tokens.GROUP_POLICY: "policy",
    tokens.PERMISSION_SET_POLICY: "inlinePolicy",
    tokens.POD_IDENTITY: "policy",
    "aws:transfer/access:Access": "policy",
    "aws:transfer/user:User": "policy",
}
_OF_RESOURCES = dict.fromkeys(
    (
        tokens.BACKUP_VAULT_POLICY,
        tokens.BUCKET,
        tokens.BUCKET_POLICY,
        tokens.FUNCTION_POLICY,
        tokens.KEY,
        tokens.KEY_POLICY,
        tokens.KEY_REPLICA,
        tokens.QUEUE,
        tokens.QUEUE_POLICY,
        tokens.REGISTRY_POLICY,
        tokens.REPOSITORY_POLICY,
        tokens.SECRET,
        tokens.SECRET_POLICY,
        tokens.TOPIC,
        tokens.TOPIC_POLICY,
        tokens.VPC_ENDPOINT,
        "aws:acmpca/policy:Policy",
        "aws:apigateway/restApi:RestApi",
        "aws:apigateway/restApiPolicy:RestApiPolicy",
        "aws:cloudwatch/eventBusPolicy:EventBusPolicy",
        "aws:codebuild/resourcePolicy:ResourcePolicy",
        "aws:dynamodb/resourcePolicy:ResourcePolicy",
        "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy",
        "aws:efs/fileSystemPolicy:FileSystemPolicy",
        "aws:glue/resourcePolicy:ResourcePolicy",
        "aws:kinesis/resourcePolicy:ResourcePolicy",
        "aws:kms/externalKey:ExternalKey",
        "aws:kms/replicaExternalKey:ReplicaExternalKey",
        "aws:msk/clusterPolicy:ClusterPolicy",
        "aws:oam/sinkPolicy:SinkPolicy",
        "aws:s3/accessPoint:AccessPoint",
        "aws:s3control/accessPointPolicy:AccessPointPolicy",
        "aws:schemas/registryPolicy:RegistryPolicy",
        "aws:ses/identityPolicy:IdentityPolicy",
        "aws:sesv2/emailIdentityPolicy:EmailIdentityPolicy",
        "aws:vpclattice/authPolicy:AuthPolicy",
    ),
    "policy",
) | {
    "aws:cloudwatch/logDestinationPolicy:LogDestinationPolicy": "accessPolicy",
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": "policyDocument",
    "aws:codeartifact/domainPermissions:DomainPermissions": "policyDocument",
    "aws:codeartifact/repositoryPermissionsPolicy:RepositoryPermissionsPolicy": "policyDocument",
    "aws:elasticsearch/domain:Domain": "accessPolicies",
    "aws:elasticsearch/domainPolicy:DomainPolicy": "accessPolicies",
    "aws:opensearch/domain:Domain": "accessPolicies",
    "aws:opensearch/domainPolicy:DomainPolicy": "accessPolicies",
    "aws:organizations/resourcePolicy:ResourcePolicy": "content",
}
_ORGANISATION = "aws:organizations/policy:Policy"
# The organisation's policies of other types (tags, backups, ...) are no IAM documents.
_CONTROLS = {"SERVICE_CONTROL_POLICY": Kind.IDENTITY, "RESOURCE_CONTROL_POLICY": Kind.RESOURCE}

Place = tuple[Block, str, Kind]


def _problems(resource: Resource, _: Graph) -> Iterator[Problem]:
    yield from decide(_documents(resource), _wrong)


def _wrong(place: Place) -> Iterator[Problem]:
    block, key, kind = place
    if key not in block:
        return
    try:
        yield from (Problem(block.at(key), message) for message in problems(block[key], kind))
    except DocumentError as error:
        yield Problem(block.at(key), f"is no policy document: {error}")


def _documents(resource: Resource) -> list[Place]:
    props = resource.props
    if resource.type == tokens.ROLE:
        trust: Place = (props, "assumeRolePolicy", Kind.TRUST)
        try:
            return [trust, *((block, "policy", Kind.IDENTITY) for block in props.blocks(_ROLE_LIST))]
        except Undecided as error:
            return Partial([trust], error.places)
    if resource.type == _ORGANISATION:
        kind = _CONTROLS.get(props.get("type", "SERVICE_CONTROL_POLICY"))
        return [(props, "content", kind)] if kind else []
    kind = Kind.IDENTITY if resource.type in _OF_IDENTITIES else Kind.RESOURCE
    key = (_OF_IDENTITIES | _OF_RESOURCES)[resource.type]
    # What AWS wrote where nobody asked is not ours to mend: the policy that a topic comes with is of 2008.
    return [(props, key, kind)] if key in resource.inputs else []


def _has_document(resource: Resource, _: Graph) -> bool:
    return any(key in block for block, key, _kind in _documents(resource)) if resource.type != tokens.ROLE else True


def _bucket(*statements: object, **document: object) -> Example:
    return (
        Node(
            tokens.BUCKET_POLICY,
            "policy",
            {"policy": {"Version": "2012-10-17", **document, "Statement": [*statements]}},
        ),
    )


def _trust(**statement: object) -> Example:
    whole = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}} | statement
    return (Node(tokens.ROLE, "app", {"assumeRolePolicy": text(whole)}),)


def _tested(operator: str, key: str, *actions: str, value: object = "a") -> Example:
    return inline(allow(list(actions) or "s3:ListBucket", "*", Condition={operator: {key: value}}))


_ISSUER = "oidc.eks.eu-central-1.amazonaws.com/id/ABC"
_WEB = {
    "Action": "sts:AssumeRoleWithWebIdentity",
    "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{_ISSUER}"},
}
_PUBLIC = allow("s3:GetObject", "arn:aws:s3:::invoices/*", Principal="*")
_KEY = allow("kms:Decrypt", "*", Principal={"AWS": ACCOUNT})

RULES = (
    Rule(
        id="IAM-14",
        name="policy-says-what-exists",
        summary="Policies name actions that exist, resources that they act on and condition keys that requests carry.",
        severity=Severity.MEDIUM,
        pack=Pack.ACCESS_CONTROL,
        types=(*_OF_IDENTITIES, *_OF_RESOURCES, tokens.ROLE, _ORGANISATION),
        reads=(
            *dict.fromkeys((*_OF_IDENTITIES.values(), *_OF_RESOURCES.values())),
            "assumeRolePolicy",
            _ROLE_LIST,
            "type",
        ),
        controls=(),
        remedy="Correct the statement after AWS's service authorization reference: what it says has no effect, or"
        " another than it seems to have.",
        problems=_problems,
        applies=_has_document,
        passes=(
            inline(allow()),
            inline(allow("*", "*")),
            inline(allow("S3:getobject", "arn:aws:s3:::invoices/*")),
            inline(allow(["s3:Get*", "s3:ListBucket"], ["arn:aws:s3:::invoices", "arn:aws:s3:::invoices/*"])),
            inline(allow("s3:GetObject", "arn:aws:s3:::${aws:PrincipalTag/team}/*")),
            inline(allow("s3:GetObject", "arn:aws:s3*")),
            inline(allow("s3:ListAllMyBuckets", "*")),
            inline(allow(None, "*", NotAction=["iam:*", "sts:*"])),
            inline(
                allow("ecr:GetAuthorizationToken", "*"), allow("logs:PutLogEvents", "arn:aws:logs:*:*:log-group:a:*")
            ),
            _tested("StringLike", "s3:prefix"),
            _tested("StringEquals", "aws:PrincipalTag/team"),
            _tested("ForAllValues:StringEquals", "aws:TagKeys", "ec2:CreateTags"),
            _tested("StringEquals", "kms:EncryptionContext:aws:s3:arn", "kms:Decrypt"),
            _tested("StringEquals", "s3:ExistingObjectTag/class", "s3:GetObject"),
            _tested("StringEqualsIfExists", "s3:prefix", "s3:GetObject", "s3:ListBucket"),
            _tested("StringLike", "s3:prefix", "s3:*"),
            _tested("StringLike", "s3:prefix", "*"),
            _trust(),
            _trust(Condition={"StringEquals": {"sts:ExternalId": "b7a1"}}),
            _trust(**_WEB, Condition={"StringEquals": {f"{_ISSUER}:sub": "a", f"{_ISSUER}:aud": "b"}}),
            _bucket(_PUBLIC),
            (Node(tokens.KEY, "key", {"policy": text(_KEY)}),),
            (Node(_ORGANISATION, "scp", {"content": text(allow("*", "*"))}),),
        ),
        fails=(
            inline(allow("s3:GetObjects")),
            inline(allow(["s3:GetObject", "s3:ListObjectsV2"])),
            inline(allow("s3:Gett*")),
            *(
                (Node(type_, "own", {key: text(allow("s3:Gett*"))}),)
                for type_, key in {**_OF_IDENTITIES, **_OF_RESOURCES}.items()
            ),
            inline(allow("GetObject")),
            inline(allow("s4:GetObject")),
            inline(allow("s*:GetObject")),
            inline(allow("s3:Get:Object")),
            inline(allow(None, "*", NotAction="iam:CreateUsers")),
            inline(allow("s3:GetObject", "arn:aws:s3:::invoices")),
            inline(allow("s3:ListBucket", "arn:aws:s3:::invoices/*")),
            inline(allow("s3:ListAllMyBuckets", "arn:aws:s3:::invoices")),
            inline(allow("sqs:SendMessage", "arn:aws:sns:eu-central-1:111122223333:alarms")),
            inline(allow("s3:GetObject", "invoices/*")),
            inline(allow("s3:GetObject", None)),
            inline(allow(Principal="*")),
            inline(allow(Conditions={})),
            inline(allow(Sid="Read"), allow("s3:PutObject", Sid="Read")),
            _tested("StringEquals", "s3:prefix", "s3:GetObject"),
            _tested("StringEquals", "s3:prefix", "s3:GetObject", "s3:ListBucket"),
            _tested("StringEqualsIfExists", "s3:prefix", "s3:GetObject"),
            _tested("StringLike", "s3:prefix", "sqs:*"),
            _tested("StringEquals", "aws:PrincipalTeam"),
            _tested("StringEquals", "s3:prefixes", "*"),
            _tested("StringEqual", "s3:prefix"),
            _trust(Resource="*"),
            _trust(Principal=None),
            _trust(Action="sts:AssumeRoles"),
            _trust(**_WEB, Condition={"StringEquals": {f"{_ISSUER}:subject": "a"}}),
            _trust(**_WEB, Condition={"StringEquals": {"token.actions.githubusercontent.com:subject": "a"}}),
            _bucket(_PUBLIC, Version="2008-10-17"),
            _bucket(_PUBLIC, Versions="2"),
            _bucket(allow()),
            (Node(tokens.BUCKET_POLICY, "policy", {"policy": {"Statement": [_PUBLIC]}}),),
            (Node(tokens.BUCKET_POLICY, "policy", {"policy": "{"}),),
            (Node(tokens.ROLE, "app", {"inlinePolicies": [{"policy": text(allow("s3:GetObjects"))}]}),),
            (Node(tokens.KEY, "key", {"policy": text(allow("kms:Decrypts", "*", Principal={"AWS": ACCOUNT}))}),),
            (Node(_ORGANISATION, "scp", {"content": text(allow("s4:*", "*"))}),),
            (Node(tokens.VPC_ENDPOINT, "s3", {"policy": text(allow())}),),
        ),
        undecided=(
            (Node(tokens.ROLE_POLICY, "inline", {"policy": Ref("bucket")}),),
            (Node(tokens.ROLE, "app", {"assumeRolePolicy": Ref("provider")}),),
            (Node(tokens.BUCKET_POLICY, "policy", {"policy": {"Statement": [allow(resource=Ref("bucket"))]}}),),
        ),
        ignores=(
            (Node(tokens.KEY, "key"),),
            (Node(_ORGANISATION, "tags", {"type": "TAG_POLICY", "content": "{}"}),),
        ),
    ),
)
