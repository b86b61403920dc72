"""Resources that carry policies of their own are for us, and for services that act for us."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import pci, unverified
from policies.documents import Condition, Principal, Statement, statements
from policies.examples import ACCOUNT, Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity
from policies.rules.access.confinement import stays_inside
from policies.rules.access.documents import text
from policies.rules.access.wildcards import has_wildcard
from policies.rules.keys.documents import PROVIDER

_POLICY = "policy"
_HOLDERS = (
    tokens.BACKUP_VAULT_POLICY,
    tokens.BUCKET,
    tokens.BUCKET_POLICY,
    tokens.FUNCTION_POLICY,
    *tokens.KEYS,
    tokens.KEY_POLICY,
    tokens.QUEUE,
    tokens.QUEUE_POLICY,
    tokens.REGISTRY_POLICY,
    tokens.REPOSITORY_POLICY,
    tokens.SECRET,
    tokens.SECRET_POLICY,
    tokens.TOPIC,
    tokens.TOPIC_POLICY,
    "aws:cloudwatch/eventBusPolicy:EventBusPolicy",
    "aws:dynamodb/resourcePolicy:ResourcePolicy",
    "aws:ecrpublic/repositoryPolicy:RepositoryPolicy",
    "aws:efs/fileSystemPolicy:FileSystemPolicy",
    "aws:kinesis/resourcePolicy:ResourcePolicy",
    "aws:s3/accessPoint:AccessPoint",
    "aws:s3control/accessPointPolicy:AccessPointPolicy",
    "aws:ses/identityPolicy:IdentityPolicy",
)
# Those that call it something else.
_NAMED = {
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": "policyDocument",
    "aws:elasticsearch/domainPolicy:DomainPolicy": "accessPolicies",
    "aws:opensearch/domain:Domain": "accessPolicies",
    "aws:opensearch/domainPolicy:DomainPolicy": "accessPolicies",
    "aws:s3tables/tableBucketPolicy:TableBucketPolicy": "resourcePolicy",
}
# The properties of a function's permission that limit who may call it, as the conditions that the provider makes.
_LIMITS = {
    "principalOrgId": ("StringEquals", "aws:principalorgid"),
    "sourceAccount": ("StringEquals", "aws:sourceaccount"),
    "sourceArn": ("ArnLike", "aws:sourcearn"),
}


def _problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    if resource.type == tokens.FUNCTION_PERMISSION:
        yield from _outsiders(_as_statement(resource, graph), "principal", resource, graph)
        return
    key = _NAMED.get(resource.type, _POLICY)
    for statement in statements(resource.props[key]):
        yield from _outsiders(statement, key, resource, graph)


def _has_policy(resource: Resource, _: Graph) -> bool:
    return resource.type == tokens.FUNCTION_PERMISSION or _NAMED.get(resource.type, _POLICY) in resource.props


def _outsiders(statement: Statement, key: str, resource: Resource, graph: Graph) -> Iterator[Problem]:
    if statement.not_principals is not None:
        yield Problem(key, f"{statement.label} names those it is not about: name those it is about")
    if not statement.allows:
        return
    own = graph.account(resource)
    inside = stays_inside(statement, own)
    if inside:
        return
    for principal in statement.principals or ():
        message = _wrong(principal, own)
        if message and own is None and (inside is None or principal.account):
            raise resource.undecided(key)
        if message:
            yield Problem(key, f"{statement.label} allows {principal.value} {message}")


def _wrong(principal: Principal, own: str | None) -> str | None:
    if has_wildcard(principal.value):
        return "without a condition on our organisation or account"
    if principal.kind == "Service":
        return "to act for any account: test aws:SourceAccount, or aws:SourceArn with an account"
    if principal.account is None:
        return ", which belongs to no account"
    return None if principal.account == own else "of another account"


def _as_statement(permission: Resource, graph: Graph) -> Statement:
    """The statement that a function's permission adds to its policy; a limit that suffices is read alone."""
    value = permission.props["principal"]
    kind = "Service" if value.endswith(".amazonaws.com") else "AWS"
    own = graph.account(permission)
    conditions: list[Condition] = []
    for key, (operator, name) in _LIMITS.items():
        if key in permission.props and not stays_inside(_granting(kind, value, conditions), own):
            conditions.append(Condition(operator, name, (permission.props[key],)))
    return _granting(kind, value, conditions)


