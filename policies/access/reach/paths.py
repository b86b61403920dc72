"""Chains of access: whom one can become, step by step, and the shortest way to an action."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from policies.access.decision import Decision, Outcome
from policies.access.estate import Asker, Context, Estate
from policies.access.reach.nodes import Node, Step, node_of
from policies.access.reach.steps import Steps

Extra = Callable[[Node], Iterable[Step]]
_LONGEST = 6  # steps; a longer chain is reported by its parts


@dataclass(frozen=True)
class Path:
    """The steps to where an action is allowed, and what is decided there; the outcome is that of the weakest."""

    steps: tuple[Step, ...]
    decision: Decision

    @property
    def outcome(self) -> Outcome:
        sure = self.decision.outcome is Outcome.ALLOW and all(step.certain for step in self.steps)
        return Outcome.ALLOW if sure else Outcome.MAY


@dataclass
class Reach:
    """Who can be reached from whom in one estate; steps are found once."""

    estate: Estate
    _reached: dict[tuple[str, str], tuple[tuple[Node, tuple[Step, ...]], ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.steps = Steps(self.estate)

    def reached(self, asker: Asker) -> tuple[tuple[Node, tuple[Step, ...]], ...]:
        """Every node that the asker can become, itself first, nearest next, each by its shortest chain; of chains
        equally long, a sure one is taken before one that may be.
        """
        key = (asker.arn, asker.session)
        if key not in self._reached:
            self._reached[key] = tuple(self._search(node_of(asker)))
        return self._reached[key]

    def let_in(self, asker: Asker) -> tuple[tuple[Node, tuple[Step, ...]], ...]:
        """The same for one who is no principal of the graph, by what the graph gives it: what its own policies allow,
        which nobody knows, is left out of the first step.
        """
        key = (asker.arn, f"let in {asker.session}")
        if key not in self._reached:
            start = node_of(asker)
            self._reached[key] = tuple(self._search(start, self.steps.given(start)))
        return self._reached[key]

    def shortest(self, asker: Asker, action: str, resource: str, context: Context | None = None) -> Path | None:
        """The shortest chain after which `action` is allowed or may be; None if no chain reaches it."""
        for node, steps in self.reached(asker):
            if not steps or node.asker is None:
                continue
            decision = self.estate.can(node.asker, action, resource, context)
            if decision.outcome is not Outcome.DENY:
                return Path(steps, decision)
        return None

    def _search(self, start: Node, first: Iterable[Step] | None = None) -> Iterator[tuple[Node, tuple[Step, ...]]]:
        seen = {start.key}
        queue: deque[tuple[Node, tuple[Step, ...]]] = deque([(start, ())])
        while queue:
            node, steps = queue.popleft()
            yield node, steps
            if len(steps) >= _LONGEST:
                continue
            for step in self.steps.of(node) if first is None or steps else first:
                if step.target.key not in seen:
                    seen.add(step.target.key)
                    queue.append((step.target, (*steps, step)))
