"""Nobody can do everything in the cluster, read its secrets, or make themselves able to."""

from collections.abc import Iterator
from dataclasses import dataclass

from policies import tokens
from policies.controls import cis_eks, pci, unverified
from policies.examples import Example, Node, Ref
from policies.graph import Graph
from policies.kubernetes_facts import EVERYBODY, PLATFORM_NAMESPACES, SECRET_READERS
from policies.resource import Resource
from policies.rule import Pack, Problem, Rule, Severity, decide, some
from policies.rules.kubernetes.examples import object_
from policies.rules.kubernetes.objects import name, objects
from policies.values import Block, Items

_RBAC = "rbac.authorization.k8s.io"
_ROLES = (tokens.CLUSTER_ROLE, tokens.KUBERNETES_ROLE)
_BINDINGS = (tokens.CLUSTER_ROLE_BINDING, tokens.ROLE_BINDING)
# Kubernetes' own roles that do what no role of ours may: `edit` and `admin` read secrets (docs, "User-facing roles").
_TOO_MUCH = ("admin", "cluster-admin", "edit")
# Those of Kubernetes' own that do not.
_HARMLESS = (
    "system:auth-delegator",
    "system:basic-user",
    "system:discovery",
    "system:public-info-viewer",
    "system:service-account-issuer-discovery",
    "view",
)


@dataclass(frozen=True)
class _Power:
    """What a rule of a role must not grant. `named`: it may, for objects that it names, by these verbs alone."""

    groups: tuple[str, ...]
    resources: tuple[str, ...]
    verbs: tuple[str, ...]
    consequence: str
    named: tuple[str, ...] = ()


# Kubernetes docs, "Role Based Access Control Good Practices", "privilege escalation risks".
_POWERS = (
    _Power(("",), ("secrets",), ("get", "list", "watch"), "reads secrets", named=("get",)),
    _Power((_RBAC,), ("roles", "clusterroles"), ("bind",), "gives roles that it has not", named=("bind",)),
    _Power((_RBAC,), ("roles", "clusterroles"), ("escalate",), "makes roles of any power", named=("escalate",)),
    _Power(
        ("", "authentication.k8s.io"),
        ("users", "groups", "serviceaccounts", "userextras", "uids"),
        ("impersonate",),
        "acts as somebody else",
    ),
    _Power(("",), ("pods/exec", "pods/attach"), ("create", "get"), "runs commands in containers"),
    _Power(("",), ("pods/ephemeralcontainers",), ("patch", "update"), "puts containers into running pods"),
    _Power(("",), ("nodes/proxy",), ("create", "delete", "get", "patch", "update"), "commands the kubelets of nodes"),
    _Power(("",), ("serviceaccounts/token",), ("create",), "makes tokens of service accounts"),
    _Power(
        ("certificates.k8s.io",),
        ("certificatesigningrequests/approval",),
        ("patch", "update"),
        "approves certificates for anybody",
    ),
    _Power(("certificates.k8s.io",), ("signers",), ("approve", "sign"), "signs certificates for anybody"),
)


def _problems(resource: Resource, graph: Graph) -> Iterator[Problem]:
    if resource.type in _ROLES:
        yield from decide(resource.props.each("rules"), lambda rule: _grants(rule, resource, graph))
    else:
        yield from decide((_role, _subjects), lambda check: check(resource, graph))


def _grants(rule: Block, role: Resource, graph: Graph) -> Iterator[Problem]:
    lists = {key: rule.texts(key) for key in ("apiGroups", "resources", "verbs", "nonResourceURLs")}
    wild = [key for key, items in lists.items() if _holds(items, "*")]
    for key in wild:
        yield Problem(rule.at(key), f"{rule.at(key)} is *: name what is meant")
    if not wild:
        yield from decide(_POWERS, lambda power: _granted(power, rule, role, graph))


def _granted(power: _Power, rule: Block, role: Resource, graph: Graph) -> Iterator[Problem]:
    resources = [kind for kind in power.resources if _includes(rule.texts("resources"), kind)]
    if not resources or not any(_holds(rule.texts("apiGroups"), group) for group in power.groups):
        return
    verbs = [verb for verb in power.verbs if _holds(rule.texts("verbs"), verb)]
    if not verbs or _is_narrow(power, verbs, rule) or _is_platforms(power, role, graph):
        return
    what = f"{', '.join(verbs)} {', '.join(resources)}"
    yield Problem(rule.at("verbs"), f"{rule.path} allows to {what}, and so {power.consequence}")


