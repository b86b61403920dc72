"""No permission to do everything, or everything in a service that others rest on."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import cis, pci, soc2, unverified
from policies.documents import Statement
from policies.examples import Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide
from policies.rules.access.documents import (
    ATTACHERS,
    HOLDERS,
    READS,
    allow,
    attached,
    aws_policy,
    each_statement,
    granting,
    held,
    inline,
    limiting,
    text,
)
from policies.rules.access.wildcards import covers_service, is_everything

_SERVICES = ("iam", "kms", "organizations", "rds", "s3", "secretsmanager", "sts")
# AWS managed policy reference: what allows everything, or everything but account settings and IAM.
_ADMINISTRATION = ("AdministratorAccess", "PowerUserAccess")
# AWS managed policy reference: what allows every action of one of the services.
_WHOLE_SERVICES = {
    "AWSOrganizationsFullAccess": "organizations",
    "AmazonRDSFullAccess": "rds",
    "AmazonS3FullAccess": "s3",
    "IAMFullAccess": "iam",
    "SecretsManagerReadWrite": "secretsmanager",
}


def _everything_problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    def statement_is_wrong(statement: Statement) -> str | None:
        return "allows everything, or everything but what it names" if is_everything(statement) else None

    def policy_is_wrong(arn: str) -> Iterator[Problem]:
        if aws_policy(arn) in _ADMINISTRATION:
            yield Problem(None, f"{arn} allows everything, or nearly so")

    yield from each_statement(resource, graph, statement_is_wrong)
    yield from decide(attached(resource, graph), policy_is_wrong)


def _service_problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    def statement_is_wrong(statement: Statement) -> str | None:
        services = [service for service in _SERVICES if covers_service(statement, service)]
        return f"allows every action of {', '.join(services)}" if services else None

    def policy_is_wrong(arn: str) -> Iterator[Problem]:
        if service := _WHOLE_SERVICES.get(aws_policy(arn) or ""):
            yield Problem(None, f"{arn} allows every action of {service}")

    yield from each_statement(resource, graph, statement_is_wrong)
    yield from decide(attached(resource, graph), policy_is_wrong)


def _attach(arn: object) -> Node:
    return Node(tokens.ROLE_POLICY_ATTACHMENT, "attachment", {"role": "app", "policyArn": arn})


def _managed(name: str) -> str:
    return f"arn:aws:iam::aws:policy/{name}"


_NARROW = {"Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::invoices/*"], "Effect": "Allow"}
_ALL = allow("*", "*")
_POLICY = Node(tokens.POLICY, "limit", {"policy": text(_ALL)})
_BOUNDED = Node(tokens.ROLE, "app", {"name": "app", "permissionsBoundary": Ref("limit")})
_TYPES = (*HOLDERS, *ATTACHERS)

RULES = (
    Rule(
        id="IAM-01",
        name="nobody-may-do-everything",
        summary="No identity policy allows everything on everything, under whatever condition.",
        severity=Severity.CRITICAL,
        pack=Pack.ACCESS_CONTROL,
        types=_TYPES,
        reads=READS,
        controls=(*pci("L", "7.2.2", "7.3.1"), *cis(("1.16",), ("1.15",)), *soc2("CC1.3", "CC6.3")),
        remedy="Name the actions and resources; a permissions boundary that allows much must be attached to nobody,"
        " and either be the boundary of a role of the stack or carry the tag access=boundary.",
        problems=_everything_problems,
        needs_graph=True,
        passes=(
            inline(_NARROW),
            inline(allow("s3:*", "*")),
            inline(allow("*", "arn:aws:s3:::invoices/*")),
            inline(allow("*", "*", Effect="Deny")),
            inline(allow(None, "arn:aws:s3:::invoices/*", NotAction="s3:Put*")),
            (Node(tokens.ROLE, "app"),),
            *held(_NARROW),
            *limiting(_ALL),
            (_attach(_managed("ReadOnlyAccess")),),
            (_attach(Ref("reader")), Node(tokens.POLICY, "reader", {"policy": text(_NARROW)})),
        ),
        fails=(
            inline(_ALL),
            inline(_NARROW, allow(["s3:Get*", "*"], ["*"])),
            inline(allow("*:*", "*")),
            inline(allow("**", "*?*")),
            inline(allow("*", "arn:aws:*")),
            inline(allow("*", "arn:*:*:*:111122223333:*")),
            inline(allow("*", None, NotResource="arn:aws:s3:::audit")),
            inline(allow(None, "*", NotAction="iam:*")),
            inline(allow("*", "*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})),
            (Node(tokens.ROLE_POLICY, "inline", {"role": "app", "policy": {"Statement": _ALL}}),),
            (Node(tokens.POLICY, "all", {"policy": text(_ALL)}),),
            *held(_ALL),
            (_POLICY, _BOUNDED, _attach(Ref("limit"))),
            *granting(_ALL),
            (Node(tokens.POLICY, "limit", {"policy": text(_ALL), "tags": {"access": "Boundary"}}),),
            (_attach(_managed("AdministratorAccess")),),
            (Node(tokens.ROLE, "app", {"managedPolicyArns": [_managed("PowerUserAccess")]}),),
        ),
        undecided=(
            (Node(tokens.ROLE_POLICY, "inline", {"role": "app", "policy": Ref("bucket")}),),
            (Node(tokens.ROLE, "app", {"managedPolicyArns": [Ref("lost")]}),),
            (
                Node(tokens.ROLE, "app", {"managedPolicyArns": [Ref("reader"), Ref("lost")]}),
                Node(tokens.POLICY, "reader", {"policy": text(_NARROW)}),
            ),
            (_attach(Ref("lost")),),
        ),
    ),
    Rule(
        id="IAM-02",
        name="nobody-may-do-all-of-a-service",
        summary=f"No identity policy allows every action of {', '.join(_SERVICES)}.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=_TYPES,
        reads=READS,
        controls=(*pci("L", "7.2.2", "7.3.1"), *unverified("soc2", "CC6.3")),
        remedy="Name the actions, as s3:GetObject and s3:PutObject instead of s3:*.",
        problems=_service_problems,
        needs_graph=True,
        passes=(
            inline(_NARROW),
            inline(allow("ec2:*", "*")),
            inline(allow("s3:Get*", "*")),
            inline(allow("kms:*", "*", Effect="Deny")),
            inline(allow(None, "*", NotAction=[f"{service}:*" for service in _SERVICES])),
            *held(_NARROW),
            *limiting(_ALL),
            (_attach(_managed("AmazonS3ReadOnlyAccess")),),
        ),
        fails=(
            inline(allow("s3:*")),
            inline(allow("S3:*")),
            inline(allow("kms:**")),
            inline(allow("iam:?*")),
            inline(allow(["s3:GetObject", "secretsmanager:*"], "*")),
            inline(allow("*")),
            inline(allow("s?:*")),
            inline(allow(None, "*", NotAction=["iam:*", "s3:*"])),
            inline(allow(None, "*", NotAction=[*(f"{service}:*" for service in _SERVICES[1:]), "iam:Create*"])),
            *held(_ALL),
            *granting(_ALL),
            (_attach(_managed("IAMFullAccess")),),
            (Node(tokens.ROLE, "app", {"managedPolicyArns": [_managed("AmazonS3FullAccess")]}),),
        ),
        undecided=((Node(tokens.POLICY, "all", {"policy": Ref("bucket")}),),),
    ),
)
