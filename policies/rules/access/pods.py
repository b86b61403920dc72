"""A role for pods is one service account's, in one namespace."""

from collections.abc import Iterator, Mapping

from policies import tokens
from policies.controls import cis_eks, unverified
from policies.documents import Condition, Principal, Statement
from policies.examples import ACCOUNT, Example, Node, Ref
from policies.graph import Graph
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity
from policies.rules.access.trust import by, trust, trusting
from policies.rules.access.wildcards import has_wildcard

_PODS = "pods.eks.amazonaws.com"
_AUDIENCE = "sts.amazonaws.com"
_SUBJECT = "system:serviceaccount:"
# EKS user guide, "IAM roles for service accounts" and "Dual-stack endpoints": the hosts of clusters' issuers.
_ISSUERS = ("oidc.eks.", "oidc-eks.")
_EXACT = ("StringEquals", "StringLike", "ArnEquals", "ArnLike")
# EKS user guide, "Grant Pods access to AWS resources based on tags": what EKS says of the pod.
_NAMESPACE = "aws:requesttag/kubernetes-namespace"
_SERVICE_ACCOUNT = "aws:requesttag/kubernetes-service-account"
# What keeps other clusters from the role, so that this one's associations are all that take it.
_SOURCES = ("aws:sourceaccount", "aws:sourcearn", "aws:requesttag/eks-cluster-arn")


def _problems(role: Resource, graph: Graph) -> Iterator[Problem]:
    for statement in trusting(role):
        if _is_for_pods(statement):
            yield from _identity_problems(statement, role, graph)
        for principal in _clusters(statement):
            yield from _token_problems(statement, _issuer(principal))


def _identity_problems(statement: Statement, role: Resource, graph: Graph) -> Iterator[Problem]:
    namespaces, accounts = _exactly(statement, _NAMESPACE), _exactly(statement, _SERVICE_ACCOUNT)
    if len(namespaces) > 1 and len(accounts) > 1:
        yield _problem(statement, "pairs each of several namespaces with each of several service accounts")
    if (namespaces and accounts) or (not namespaces and not accounts and _is_associated_once(statement, role, graph)):
        return
    for found, key in ((namespaces, "kubernetes-namespace"), (accounts, "kubernetes-service-account")):
        if not found:
            yield _problem(statement, f"lets pods take the role and does not test what aws:RequestTag/{key} equals")


def _is_associated_once(statement: Statement, role: Resource, graph: Graph) -> bool:
    """Whether the role is for this account's or cluster's pods, and one association says which they are."""
    if not any(_exactly(statement, key) for key in _SOURCES):
        return False
    found = graph.possible_referrers(role, tokens.POD_IDENTITY, "roleArn")
    accounts = {(one.props["namespace"], one.props["serviceAccount"]) for one in found}
    if len(accounts) < 2 and found.undecided:
        raise role.undecided("assumeRolePolicy")
    return len(accounts) == 1


def _token_problems(statement: Statement, issuer: str) -> Iterator[Problem]:
    if _exactly(statement, f"{issuer}:aud") != [_AUDIENCE]:
        yield _problem(statement, f"does not test that {issuer}:aud equals {_AUDIENCE}")
    subjects = _exactly(statement, f"{issuer}:sub")
    if not subjects:
        yield _problem(statement, f"does not test what {issuer}:sub equals: every pod of the cluster gets the role")
    for subject in subjects:
        if subject.count(":") != 3 or not subject.startswith(_SUBJECT) or not all(subject.split(":")):
            yield _problem(statement, f"trusts {subject}, which is no {_SUBJECT}NAMESPACE:NAME")


def _problem(statement: Statement, message: str) -> Problem:
    return Problem("assumeRolePolicy", f"{statement.label} {message}")


def _exactly(statement: Statement, key: str) -> list[str]:
    """The values that the key must have one of, none of them a pattern; none if it is not tested so."""
    tests = [condition.values for condition in statement.conditions if _is_exact(condition, key)]
    return [str.__str__(value) for value in min(tests, key=len)] if tests else []


def _is_exact(condition: Condition, key: str) -> bool:
    tested = condition.key == key and condition.operator in _EXACT
    return tested and bool(condition.values) and all(value and not has_wildcard(value) for value in condition.values)


def _is_for_pods(statement: Statement) -> bool:
    named = any(one.kind == "Service" and one.value == _PODS for one in statement.principals or ())
    return named and statement.acts_on("sts:AssumeRole")


def _clusters(statement: Statement) -> list[Principal]:
    """The clusters whose tokens the statement trusts: of EKS, or such as have service accounts for subjects."""
    if not statement.acts_on("sts:AssumeRoleWithWebIdentity"):
        return []
    accounts = any(
        condition.key.endswith(":sub") and any(value.startswith(_SUBJECT) for value in condition.values)
        for condition in statement.conditions
    )
    named = [one for one in statement.principals or () if one.kind == "Federated" and ":oidc-provider/" in one.value]
    return [one for one in named if accounts or _issuer(one).startswith(_ISSUERS)]


def _issuer(principal: Principal) -> str:
    return principal.value.lower().split(":oidc-provider/")[-1]


