"""From AWS into a cluster and back: access entries, what one may become there, and pod identities.

Sources: EKS user guide, "Access entries" and "EKS Pod Identities"; Kubernetes documentation, "RBAC good practices,
privilege escalation risks".
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from policies import tokens
from policies.access.decision import Outcome
from policies.access.estate import Asker, Estate
from policies.access.reach import rbac
from policies.access.reach.nodes import Node, Step
from policies.access.reach.rbac import Grant, Rule, Subject

_POD_IDENTITY = "pods.eks.amazonaws.com"
_ACCOUNT = re.compile(r"system:serviceaccount:([^:*?]+):([^:*?]+)")
_WRITES = ("create", "update", "patch")
_RBAC = "rbac.authorization.k8s.io"


@dataclass(frozen=True)
class Way:
    """Verbs that let one act as the service accounts of a namespace."""

    by: str
    group: str
    resource: str
    verbs: tuple[str, ...]


_WORKLOADS = (
    ("", "pods"),
    ("", "replicationcontrollers"),
    *(("apps", kind) for kind in ("deployments", "daemonsets", "statefulsets", "replicasets")),
    *(("batch", kind) for kind in ("jobs", "cronjobs")),
    ("argoproj.io", "rollouts"),
)
RUNS = tuple(Way(f"make {resource}", group, resource, _WRITES) for group, resource in _WORKLOADS)
ENTERS = (
    Way("exec into pods", "", "pods/exec", ("create", "get")),
    Way("attach to pods", "", "pods/attach", ("create", "get")),
    Way("debug pods", "", "pods/ephemeralcontainers", ("update", "patch")),
    Way("reach kubelets", "", "nodes/proxy", ("create", "get")),
)
TOKENS = (Way("make tokens", "", "serviceaccounts/token", ("create",)),)
READS = (Way("read secrets", "", "secrets", ("get", "list", "watch")),)
# Each leads to everything in the cluster, or in the namespace.
RULES_OVER = (
    Way("impersonate", "", "users", ("impersonate",)),
    Way("impersonate", "", "groups", ("impersonate",)),
    *(Way("escalate roles", _RBAC, kind, ("escalate",)) for kind in ("roles", "clusterroles")),
    *(Way("bind roles", _RBAC, kind, ("bind",)) for kind in ("roles", "clusterroles")),
)


class Clusters:
    """The clusters of an estate. Objects do not say which cluster they are in: they count as in each."""

    def __init__(self, estate: Estate, start: Callable[[Asker], Node]) -> None:
        self.estate = estate
        self.start = start
        self._given: dict[str, tuple[Grant, ...]] = {}

    def steps(self, node: Node) -> Iterator[Step]:
        """The steps from a principal of IAM into a cluster, or from a subject of a cluster."""
        if node.asker is not None:
            yield from self._entering(node, node.asker)
        elif node.key in self._given:
            yield from self._inside(node)

    def allows(self, node: Node, way: Way) -> Iterator[tuple[str | None, bool]]:
        """The namespaces (None for all) in which the node may do it, and whether that is sure."""
        for grant in self._given.get(node.key, ()):
            if grant.rules is None:
                yield grant.namespace, False
            elif any(rule.covers(way.group, way.resource, way.verbs) for rule in grant.rules):
                yield grant.namespace, True

    def verb(self, node: Node, way: Way) -> str:
        """The first of the verbs that the node has; the first of all if its rules are not known."""
        rules = [rule for grant in self._given.get(node.key, ()) for rule in grant.rules or ()]
        held = (verb for verb in way.verbs if any(rule.covers(way.group, way.resource, (verb,)) for rule in rules))
        return next(held, way.verbs[0])

    def _entering(self, node: Node, asker: Asker) -> Iterator[Step]:
        for cluster, name, groups, policies in self._entries.get(asker.arn, ()):
            subjects: list[Subject] = [("User", name), *(("Group", group) for group in groups)]
            subjects.append(("Group", "system:authenticated"))
            given = [grant for subject in subjects for grant in self._grants.get(subject, ())]
            for policy, scope in policies:
                given += rbac.access_policy(policy, scope)
            target = self._made(f"entry {cluster} {asker.arn}", f"{asker.arn.rsplit('/', 1)[-1]} in {cluster}", given)
            yield Step(node, target, "access entry", certain=True)
        for resource in self.estate.graph.of_type(tokens.EKS_CLUSTER):
            arn = resource.properties.get("arn")
            if isinstance(arn, str):
                yield from self._admitting(node, asker, arn, str(resource.properties.get("name")))

    def _admitting(self, node: Node, asker: Asker, arn: str, cluster: str) -> Iterator[Step]:
        """Who can make access entries lets itself in as an administrator."""
        entry = arn.replace(":cluster/", ":access-entry/") + "/role/x/x/x"
        outcomes = {
            self.estate.outcome(asker, "eks:CreateAccessEntry", arn),
            max(
                (self.estate.outcome(asker, "eks:AssociateAccessPolicy", where) for where in (arn, entry)),
                key=(Outcome.DENY, Outcome.MAY, Outcome.ALLOW).index,
            ),
        }
        if Outcome.DENY not in outcomes:
            yield Step(node, self._admin(cluster), "eks:CreateAccessEntry", certain=Outcome.MAY not in outcomes)

    def _inside(self, node: Node) -> Iterator[Step]:
        yield from self._leaving(node)
        for way in (*RUNS, *ENTERS, *TOKENS):
            for namespace, sure in self.allows(node, way):
                for account in self._accounts:
                    if namespace in (None, account.split("/")[0]):
                        yield Step(node, self._account(account), way.by, sure)
        for way in RULES_OVER:
            for namespace, sure in self.allows(node, way):
                yield Step(node, self._admin(namespace or ""), way.by, sure and not self._is_named(node, way))
        yield from self._impersonating(node)

    def _is_named(self, node: Node, way: Way) -> bool:
        """Whether the node may do it to some objects alone."""
        given = (rule for grant in self._given[node.key] for rule in grant.rules or ())
        return all(rule.names for rule in given if rule.covers(way.group, way.resource, way.verbs))

    def _impersonating(self, node: Node) -> Iterator[Step]:
        way = Way("impersonate", "", "serviceaccounts", ("impersonate",))
        for namespace, sure in self.allows(node, way):
            for account in self._accounts:
                if namespace in (None, account.split("/")[0]):
                    yield Step(node, self._account(account), way.by, sure)

    def _leaving(self, node: Node) -> Iterator[Step]:
        """A service account takes the role that pod identity gives it, or that trusts its token."""
        if not node.name.startswith("service account "):
            return
        account = node.name.removeprefix("service account ")
        for role_arn in self._identities.get(account, ()):
            role = self.estate.principals.get(role_arn)
            if role is None:
                continue
            taken = self.estate.outcome(Asker(_POD_IDENTITY), "sts:AssumeRole", role_arn)
            if taken is not Outcome.DENY:
                yield Step(node, self.start(Asker(role_arn, known=role)), "pod identity", certain=True)
        for role_arn, provider in self._federated:
            host = provider.split(":oidc-provider/")[-1]
            subject = f"system:serviceaccount:{account.replace('/', ':')}"
            context = {f"{host}:sub": subject, f"{host}:aud": "sts.amazonaws.com"}
            action = "sts:AssumeRoleWithWebIdentity"
            outcome = self.estate.outcome(Asker(provider), action, role_arn, context)
            if outcome is not Outcome.DENY:
                target = self.start(Asker(role_arn, known=self.estate.principals[role_arn]))
                yield Step(node, target, action, certain=outcome is Outcome.ALLOW)

    def _made(self, key: str, name: str, given: list[Grant]) -> Node:
        node = Node(f"kubernetes {key}", name)
        self._given.setdefault(node.key, tuple(given))
        return node

    def _account(self, account: str) -> Node:
        namespace = account.split("/")[0]
        subjects = (
            ("ServiceAccount", account),
            ("Group", "system:serviceaccounts"),
            ("Group", f"system:serviceaccounts:{namespace}"),
            ("Group", "system:authenticated"),
        )
        given = [grant for subject in subjects for grant in self._grants.get(subject, ())]
        return self._made(f"account {account}", f"service account {account}", given)

    def _admin(self, where: str) -> Node:
        rules = (Rule(frozenset("*"), frozenset("*"), frozenset("*")),)
        clusters = {str(c.properties.get("name")) for c in self.estate.graph.of_type(tokens.EKS_CLUSTER)}
        namespace = where if where and where not in clusters else None
        name = f"administrator of namespace {namespace}" if namespace else "administrator of the cluster"
        return self._made(f"administrator {namespace or ''}", name, [Grant(rules, namespace, name)])

    @cached_property
    def _grants(self) -> dict[Subject, list[Grant]]:
        return rbac.grants(self.estate.graph)

    @cached_property
    def _entries(self) -> dict[str, list[tuple[str, str, list[str], list[tuple[str, dict[str, Any]]]]]]:
        """By principal: cluster, user name, groups, and access policies with their scope."""
        graph = self.estate.graph
        policies: dict[tuple[str, str], list[tuple[str, dict[str, Any]]]] = {}
        for resource in graph.of_type(tokens.EKS_ACCESS_POLICY):
            content = rbac.known(resource)
            key = (str(content.get("clusterName")), self._principal(resource, "principalArn"))
            policies.setdefault(key, []).append((str(content.get("policyArn")), content.get("accessScope") or {}))
        found: dict[str, list[tuple[str, str, list[str], list[tuple[str, dict[str, Any]]]]]] = {}
        for resource in graph.of_type(tokens.EKS_ACCESS_ENTRY):
            content = rbac.known(resource)
            arn, cluster = self._principal(resource, "principalArn"), str(content.get("clusterName"))
            groups = [str(group) for group in content.get("kubernetesGroups") or ()]
            given = policies.get((cluster, arn), [])
            found.setdefault(arn, []).append((cluster, str(content.get("userName") or arn), groups, given))
        return found

    @cached_property
    def _identities(self) -> dict[str, list[str]]:
        """By service account, the roles that pod identity gives it."""
        found: dict[str, list[str]] = {}
        for resource in self.estate.graph.of_type(tokens.POD_IDENTITY):
            content = rbac.known(resource)
            account = f"{content.get('namespace')}/{content.get('serviceAccount')}"
            for path in ("roleArn", "targetRoleArn"):
                if role := self._principal(resource, path):
                    found.setdefault(account, []).append(role)
        return found

    def _principal(self, resource: Any, path: str) -> str:
        value = resource.properties.get(path)
        if isinstance(value, str):
            return value
        if value is None:
            return ""
        found = self.estate.graph.references(resource, path, tokens.ROLE, tokens.USER)
        return str(found[0].properties.get("arn")) if found else ""

    @cached_property
    def _federated(self) -> list[tuple[str, str]]:
        """Roles that trust tokens of a cluster, with the provider's ARN."""
        found: dict[tuple[str, str], None] = {}
        for arn, role in self.estate.principals.items():
            for statement in (role.trust.statements or ()) if role.trust else ():
                for principal in statement.principals or ():
                    if principal.kind == "Federated" and ":oidc-provider/oidc.eks." in principal.value:
                        found[arn, str(principal.value)] = None
        return sorted(found)

    @cached_property
    def _accounts(self) -> list[str]:
        """The service accounts that lead anywhere: to roles of AWS, or to permissions in the cluster."""
        bound = {name for kind, name in self._grants if kind == "ServiceAccount"}
        for arn, _ in self._federated:
            trust = self.estate.principals[arn].trust
            for statement in (trust.statements or ()) if trust else ():
                for condition in statement.conditions:
                    for value in condition.values:
                        bound.update("/".join(match) for match in _ACCOUNT.findall(value))
        return sorted({*bound, *self._identities})
