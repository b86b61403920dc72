"""The subjects of a cluster, and what each is granted there."""

from collections.abc import Iterator
from functools import cached_property

from policies import tokens
from policies.access.estate import Asker, Estate
from policies.access.reach.cluster import rbac
from policies.access.reach.cluster.links import Entry
from policies.access.reach.cluster.rbac import Grant, Rule, Subject
from policies.access.reach.cluster.ways import Way
from policies.access.reach.nodes import Node

_ACCOUNT = "service account "  # how the name of such a node begins
_EVERYONE = ("Group", "system:authenticated")


class Subjects:
    """The nodes of a cluster's subjects; each keeps what it was granted when it was made."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        self._given: dict[str, tuple[Grant, ...]] = {}

    def __contains__(self, node: Node) -> bool:
        return node.key in self._given

    def given(self, node: Node) -> tuple[Grant, ...]:
        """What the node is granted; nothing if it is no subject of a cluster."""
        return self._given.get(node.key, ())

    def allows(self, node: Node, way: Way) -> Iterator[tuple[str | None, bool]]:
        """The namespaces (None for all) in which the node may do it, and whether that is sure."""
        for grant in self.given(node):
            if grant.rules is None:
                yield grant.namespace, False
            elif any(rule.covers(way.group, way.resource, way.verbs) for rule in grant.rules):
                yield grant.namespace, True

    def verb(self, node: Node, way: Way) -> str:
        """The first of the verbs that the node has; the first of all if its rules are not known."""
        rules = [rule for grant in self.given(node) for rule in grant.rules or ()]
        held = (verb for verb in way.verbs if any(rule.covers(way.group, way.resource, (verb,)) for rule in rules))
        return next(held, way.verbs[0])

    def is_named(self, node: Node, way: Way) -> bool:
        """Whether the node may do it to some objects alone."""
        given = (rule for grant in self.given(node) for rule in grant.rules or ())
        return all(rule.names for rule in given if rule.covers(way.group, way.resource, way.verbs))

    def entered(self, asker: Asker, entry: Entry) -> Node:
        """Who a principal of IAM is by its access entry."""
        given = self._granted(("User", entry.user), *(("Group", group) for group in entry.groups), _EVERYONE)
        for policy, scope in entry.policies:
            given += rbac.access_policy(policy, scope)
        name = f"{asker.arn.rsplit('/', 1)[-1]} in {entry.cluster}"
        return self._made(f"entry {entry.cluster} {asker.arn}", name, given)

    def account(self, account: str) -> Node:
        """A service account, by namespace/name."""
        namespace = account.split("/")[0]
        groups = ("system:serviceaccounts", f"system:serviceaccounts:{namespace}")
        given = self._granted(("ServiceAccount", account), *(("Group", group) for group in groups), _EVERYONE)
        return self._made(f"account {account}", f"{_ACCOUNT}{account}", given)

    def admin(self, where: str) -> Node:
        """Who may do everything in a namespace, or in the cluster if `where` is none."""
        rules = (Rule(frozenset("*"), frozenset("*"), frozenset("*")),)
        clusters = {str(c.properties.get("name")) for c in self.estate.graph.of_type(tokens.EKS_CLUSTER)}
        namespace = where if where and where not in clusters else None
        name = f"administrator of namespace {namespace}" if namespace else "administrator of the cluster"
        return self._made(f"administrator {namespace or ''}", name, [Grant(rules, namespace, name)])

    @cached_property
    def bound(self) -> list[str]:
        """The service accounts that are bound to permissions, by namespace/name."""
        return [name for kind, name in self._grants if kind == "ServiceAccount"]

    @cached_property
    def _grants(self) -> dict[Subject, list[Grant]]:
        return rbac.grants(self.estate.graph)

    def _granted(self, *subjects: Subject) -> list[Grant]:
        return [grant for subject in subjects for grant in self._grants.get(subject, ())]

    def _made(self, key: str, name: str, given: list[Grant]) -> Node:
        node = Node(f"kubernetes {key}", name)
        self._given.setdefault(node.key, tuple(given))
        return node


def account_of(node: Node) -> str | None:
    """The service account that a node is, by namespace/name; None for other nodes."""
    return node.name.removeprefix(_ACCOUNT) if node.name.startswith(_ACCOUNT) else None