def _holds(items: Items, text: str) -> bool:
    return some(range(len(items)), lambda index: items.text_of(index) == text)


def _includes(items: Items, resource: str) -> bool:
    """Whether the list names the resource, what is below it, or its subresource for every kind (`*/exec`)."""
    everywhere = f"*/{resource.partition('/')[2]}"

    def is_it(index: int) -> bool:
        text = items.text_of(index)
        return text in (resource, everywhere) or text.startswith(f"{resource}/")

    return some(range(len(items)), is_it)


def _is_narrow(power: _Power, verbs: list[str], rule: Block) -> bool:
    names = rule.texts("resourceNames").read()
    return bool(names) and set(verbs) <= set(power.named) and not {*names} & {*_TOO_MUCH}


def _is_platforms(power: _Power, role: Resource, graph: Graph) -> bool:
    """Whether secrets are the role's business: the controller's that keeps them, or in the platform's namespaces,
    which hold none of services but those of controllers, and of Helm's releases.
    """
    if power.resources != ("secrets",):
        return False
    if role.type == tokens.CLUSTER_ROLE:
        return name(role) in SECRET_READERS
    return objects(graph).namespace(role) in PLATFORM_NAMESPACES


def _role(binding: Resource, graph: Graph) -> Iterator[Problem]:
    reference = binding.props.block("roleRef")
    called = reference.text("name")
    if called in _TOO_MUCH:
        yield Problem("roleRef.name", f"roleRef.name is {called}, which {_why(called)}")
    elif called.startswith("system:") and called not in _HARMLESS:
        yield Problem("roleRef.name", f"roleRef.name is {called}, a role of Kubernetes' own parts")
    elif called not in _HARMLESS and not _is_judged(reference, called, binding, graph):
        raise reference.undecided(f"roleRef names {called}, a role that is not among what is judged", "name")


def _why(role: str) -> str:
    return "may do anything" if role == "cluster-admin" else "reads secrets"


def _is_judged(reference: Block, called: str, binding: Resource, graph: Graph) -> bool:
    known = objects(graph)
    if reference.text("kind") == "Role":
        return known.find(tokens.KUBERNETES_ROLE, known.namespace(binding), called) is not None
    return known.cluster_wide(tokens.CLUSTER_ROLE, called) is not None


def _subjects(binding: Resource, _: Graph) -> Iterator[Problem]:
    def check(subject: Block) -> Iterator[Problem]:
        called = subject.text("name")
        if called in EVERYBODY:
            yield Problem(subject.at("name"), f"{subject.at('name')} is {called}, which is no one in particular")
        elif called == "default" and subject.text("kind") == "ServiceAccount":
            yield Problem(subject.at("name"), f"{subject.at('name')} is default, the account of whoever names none")

    return decide(binding.props.each("subjects"), check)


def _allow(resources: str, verbs: str, *names: str, group: str = "") -> dict[str, object]:
    rule: dict[str, object] = {"apiGroups": [group], "resources": resources.split(), "verbs": verbs.split()}
    return rule | ({"resourceNames": [*names]} if names else {})


def _cluster_role(*rules: dict[str, object], called: str = "own") -> Node:
    return object_(tokens.CLUSTER_ROLE, called, namespace=None, rules=[*rules])


def _local(*rules: dict[str, object], namespace: str = "billing-api") -> Node:
    return object_(tokens.KUBERNETES_ROLE, "own", namespace=namespace, rules=[*rules])


def _binding(subject: str = "platform:engineer", kind: str = "Group", role: str = "own") -> Node:
    subjects = [{"kind": kind, "name": subject, "apiGroup": _RBAC}]
    reference = {"apiGroup": _RBAC, "kind": "ClusterRole", "name": role}
    return object_(tokens.CLUSTER_ROLE_BINDING, "own", namespace=None, roleRef=reference, subjects=subjects)


