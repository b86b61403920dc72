"""Writes down one change: before it begins that it does, while it runs its steps, and at its end how it went."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from platformctl import show
from platformctl.changes import counts
from platformctl.engine import Event
from platformctl.plans.checkout import Checkout
from platformctl.plans.who import identity, person, store_time
from platformctl.records import places
from platformctl.records.journal import Journal, this_process
from platformctl.records.record import done_by, verdicts_of, what_of
from platformctl.records.steps import Steps
from platformctl.records.writer import hand_over
from platformctl.run import Run
from platformctl.target import Target


@dataclass(frozen=True)
class About:
    """What a change is, as its command knows it. `plan`: digest, signer and approvals of the bundle it applies;
    `token`: of the deploy lock; `overrides`: what was allowed to it against a rule, such as a freeze; `budgets`: the
    error budgets as they were when it began, and its lane.
    """

    command: str  # up, destroy, resume, rollback or state accept
    reason: str = ""
    files: Checkout | None = None
    plan: Mapping[str, Any] | None = None
    token: int | None = None
    overrides: Sequence[Mapping[str, Any]] = ()
    budgets: Mapping[str, Any] | None = None


@dataclass
class Change:
    """A change under way."""

    record: dict[str, Any]
    note: Callable[[dict[str, str]], None]
    steps: Steps = field(default_factory=Steps)

    def follow(self, on_event: Callable[[Event], None]) -> Callable[[Event], None]:
        """For `engine.run`: takes every event in before `on_event` does."""

        def taken(event: Event) -> None:
            if step := self.steps.add(event):
                self.note(step)
            on_event(event)

        return taken

    def ended(self, run: Run, deviations: Sequence[Mapping[str, Any]] = ()) -> None:
        """The engine's run is over, well or not."""
        self.record["what"].update(done_by(run, counts(run.outcome.events)))
        self.record["verdicts"] = verdicts_of(run)
        self.record["engine"]["exit_code"] = run.outcome.exit_code
        self.record["deviations"] = list(deviations)
        self.record["outcome"] = "failed" if run.outcome.exit_code else "succeeded"


@contextmanager
def recording(target: Target, about: About) -> Iterator[Change]:
    """Hands one record over for the block, however it ends; what cannot be handed over is told and waits."""
    _tell(hand_over(target))
    journal, name = (
        Journal(places.journal_folder(target)),
        f"{store_time(target):%Y%m%dT%H%M%S.%f}-{uuid.uuid4().hex[:8]}",
    )
    change = Change(_begun(target, about, name), lambda step: journal.step(name, step))
    entry = {"ended": False, "process": this_process(), "record": change.record}
    journal.write(name, entry)
    change.record["outcome"] = "failed"
    try:
        yield change
    except KeyboardInterrupt:
        change.record["outcome"] = "interrupted"
        raise
    finally:
        change.record["ended_at"] = store_time(target).isoformat()
        change.record["engine"].update(events=change.steps.events, events_digest=change.steps.digest)
        change.record["engine"]["steps"] = change.steps.as_list()
        journal.write(name, {**entry, "ended": True})
        _tell(hand_over(target))


def _begun(target: Target, about: About, name: str) -> dict[str, Any]:
    known, arn = person(target.project.root), identity(target)
    files = about.files
    return {
        "id": name,
        "environment": target.name,
        "project": target.project.name,
        "stack": target.environment,
        "place": target.place,
        "account": target.project.settings(target.environment).account.id,
        "command": about.command,
        "who": {**known, "identity": arn},
        "what": what_of(files),
        "why": about.reason or (files.subject if files else ""),
        "plan": dict(about.plan) if about.plan else None,
        "verdicts": None,
        "engine": {"exit_code": None, "events": None, "events_digest": None, "steps": []},
        "deviations": [],
        "outcome": "lost",
        "started_at": store_time(target).isoformat(),
        "ended_at": None,
        "lock": about.token,
        "overrides": [dict(one) for one in about.overrides],
        "budgets": dict(about.budgets) if about.budgets else None,
    }


def _tell(lines: Sequence[str]) -> None:
    for line in lines:
        show.err.print(f"[yellow]note[/] {show.escape(line)}")