def _granting(kind: str, value: str, conditions: list[Condition]) -> Statement:
    return Statement(
        label="the permission",
        effect="Allow",
        principals=(Principal(kind, value),),
        not_principals=None,
        actions=None,
        not_actions=None,
        resources=None,
        not_resources=None,
        conditions=tuple(conditions),
    )


def _queue(*changes: dict[str, object], holder: str = tokens.QUEUE_POLICY) -> Example:
    base = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}
    policy = text(*(base | change for change in changes))
    return (PROVIDER, Node(holder, "holder", {_NAMED.get(holder, _POLICY): policy}, provider="aws"))


def _to(principal: object, operator: str = "", key: str = "", value: object = "") -> dict[str, object]:
    condition = {"Condition": {operator: {key: value}}} if operator else {}
    return {"Principal": principal, **condition}


def _function(principal: object, **limits: object) -> Example:
    properties = {"action": "lambda:InvokeFunction", "function": "f", "principal": principal, **limits}
    return (PROVIDER, Node(tokens.FUNCTION_PERMISSION, "permission", properties, provider="aws"))


def _known(account: str) -> Node:
    """A queue for our account, whose own account is told by its ARN alone."""
    policy = text({"Effect": "Allow", "Action": "sqs:SendMessage", "Principal": {"AWS": ACCOUNT}, "Resource": "*"})
    return Node(tokens.QUEUE, "work", {"arn": f"arn:aws:sqs:eu-central-1:{account}:work", "policy": policy})


_FOREIGN = "999999999999"
_PARTNER = {"AWS": f"arn:aws:iam::{_FOREIGN}:role/partner"}
_EVENTS = {"Service": "events.amazonaws.com"}
_RULE = f"arn:aws:events:eu-central-1:{ACCOUNT}:rule/nightly"
_TOPIC_ARN = f"arn:aws:sns:eu-central-1:{ACCOUNT}:alarms"

