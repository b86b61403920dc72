"""What an update did otherwise than its plan said, as its events tell."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from platformctl.engine import Event
from platformctl.plans.moves import Planned

# What the engine does in place of a planned step, and does less by: pkg/resource/deploy/plan.go, Plan.
_UPDATES = frozenset(("same", "update"))


@dataclass(frozen=True)
class Deviation:
    """One resource; `less`: less was done than planned, because a value turned out to be what it was."""

    urn: str
    planned: str
    done: str
    less: bool

    def as_dict(self) -> dict[str, Any]:
        """The JSON form: the fields by name."""
        return asdict(self)


def deviations(plan: Mapping[str, Planned], events: Iterable[Event]) -> list[Deviation]:
    """Where the steps of a run are not the plan's; a resource that the run did not come to deviates from nothing."""
    done: dict[str, list[str]] = {}
    for step in _steps(events):
        done.setdefault(step["urn"], []).append(step["op"])
    return [one for urn in sorted(done) for one in _of(urn, plan.get(urn), done[urn])]


def _steps(events: Iterable[Event]) -> Iterator[Mapping[str, Any]]:
    return (event["resourcePreEvent"]["metadata"] for event in events if "resourcePreEvent" in event)


def _of(urn: str, planned: Planned | None, done: list[str]) -> Iterator[Deviation]:
    allowed = list(planned.steps) if planned else []
    if all(step in allowed or (step == "same" and not planned) for step in done):
        return
    less = bool(planned and planned.changes and set(done) <= _UPDATES)
    yield Deviation(urn, ", ".join(allowed) or "nothing", ", ".join(done), less)
