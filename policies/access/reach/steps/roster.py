"""Who and what a step can lead to: roles by whom they trust, and what can be changed of whom."""

from collections import defaultdict
from functools import cached_property

from policies.access.estate import Estate
from policies.access.estate.principals import Principal
from policies.access.gathering import groups_of, policies_of
from policies.resource import Resource

ANYONE = "*"
_FUNCTION = "aws:lambda/function:Function"


class Roster:
    """The principals of an estate as steps look for them; each list is made when it is asked for first."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate

    @cached_property
    def roles(self) -> list[Principal]:
        """By ARN; those that something may take."""
        return [p for _, p in sorted(self.estate.principals.items()) if p.trust is not None]

    @cached_property
    def trusting(self) -> dict[str, list[Principal]]:
        """The roles by whom their trust policies name: an ARN of the graph, or anyone."""
        found: dict[str, list[Principal]] = {ANYONE: []}
        for role in self.roles:
            for name in role.trusted or ():
                known = name in self.estate.principals
                found.setdefault(name if known else ANYONE, []).extend([] if _is_account(name) else [role])
            if role.trusted is None:
                found[ANYONE].append(role)
        return found

    @cached_property
    def delegating(self) -> list[Principal]:
        """The roles that leave it to the policies of an account who takes them."""
        return [role for role in self.roles if any(map(_is_account, role.trusted or ()))]

    @cached_property
    def holders(self) -> dict[str, list[tuple[Resource, Principal]]]:
        """What can be changed, and whose permissions that changes."""
        found: dict[str, list[tuple[Resource, Principal]]] = defaultdict(list)
        graph = self.estate.graph
        for _, principal in sorted(self.estate.principals.items()):
            kind = "role" if principal.trust is not None else "user"
            found[kind].append((principal.resource, principal))
            groups = groups_of(graph, principal.resource) if kind == "user" else []
            found["group"] += ((group, principal) for group in groups)
            for holder in (principal.resource, *groups):
                found["policy"] += ((policy, principal) for policy in policies_of(graph, holder))
        return found

    @cached_property
    def functions_with_roles(self) -> list[tuple[Resource, Principal]]:
        """The functions whose role is part of the graph."""
        found = []
        for function in self.estate.graph.of_type(_FUNCTION):
            role = self.estate.principals.get(str(function.properties.get("role")))
            if role and isinstance(function.properties.get("arn"), str):
                found.append((function, role))
        return found


def _is_account(name: str) -> bool:
    return name.isdigit() or name.endswith(":root")
