"""Where things are: the resource that an ARN means, and the account and region that it is in."""

from collections import Counter
from functools import cached_property

from policies import tokens
from policies.access.estate.arns import graph_account, main_account
from policies.graph import Graph
from policies.resource import Resource


class Places:
    """The resources of a graph by ARN, and their accounts; indexed when asked first."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def resource(self, arn: str) -> Resource | None:
        """The resource that an ARN means, be it of a part of it, such as an object of a bucket."""
        if found := self._resources.get(arn):
            return found
        if ":s3:::" in arn:
            return self._resources.get(arn.split("/", 1)[0])
        if arn.split(":")[2:3] == ["kms"] and ":alias/" in arn:
            return self.graph.find(arn.rsplit(":", 1)[-1], tokens.KEY, tokens.KEY_REPLICA)
        for end in (":*", ":log-stream"):
            if end in arn and (found := self._resources.get(arn.split(end)[0])):
                return found
        if arn.split(":")[2:3] == ["lambda"] and arn.count(":") == 7:  # a version or an alias of a function
            return self._resources.get(arn.rsplit(":", 1)[0])
        return None

    def account(self, resource: Resource) -> str:
        """The account that the resource is in: its own or its provider's word, or that of its neighbours."""
        return graph_account(self.graph, resource) or self._accounts.get(resource.provider, "") or self._main_account

    @cached_property
    def region(self) -> str:
        """The region of most resources; empty if none is known."""
        counted = Counter(parts[3] for arn in self._resources if len(parts := arn.split(":")) > 5 and parts[3])
        return max(counted, key=lambda region: (counted[region], region)) if counted else ""

    @cached_property
    def _resources(self) -> dict[str, Resource]:
        found: dict[str, Resource] = {}
        for resource in self.graph.resources:
            if isinstance(arn := resource.properties.get("arn"), str):
                found.setdefault(arn.removesuffix(":*"), resource)
        return found

    @cached_property
    def _accounts(self) -> dict[str, str]:
        """By provider, the account of what it made, where that is one."""
        seen: dict[str, set[str]] = {}
        for resource in self.graph.resources:
            if account := graph_account(self.graph, resource):
                seen.setdefault(resource.provider, set()).add(account)
        return {provider: min(accounts) for provider, accounts in seen.items() if len(accounts) == 1}

    @cached_property
    def _main_account(self) -> str:
        return main_account(self.graph)
