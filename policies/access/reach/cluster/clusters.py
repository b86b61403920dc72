"""From AWS into a cluster and back: access entries, what one may become there, and pod identities."""

from collections.abc import Iterator
from functools import cached_property
from itertools import chain

from policies import tokens
from policies.access.decision import Outcome
from policies.access.estate import Asker, Estate
from policies.access.reach.cluster.links import Links
from policies.access.reach.cluster.subjects import Subjects, account_of
from policies.access.reach.cluster.ways import ENTERS, IMPERSONATES, RULES_OVER, RUNS, TOKENS, Way
from policies.access.reach.nodes import Node, Step, node_of

_POD_IDENTITY = "pods.eks.amazonaws.com"


class Clusters:
    """The clusters of an estate. Objects do not say which cluster they are in: they count as in each."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        self.subjects = Subjects(estate)
        self._links = Links(estate)

    def steps(self, node: Node) -> Iterator[Step]:
        """The steps from a principal of IAM into a cluster, or from a subject of a cluster."""
        if node.asker is not None:
            yield from self._entering(node, node.asker)
        elif node in self.subjects:
            yield from self._leaving(node)
            yield from self._inside(node)

    def strangers(self) -> list[str]:
        """Whom an access entry lets in who is no principal of the graph."""
        return sorted(self._links.entries.keys() - self.estate.principals.keys())

    def entered(self, node: Node, asker: Asker) -> Iterator[Step]:
        """The steps into a cluster by access entries."""
        for entry in self._links.entries.get(asker.arn, ()):
            yield Step(node, self.subjects.entered(asker, entry), "access entry", certain=True)

    def _entering(self, node: Node, asker: Asker) -> Iterator[Step]:
        yield from self.entered(node, asker)
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
            yield Step(node, self.subjects.admin(cluster), "eks:CreateAccessEntry", certain=Outcome.MAY not in outcomes)

    def _inside(self, node: Node) -> Iterator[Step]:
        yield from chain.from_iterable(self._acting(node, way) for way in (*RUNS, *ENTERS, *TOKENS))
        for way in RULES_OVER:
            for namespace, sure in self.subjects.allows(node, way):
                certain = sure and not self.subjects.is_named(node, way)
                yield Step(node, self.subjects.admin(namespace or ""), way.by, certain)
        yield from self._acting(node, IMPERSONATES)

    def _acting(self, node: Node, way: Way) -> Iterator[Step]:
        """Acting as the service accounts of the namespaces in which the node may do it."""
        for namespace, sure in self.subjects.allows(node, way):
            for account in self._accounts:
                if namespace in (None, account.split("/")[0]):
                    yield Step(node, self.subjects.account(account), way.by, sure)

    def _leaving(self, node: Node) -> Iterator[Step]:
        """A service account takes the role that pod identity gives it, or that trusts its token."""
        if (account := account_of(node)) is not None:
            yield from self._by_pod_identity(node, account)
            yield from self._by_token(node, account)

    def _by_pod_identity(self, node: Node, account: str) -> Iterator[Step]:
        for role_arn in self._links.identities.get(account, ()):
            role = self.estate.principals.get(role_arn)
            if role is None:
                continue
            taken = self.estate.outcome(Asker(_POD_IDENTITY), "sts:AssumeRole", role_arn)
            if taken is not Outcome.DENY:
                yield Step(node, node_of(Asker(role_arn, known=role)), "pod identity", certain=True)

    def _by_token(self, node: Node, account: str) -> Iterator[Step]:
        action = "sts:AssumeRoleWithWebIdentity"
        subject = f"system:serviceaccount:{account.replace('/', ':')}"
        for role_arn, provider in self._links.federated:
            host = provider.split(":oidc-provider/")[-1]
            context = {f"{host}:sub": subject, f"{host}:aud": "sts.amazonaws.com"}
            outcome = self.estate.outcome(Asker(provider), action, role_arn, context)
            if outcome is not Outcome.DENY:
                target = node_of(Asker(role_arn, known=self.estate.principals[role_arn]))
                yield Step(node, target, action, certain=outcome is Outcome.ALLOW)

    @cached_property
    def _accounts(self) -> list[str]:
        return self._links.accounts(self.subjects.bound)
