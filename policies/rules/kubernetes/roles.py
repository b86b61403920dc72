"""The AWS role of a service account is one that trusts that very account."""

from collections.abc import Iterator

from policies import tokens
from policies.controls import cis_eks, unverified
from policies.documents import Condition, Statement, statements
from policies.examples import ACCOUNT, Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity
from policies.rules.access.documents import text
from policies.rules.kubernetes.examples import NAMESPACE, object_
from policies.rules.kubernetes.objects import metadata, name, objects, producers
from policies.values import Undecided

_ROLE_ARN = "eks.amazonaws.com/role-arn"
_PODS = "pods.eks.amazonaws.com"
_AUDIENCE = "sts.amazonaws.com"
# EKS user guide, "Create IAM role with trust policy required by EKS Pod Identity".
_POD_ACTIONS = ("sts:AssumeRole", "sts:TagSession")
_WEB_ACTION = "sts:AssumeRoleWithWebIdentity"
_TAGS = {
    "aws:requesttag/kubernetes-namespace": "namespace",
    "aws:requesttag/kubernetes-service-account": "serviceAccount",
}


def _has_role(resource: Resource, _: Graph) -> bool:
    return resource.type == tokens.POD_IDENTITY or _ROLE_ARN in metadata(resource).block("annotations")


def _problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    if resource.type == tokens.POD_IDENTITY:
        yield from _associated(resource, graph)
    else:
        yield from _annotated(resource, graph)


def _annotated(account: Resource, graph: Graph) -> Iterator[Problem]:
    annotations = metadata(account).block("annotations")
    path = f"{annotations.path}[{_ROLE_ARN!r}]"
    role = _role(account, graph)
    if role is None:
        called = annotations.text(_ROLE_ARN)
        if not graph.of_type(tokens.ROLE):
            reason = f"the role {called} is not among what is judged: whom it trusts is not known"
            raise annotations.undecided(reason, _ROLE_ARN)
        yield Problem(path, f"there is no role {called} here")
        return
    subject = f"system:serviceaccount:{objects(graph).namespace(account)}:{name(account)}"
    if not any(_trusts_token(statement, subject) for statement in _trust(role)):
        yield Problem(path, f"the role {role.name} does not trust {subject} with the audience {_AUDIENCE}")


def _role(account: Resource, graph: Graph) -> Resource | None:
    try:
        return graph.find(metadata(account).block("annotations").text(_ROLE_ARN), tokens.ROLE)
    except Undecided:
        makers = producers(account, "metadata", graph, tokens.ROLE)
        if len(makers) != 1:
            raise
        return makers[0]


def _associated(association: Resource, graph: Graph) -> Iterator[Problem]:
    role = graph.resolve(association, "roleArn", tokens.ROLE)
    if role is None:
        yield Problem("roleArn", f"there is no role {association.props.text('roleArn')} here")
        return
    trusting = [statement for statement in _trust(role) if _is_for_pods(statement)]
    for action in _POD_ACTIONS:
        if not any(statement.acts_on(action) for statement in trusting):
            yield Problem("roleArn", f"the role {role.name} does not let {_PODS} do {action}")
    for condition in (one for statement in trusting for one in statement.conditions if one.key in _TAGS):
        wanted = association.props.text(_TAGS[condition.key])
        if not _holds(condition, wanted):
            yield Problem("roleArn", f"the role {role.name} is for {', '.join(condition.values)}, not for {wanted}")


def _trust(role: Resource) -> list[Statement]:
    if "assumeRolePolicy" not in role.props:
        return []
    return [statement for statement in statements(role.props["assumeRolePolicy"]) if statement.allows]


def _is_for_pods(statement: Statement) -> bool:
    return any(one.kind == "Service" and one.value == _PODS for one in statement.principals or ())


def _trusts_token(statement: Statement, subject: str) -> bool:
    if not statement.acts_on(_WEB_ACTION) or not any(one.kind == "Federated" for one in statement.principals or ()):
        return False
    named = [condition for condition in statement.conditions if condition.key.endswith(":sub")]
    meant = [condition for condition in statement.conditions if condition.key.endswith(":aud")]
    return (
        bool(named)
        and bool(meant)
        and all(_holds(condition, subject) for condition in named)
        and all(_holds(condition, _AUDIENCE) for condition in meant)
    )


def _holds(condition: Condition, value: str) -> bool:
    """Whether a value passes a condition that names it; patterns name nobody."""
    return condition.operator in ("StringEquals", "StringLike") and value in condition.values