_LOOKS = _cluster_role(_allow("pods services", "get list watch"))
_TO_LOCAL = object_(
    tokens.ROLE_BINDING, "own", roleRef={"kind": "Role", "name": "own"}, subjects=[{"kind": "User", "name": "a"}]
)


def _each(*rules: dict[str, object]) -> tuple[Example, ...]:
    return tuple((_cluster_role(_allow("pods", "get"), rule),) for rule in rules)


RULES = (
    Rule(
        id="K8S-11",
        name="cluster-access-named-and-narrow",
        summary="Roles name what they allow, and neither read secrets nor lead to more; nobody is an administrator.",
        severity=Severity.CRITICAL,
        pack=Pack.ACCESS_CONTROL,
        types=(*_ROLES, *_BINDINGS),
        reads=("rules", "roleRef", "subjects", "metadata.name", "metadata.namespace"),
        controls=(
            *pci("P", "7.2.1", "7.2.3"),
            *cis_eks("4.1.1", "4.1.2", "4.1.3", "4.1.4", "4.1.8"),
            *unverified("soc2", "CC6.3"),
        ),
        remedy="Name resources, verbs and, for secrets, bind and escalate, the objects (resourceNames); bind groups of"
        " people and accounts of services.",
        problems=_problems,
        needs_graph=True,
        passes=(
            (_LOOKS,),
            (_cluster_role(_allow("secrets", "create delete")),),
            (_local(_allow("secrets", "get", "tls")),),
            (_local(_allow("secrets", "get list watch"), namespace="platform-secrets"),),
            (_cluster_role(_allow("secrets", "get list watch"), called=SECRET_READERS[0]),),
            (_cluster_role(_allow("clusterroles", "bind escalate", "platform:engineer", group=_RBAC)),),
            (_cluster_role(_allow("secrets", "get", group="other.example")),),
            (_cluster_role({"nonResourceURLs": ["/metrics"], "verbs": ["get"]}),),
            (_LOOKS, _binding()),
            (_LOOKS, _binding(role="view")),
            (_local(_allow("pods", "get")), _TO_LOCAL),
        ),
        fails=(
            *_each(
                _allow("*", "get"),
                _allow("pods", "*"),
                _allow("leases", "get", group="*"),
                {"nonResourceURLs": ["*"], "verbs": ["get"]},
                *(_allow("secrets", verb) for verb in ("get", "list", "watch")),
                _allow("secrets", "list", "tls"),
                _allow("clusterroles", "bind", group=_RBAC),
                _allow("roles", "escalate", group=_RBAC),
                _allow("clusterroles", "bind", "cluster-admin", group=_RBAC),
                _allow("users", "impersonate"),
                _allow("groups", "impersonate", "platform:engineer"),
                _allow("userextras/scopes", "impersonate", group="authentication.k8s.io"),
                _allow("pods/exec", "create"),
                _allow("pods/exec", "get"),
                _allow("*/exec", "create"),
                _allow("pods/attach", "create"),
                _allow("pods/ephemeralcontainers", "patch"),
                _allow("nodes/proxy", "get"),
                _allow("serviceaccounts/token", "create"),
                _allow("certificatesigningrequests/approval", "update", group="certificates.k8s.io"),
                _allow("signers", "sign", group="certificates.k8s.io"),
            ),
            (_local(_allow("secrets", "get list")),),
            (object_(tokens.KUBERNETES_ROLE, SECRET_READERS[0], rules=[_allow("secrets", "get")]),),
            (_cluster_role(_allow("pods/exec", "create"), called=SECRET_READERS[0]),),
            (_cluster_role({"apiGroups": "*", "resources": ["pods"], "verbs": ["get"]}),),
            *((_LOOKS, _binding(role=role)) for role in ("cluster-admin", "admin", "edit", "system:node")),
            *((_LOOKS, _binding(group)) for group in EVERYBODY),
            (_LOOKS, _binding("default", "ServiceAccount")),
            (object_(tokens.ROLE_BINDING, "b", roleRef={"kind": "ClusterRole", "name": "cluster-admin"}),),
        ),
        undecided=(
            (_cluster_role(_allow("pods", "get") | {"verbs": Ref("nobody")}),),
            (_binding(role="elsewhere"),),
            (_LOOKS, _binding(role=Ref("nobody"))),  # type: ignore[arg-type]
        ),
    ),
)