def _trusts_pods(role: Resource, _: Graph) -> bool:
    return any(_is_for_pods(statement) or _clusters(statement) for statement in trusting(role))


_HOST = "oidc.eks.eu-central-1.amazonaws.com/id/A1"
_ACTIONS = ["sts:AssumeRole", "sts:TagSession"]
_API = {"aws:RequestTag/kubernetes-namespace": "billing", "aws:RequestTag/kubernetes-service-account": "api"}
_OURS = {"aws:SourceAccount": ACCOUNT}


def _pods(tests: Mapping[str, object], operator: str = "StringEquals") -> Example:
    return trust(by("Service", _PODS, Action=_ACTIONS, Condition={operator: tests}), name="api")


def _association(account: str = "api", role: object = Ref("app"), name: str = "association") -> Node:
    return Node(tokens.POD_IDENTITY, name, {"namespace": "billing", "serviceAccount": account, "roleArn": role})


def _token(
    subject: object = f"{_SUBJECT}billing:api",
    audience: object = _AUDIENCE,
    operator: str = "StringEquals",
    host: str = _HOST,
    issuer: str = _HOST,
) -> Example:
    claims = {f"{issuer}:sub": subject, f"{issuer}:aud": audience}
    condition = {operator: {key: value for key, value in claims.items() if value is not None}}
    provider = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{host}"
    return trust(by("Federated", provider, Action="sts:AssumeRoleWithWebIdentity", Condition=condition))


RULES = (
    Rule(
        id="IAM-07",
        name="pod-role-is-for-one-account",
        summary="A role for pods trusts named service accounts in named namespaces, and no other pod.",
        severity=Severity.CRITICAL,
        pack=Pack.ACCESS_CONTROL,
        types=(tokens.ROLE,),
        reads=("assumeRolePolicy", "roleArn", "namespace", "serviceAccount"),
        controls=(*unverified("pci-dss-4.0.1", "7.2.5"), *cis_eks("5.2.1"), *unverified("soc2", "CC6.1")),
        remedy="Let components.PodRole make the role: its trust policy tests what the request tags kubernetes-namespace"
        " and kubernetes-service-account equal. For a role by token, test what the issuer's sub and aud equal.",
        problems=_problems,
        applies=_trusts_pods,
        needs_graph=True,
        passes=(
            _pods(_API),
            _pods(_API | _OURS),
            _pods(
                {
                    "AWS:requesttag/kubernetes-namespace": ["billing"],
                    "aws:RequestTag/kubernetes-service-account": ["api", "b"],
                }
            ),
            _pods(_API, "StringLike"),
            (*_pods(_OURS), _association()),
            (*_pods(_OURS), _association(), _association(name="staging")),
            (*_pods(_OURS), _association(), _association("b", "arn:aws:iam::111122223333:role/other", "other")),
            _token(),
            _token([f"{_SUBJECT}billing:api", f"{_SUBJECT}billing:b"]),
            _token(host="OIDC.eks.eu-central-1.amazonaws.com/id/A1"),
            _token(host="id.example.com", issuer="id.example.com"),
        ),
        fails=(
            trust(by("Service", _PODS, Action=_ACTIONS)),
            trust(by("Service", _PODS, Action="sts:*")),
            _pods({"aws:RequestTag/kubernetes-namespace": "billing"}),
            _pods({"aws:RequestTag/kubernetes-service-account": "api"}),
            _pods(_API | {"aws:RequestTag/kubernetes-service-account": "*"}, "StringLike"),
            _pods(_API | {"aws:RequestTag/kubernetes-namespace": "${aws:PrincipalTag/kubernetes-namespace}"}),
            _pods(_API, "StringEqualsIfExists"),
            _pods(_API, "StringNotEquals"),
            _pods({key: ["a", "b"] for key in _API}),
            _pods(_OURS),
            (*_pods(_OURS), _association(), _association("b", name="another")),
            (*_pods({"aws:RequestTag/kubernetes-namespace": "billing"} | _OURS), _association()),
            (*_pods({}), _association()),
            trust(by("Service", _PODS, Condition={"StringEquals": _API}), by("Service", _PODS)),
            _token(None),
            _token(audience=None),
            _token(audience="other"),
            _token(f"{_SUBJECT}billing:*", operator="StringLike"),
            _token(operator="ForAllValues:StringEquals"),
            _token(operator="StringEqualsIfExists"),
            _token("billing:api"),
            _token(f"{_SUBJECT}:api"),
            _token(f"{_SUBJECT}billing"),
            _token(f"{_SUBJECT}billing:api:b"),
            _token(issuer="oidc.eks.eu-central-1.amazonaws.com/id/B2"),
            _token(host="oidc-eks.eu-central-1.api.aws/id/A1", issuer="id.example.com"),
        ),
        undecided=(
            (Node(tokens.ROLE, "app", {"assumeRolePolicy": Ref("cluster")}),),
            (*_pods(_OURS), _association(role=Ref("lost"))),
        ),
        ignores=(
            trust(by("Service", "ec2.amazonaws.com")),
            _token("repo:acme/billing", host="id.example.com", issuer="id.example.com"),
        ),
    ),
)