_PROVIDER_ID = "oidc.eks.eu-central-1.amazonaws.com/id/A1"
_PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{_PROVIDER_ID}"
_SUBJECT = f"system:serviceaccount:{NAMESPACE}:api"


def _trusting(*trust: dict[str, object], **properties: object) -> Node:
    policy = text(*({"Effect": "Allow"} | statement for statement in trust))
    return Node(tokens.ROLE, "role", {"name": "api", "assumeRolePolicy": policy, **properties})


def _web(subject: str = _SUBJECT, audience: str = _AUDIENCE, operator: str = "StringEquals") -> dict[str, object]:
    tests = {f"{_PROVIDER_ID}:sub": subject, f"{_PROVIDER_ID}:aud": audience}
    return {"Action": _WEB_ACTION, "Principal": {"Federated": _PROVIDER}, "Condition": {operator: tests}}


def _pods(*actions: str, **tags: str) -> dict[str, object]:
    found: dict[str, object] = {"Action": list(actions or _POD_ACTIONS), "Principal": {"Service": _PODS}}
    tests = {f"aws:RequestTag/kubernetes-{key.replace('_', '-')}": value for key, value in tags.items()}
    return found | ({"Condition": {"StringEquals": tests}} if tests else {})


def _account(role: object) -> Node:
    return object_(tokens.SERVICE_ACCOUNT, metadata={"annotations": {_ROLE_ARN: role}})


def _association(role: object = Ref("role")) -> Node:  # frozen
    account = {"namespace": NAMESPACE, "serviceAccount": "api"}
    return Node(tokens.POD_IDENTITY, "association", {"clusterName": "billing", "roleArn": role, **account})


_ARN = f"arn:aws:iam::{ACCOUNT}:role/api"
_BY_ARN: Example = (_account(_ARN),)

RULES = (
    Rule(
        id="K8S-14",
        name="workload-role-trusts-its-account",
        summary="The AWS role of a service account exists, and trusts that account in that namespace.",
        severity=Severity.HIGH,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.SERVICE_ACCOUNT, tokens.POD_IDENTITY),
        applies=_has_role,
        reads=("metadata.annotations", "roleArn", "namespace", "serviceAccount", "assumeRolePolicy", "metadata.name"),
        controls=(*unverified("pci-dss-4.0.1", "7.2.5"), *cis_eks("5.2.1"), *unverified("soc2", "CC6.3")),
        remedy="Trust pods.eks.amazonaws.com as components/pod_identity.py does, for this namespace and account.",
        problems=_problems,
        needs_graph=True,
        passes=(
            (_trusting(_web()), *_BY_ARN),
            (_trusting(_web()), _account(Ref("role"))),
            (_trusting(_pods()), _association()),
            (_trusting(_pods(namespace=NAMESPACE, service_account="api")), _association()),
            (_trusting(_pods("sts:AssumeRole"), _pods("sts:TagSession")), _association(_ARN)),
        ),
        fails=(
            (_trusting(_web()), _account(_ARN + "-other")),
            (_trusting(_web(f"system:serviceaccount:{NAMESPACE}:other")), *_BY_ARN),
            (_trusting(_web("system:serviceaccount:elsewhere:api")), *_BY_ARN),
            (_trusting(_web(f"system:serviceaccount:{NAMESPACE}:*", operator="StringLike")), *_BY_ARN),
            (_trusting(_web(audience="other")), *_BY_ARN),
            (_trusting(_web() | {"Condition": {}}), *_BY_ARN),
            (_trusting(_pods()), *_BY_ARN),
            (Node(tokens.ROLE, "role", {"name": "api"}), *_BY_ARN),
            (_trusting(_web()), _association()),
            (_trusting(_pods("sts:AssumeRole")), _association()),
            (_trusting(_pods() | {"Principal": {"Service": "ec2.amazonaws.com"}}), _association()),
            (_trusting(_pods(namespace="elsewhere")), _association()),
            (_trusting(_pods(namespace=NAMESPACE, service_account="other")), _association()),
            (_trusting(_pods()), _association(f"arn:aws:iam::{ACCOUNT}:role/other")),
        ),
        undecided=(
            _BY_ARN,
            (_trusting(_web()), _account(Ref("nobody"))),
            (_trusting(_pods(), assumeRolePolicy=Ref("nobody")), _association()),
        ),
        ignores=((object_(tokens.SERVICE_ACCOUNT),),),
    ),
)
