"""Who may do what inside a cluster: Kubernetes roles, their bindings, and the access policies of EKS."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from policies import tokens
from policies.graph import Graph
from policies.resource import Resource
from policies.values import Undecided, listing, mapping, plain

Subject = tuple[str, str]  # kind (User, Group, ServiceAccount) and name; of accounts namespace/name


@dataclass(frozen=True)
class Rule:
    """What a role allows; `*` stands for everything. Empty `names` are all objects."""

    groups: frozenset[str]
    resources: frozenset[str]
    verbs: frozenset[str]
    names: frozenset[str] = frozenset()

    def covers(self, group: str, resource: str, verbs: Iterable[str]) -> bool:
        """Whether one of the verbs is allowed on a resource, such as `pods/exec` (RBAC, resources and `*/part`)."""
        part = f"*/{resource.partition('/')[2]}"
        return (
            bool(self.groups & {"*", group})
            and bool(self.resources & ({"*", resource, part} if "/" in resource else {"*", resource}))
            and bool(self.verbs & {"*", *verbs})
        )


@dataclass(frozen=True)
class Grant:
    """Rules given in one namespace, or everywhere; None for rules that are not known. `source` is who gave them."""

    rules: tuple[Rule, ...] | None
    namespace: str | None
    source: str


def _rule(groups: str, resources: str, verbs: str) -> Rule:
    return Rule(
        *(frozenset("" if word == "core" else word for word in text.split()) for text in (groups, resources, verbs))
    )


_EVERYTHING = (_rule("*", "*", "*"),)
_WORKLOADS = "deployments daemonsets statefulsets replicasets jobs cronjobs"
# Kubernetes documentation, "User-facing roles", as far as the verbs that matter here go; what they also allow reads
# and changes objects that lead nowhere.
_EDIT = (
    _rule("core", "pods replicationcontrollers", "create delete update patch get list watch"),
    _rule("core", "pods/exec pods/attach pods/portforward pods/proxy", "create get update patch"),
    _rule("apps batch extensions", _WORKLOADS, "create delete update patch get list watch"),
    _rule("core", "secrets configmaps services", "create delete update patch get list watch"),
    _rule("core", "serviceaccounts", "impersonate create delete update patch get list watch"),
    _rule("core", "serviceaccounts/token", "create"),
)
_ADMIN = (*_EDIT, _rule("rbac.authorization.k8s.io", "roles rolebindings", "create delete update patch get list watch"))
_VIEW = (_rule("core apps batch", f"pods services configmaps {_WORKLOADS}", "get list watch"),)
_READ_SECRETS = (_rule("core", "secrets", "get list watch"),)
_BUILT_IN = {"cluster-admin": _EVERYTHING, "admin": _ADMIN, "edit": _EDIT, "view": _VIEW}
# EKS user guide, "Review access policy permissions".
_OF_EKS = {
    "AmazonEKSClusterAdminPolicy": _EVERYTHING,
    "AmazonEKSAdminPolicy": _ADMIN,
    "AmazonEKSEditPolicy": _EDIT,
    "AmazonEKSViewPolicy": _VIEW,
    "AmazonEKSAdminViewPolicy": (_rule("*", "*", "get list watch"),),
    "AmazonEKSSecretReaderPolicy": _READ_SECRETS,
}


def access_policy(arn: str, scope: Mapping[str, Any]) -> list[Grant]:
    """What an access policy of EKS gives, in the namespaces of its scope or everywhere."""
    name = arn.rsplit("/", 1)[-1]
    rules = _OF_EKS.get(name)
    if scope.get("type") == "namespace":
        return [Grant(rules, str(namespace), name) for namespace in listing(scope.get("namespaces"))]
    return [Grant(rules, None, name)]


def grants(graph: Graph) -> dict[Subject, list[Grant]]:
    """What the bindings of the graph give, by subject."""
    roles = _roles(graph)
    found: dict[Subject, list[Grant]] = defaultdict(list)
    for binding in graph.of_type(tokens.CLUSTER_ROLE_BINDING, tokens.ROLE_BINDING):
        content = known(binding)
        everywhere = binding.type == tokens.CLUSTER_ROLE_BINDING
        namespace = None if everywhere else mapping(content.get("metadata")).get("namespace") or "default"
        role = mapping(content.get("roleRef"))
        where = "" if role.get("kind") == "ClusterRole" else namespace or ""
        rules = roles.get((where, str(role.get("name"))))
        if rules is None and role.get("kind") == "ClusterRole":
            rules = _BUILT_IN.get(str(role.get("name")))
        for subject in map(mapping, listing(content.get("subjects"))):
            name = str(subject.get("name"))
            if subject.get("kind") == "ServiceAccount":
                name = f"{subject.get('namespace') or namespace or 'default'}/{name}"
            found[str(subject.get("kind")), name].append(Grant(rules, namespace, binding.name))
    return found


def _roles(graph: Graph) -> dict[tuple[str, str], tuple[Rule, ...] | None]:
    found: dict[tuple[str, str], tuple[Rule, ...] | None] = {}
    for role in graph.of_type(tokens.CLUSTER_ROLE, tokens.KUBERNETES_ROLE):
        content = known(role)
        metadata = mapping(content.get("metadata"))
        where = "" if role.type == tokens.CLUSTER_ROLE else str(metadata.get("namespace") or "default")
        unknown = "rules" not in content and "rules" in role.properties
        rules = None if unknown or content.get("aggregationRule") else _rules(content.get("rules") or [])
        found[where, str(metadata.get("name") or role.name)] = rules
    return found


def _rules(rules: Any) -> tuple[Rule, ...] | None:
    """None for what the API would refuse: nobody knows what is meant."""
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        return None
    parts = [[rule.get(key) or [] for key in ("apiGroups", "resources", "verbs", "resourceNames")] for rule in rules]
    if not all(isinstance(part, list) for rule in parts for part in rule):
        return None
    return tuple(Rule(*(frozenset(map(str, part)) for part in rule)) for rule in parts)


def known(resource: Resource) -> dict[str, Any]:
    """The properties that are wholly known, as plain values."""
    found: dict[str, Any] = {}
    for key in resource.props:
        try:
            found[key] = plain(resource.props[key])
        except Undecided:
            continue
    return found
