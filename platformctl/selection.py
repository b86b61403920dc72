"""What a check is narrowed to: some rules, some resources; with the near names of one that does not exist."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from platformctl.errors import CommandError

if TYPE_CHECKING:
    from policies.graph import Graph
    from policies.rule import Rule

_NEAR = 5  # names that an error offers
_STACK = "pulumi:pulumi:Stack"


@dataclass(frozen=True)
class Selection:
    """Rules by id or by prefix (`S3-*`), resources by name or URN; nothing means all of them."""

    rules: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()

    @property
    def partial(self) -> bool:
        """Whether it leaves something out, so that a waiver may have nothing to waive."""
        return bool(self.rules or self.resources)

    def of_rules(self, known: Sequence["Rule"]) -> tuple["Rule", ...]:
        """Those of `known` that are meant, in their order; CommandError for one that is none."""
        if not self.rules:
            return tuple(known)
        ids = [rule.id for rule in known]
        wanted: set[str] = set()
        for text in self.rules:
            pattern = text.strip().upper()
            prefix = pattern.endswith("*")
            found = {id_ for id_ in ids if (id_.startswith(pattern[:-1]) if prefix else id_ == pattern)}
            if not found:
                raise CommandError(f"--rule {text}: there is no such rule here{_near(pattern.rstrip('*'), ids)}")
            wanted |= found
        return tuple(rule for rule in known if rule.id in wanted)

    def of_resources(self, graph: "Graph") -> Collection[str] | None:
        """The URNs that are meant, a component's with all that is in it; None for all; CommandError for one that is
        none.
        """
        if not self.resources:
            return None
        known = [resource for resource in graph.resources if resource.type != _STACK]
        chosen: set[str] = set()
        for text in self.resources:
            found = {r.urn for r in known if text in (r.urn, r.name, r.urn.rpartition("::")[2])}
            if not found:
                names = sorted({resource.name for resource in known})
                raise CommandError(f"--resource {text}: there is no such resource{_near(text, names)}")
            chosen |= found
        children: dict[str, list[str]] = {}
        for resource in known:
            children.setdefault(resource.parent, []).append(resource.urn)
        pending = list(chosen)
        while pending:
            below = [urn for urn in children.get(pending.pop(), ()) if urn not in chosen]
            chosen.update(below)
            pending += below
        return chosen


def _near(text: str, names: Sequence[str]) -> str:
    lower = {name.lower(): name for name in names}
    near = [lower[name] for name in get_close_matches(text.lower(), lower, _NEAR, cutoff=0.5)]
    near = near or [name for name in names if text and text.lower() in name.lower()][:_NEAR]
    return f"; near it: {', '.join(near)}" if near else ""
