"""Where IAM and a cluster meet: access entries, pod identities, and roles that trust the cluster's tokens.

Source: EKS user guide, "Access entries" and "EKS Pod Identities".
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from policies import tokens
from policies.access.estate import Estate
from policies.access.reach.cluster import rbac
from policies.resource import Resource
from policies.values import Undecided, listing, mapping

_NOBODY_KNOWS = "not known yet: who has the access entry"
_ACCOUNT = re.compile(r"system:serviceaccount:([^:*?]+):([^:*?]+)")


@dataclass(frozen=True)
class Entry:
    """Who a principal is in a cluster, and the access policies that it has there, each with its scope."""

    cluster: str
    user: str
    groups: tuple[str, ...]
    policies: tuple[tuple[str, Mapping[str, Any]], ...]


class Links:
    """The links of an estate's clusters with IAM."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate

    @cached_property
    def entries(self) -> dict[str, list[Entry]]:
        """By the principal's ARN; where that is not known, by what the entry is called, with every such policy."""
        graph = self.estate.graph
        policies: dict[tuple[str, str], list[tuple[str, Mapping[str, Any]]]] = defaultdict(list)
        for resource in graph.of_type(tokens.EKS_ACCESS_POLICY):
            content = rbac.known(resource)
            key = (str(content.get("clusterName")), self._principal(resource, "principalArn"))
            policies[key].append((str(content.get("policyArn")), mapping(content.get("accessScope"))))
        found: dict[str, list[Entry]] = defaultdict(list)
        for resource in graph.of_type(tokens.EKS_ACCESS_ENTRY):
            content = rbac.known(resource)
            whose, cluster = self._principal(resource, "principalArn"), str(content.get("clusterName"))
            arn = whose or f"{_NOBODY_KNOWS} {resource.name}"
            groups = tuple(str(group) for group in listing(content.get("kubernetesGroups")))
            given = tuple(policies.get((cluster, whose), ()))
            found[arn].append(Entry(cluster, str(content.get("userName") or arn), groups, given))
        return dict(found)

    @cached_property
    def identities(self) -> dict[str, list[str]]:
        """By service account, the roles that pod identity gives it."""
        found: dict[str, list[str]] = {}
        for resource in self.estate.graph.of_type(tokens.POD_IDENTITY):
            content = rbac.known(resource)
            account = f"{content.get('namespace')}/{content.get('serviceAccount')}"
            for path in ("roleArn", "targetRoleArn"):
                if role := self._principal(resource, path):
                    found.setdefault(account, []).append(role)
        return found

    @cached_property
    def federated(self) -> list[tuple[str, str]]:
        """Roles that trust tokens of a cluster, with the provider's ARN."""
        found: dict[tuple[str, str], None] = {}
        for arn, role in self.estate.principals.items():
            for statement in (role.trust.statements or ()) if role.trust else ():
                for principal in statement.principals or ():
                    if principal.kind == "Federated" and ":oidc-provider/oidc.eks." in principal.value:
                        found[arn, str(principal.value)] = None
        return sorted(found)

    def accounts(self, bound: Iterable[str]) -> list[str]:
        """The service accounts that lead anywhere: those that are `bound` to permissions in the cluster, and those that
        lead to roles of AWS.
        """
        found = {*bound, *self.identities}
        for arn, _ in self.federated:
            trust = self.estate.principals[arn].trust
            for statement in (trust.statements or ()) if trust else ():
                for condition in statement.conditions:
                    for value in condition.values:
                        found.update("/".join(match) for match in _ACCOUNT.findall(value))
        return sorted(found)

    def _principal(self, resource: Resource, path: str) -> str:
        value = resource.properties.get(path)
        if isinstance(value, str):
            return value
        if value is None:
            return ""
        try:
            found = self.estate.graph.references(resource, path, tokens.ROLE, tokens.USER)
        except Undecided:  # whose it is nobody knows, which EKS-06 tells
            return ""
        return str(found[0].properties.get("arn")) if found else ""