RULES = (
    Rule(
        id="RES-01",
        name="resource-is-for-us",
        summary="No resource's policy allows everyone, another account, or a service that acts for another account.",
        severity=Severity.CRITICAL,
        pack=Pack.ACCESS_CONTROL,
        types=(*_HOLDERS, *_NAMED, tokens.FUNCTION_PERMISSION),
        reads=(_POLICY, *dict.fromkeys(_NAMED.values()), "principal", *_LIMITS, "allowedAccountIds", "arn"),
        controls=(*pci("L", "7.2.1", "7.2.2", "7.3.1"), *unverified("soc2", "CC6.1")),
        remedy='Name roles of this account; give a service {"StringEquals": {"aws:SourceAccount": ...}}, and anybody'
        ' else {"StringEquals": {"aws:PrincipalOrgID": ...}}. Instead of NotPrincipal use aws:PrincipalArn.',
        problems=_problems,
        applies=_has_policy,
        passes=(
            _queue(_to({"AWS": f"arn:aws:iam::{ACCOUNT}:role/app"})),
            _queue(_to({"AWS": ACCOUNT})),
            (_known(ACCOUNT),),
            _queue(_to("*", "StringEquals", "aws:PrincipalOrgID", "o-abc")),
            _queue(_to({"AWS": "*"}, "ForAnyValue:StringLike", "aws:PrincipalOrgPaths", ["o-abc/r-1/*"])),
            _queue(_to(_PARTNER, "StringEquals", "AWS:principalorgid", "o-abc")),
            _queue(_to("*", "StringEquals", "aws:PrincipalAccount", [ACCOUNT])),
            _queue(_to("*", "ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{ACCOUNT}:role/billing/*")),
            _queue(_to("*", "ArnEquals", "aws:SourceArn", _TOPIC_ARN)),
            _queue(_to(_EVENTS, "StringEquals", "aws:SourceAccount", ACCOUNT)),
            _queue(_to(_EVENTS, "ArnLike", "aws:SourceArn", _RULE)),
            _queue(_to("*") | {"Effect": "Deny"}),
            _queue(_to(_EVENTS, "StringEquals", "kms:EncryptionContext:aws:sns:topicArn", _TOPIC_ARN)),
            _function("events.amazonaws.com", sourceArn=_RULE),
            _function("s3.amazonaws.com", sourceArn="arn:aws:s3:::invoices", sourceAccount=ACCOUNT),
            _function("s3.amazonaws.com", sourceArn=Ref("bucket"), sourceAccount=ACCOUNT),
            _function(ACCOUNT),
            _function("*", principalOrgId="o-abc"),
            (Node(tokens.QUEUE, "work", {"policy": ""}),),
        ),
        fails=(
            *(_queue(_to("*"), holder=holder) for holder in (*_HOLDERS, *_NAMED)),
            _queue(_to({"AWS": "*"})),
            _queue(_to({"AWS": [ACCOUNT, "*"]})),
            _queue(_to(_PARTNER)),
            _queue(_to({"AWS": _FOREIGN})),
            (_known(_FOREIGN),),
            _queue(_to({"AWS": ACCOUNT}), _to(_PARTNER)),
            _queue(_to({"AWS": "AIDACKCEVSQ6C2EXAMPLE"})),
            _queue(_to({"CanonicalUser": "79a5"})),
            _queue(_to({"Federated": "accounts.example.com"})),
            _queue({"NotPrincipal": {"AWS": ACCOUNT}}),
            _queue({"NotPrincipal": {"AWS": ACCOUNT}, "Effect": "Deny"}),
            _queue(_to(_EVENTS)),
            _queue(_to(_EVENTS, "StringEquals", "aws:SourceAccount", _FOREIGN)),
            _queue(_to(_EVENTS, "StringEquals", "aws:SourceAccount", [ACCOUNT, _FOREIGN])),
            _queue(_to(_EVENTS, "StringEqualsIfExists", "aws:SourceAccount", ACCOUNT)),
            _queue(_to(_EVENTS, "ForAllValues:StringEquals", "aws:SourceAccount", ACCOUNT)),
            _queue(_to(_EVENTS, "ArnLike", "aws:SourceArn", "arn:aws:s3:::invoices")),
            _queue(_to(_EVENTS, "ArnLike", "aws:SourceArn", "arn:aws:events:*:*:rule/nightly")),
            _queue(_to("*", "StringLike", "aws:PrincipalArn", f"arn:aws:iam:*:{ACCOUNT}:role/*")),
            _queue(_to("*", "StringNotEquals", "aws:PrincipalAccount", _FOREIGN)),
            _queue(_to("*", "StringLike", "aws:PrincipalOrgID", "o-*")),
            _queue(_to("*", "StringEquals", "aws:PrincipalOrgID", ["o-abc", "*"])),
            _queue(_to("*", "StringEquals", "aws:PrincipalTag/account", ACCOUNT)),
            _queue(_to("*", "IpAddress", "aws:SourceIp", "203.0.113.0/24")),
            _queue(_to("*", "StringEquals", "aws:SourceVpce", "vpce-1")),
            (
                PROVIDER,
                Node(
                    tokens.BUCKET_POLICY,
                    "object",
                    {"policy": {"Statement": [{"Effect": "Allow", "Action": "s3:*", "Principal": {"AWS": ["*"]}}]}},
                    provider="aws",
                ),
            ),
            _function("*"),
            _function("*", functionUrlAuthType="NONE"),
            _function(_FOREIGN),
            _function("s3.amazonaws.com", sourceArn="arn:aws:s3:::invoices"),
            _function("events.amazonaws.com"),
            _function("events.amazonaws.com", sourceAccount=_FOREIGN),
        ),
        undecided=(
            (PROVIDER, Node(tokens.QUEUE_POLICY, "holder", {"policy": Ref("queue")}, provider="aws")),
            (_queue(_to({"AWS": ACCOUNT}))[1],),
            (_queue(_to(_EVENTS, "StringEquals", "aws:SourceAccount", ACCOUNT))[1],),
            _function("events.amazonaws.com", sourceArn=Ref("rule")),
        ),
        ignores=((Node(tokens.QUEUE, "work"),), (Node(tokens.SECRET, "mail"),)),
    ),
)
