"""Base and head of an environment, compared by the real engine."""

import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platformctl import engine, gate
from platformctl.diff import place, planned
from platformctl.diff.base import applied, at, failure
from platformctl.diff.judging import judged
from platformctl.diff.program import Program, waiting
from platformctl.diff.revisions import parse
from platformctl.errors import CommandError, Exit
from platformctl.progress import progress
from platformctl.project import Project
from platformctl.run import Run, judge
from platformctl.target import Target
from platformctl.verdicts import Report, merge

if TYPE_CHECKING:
    from platformctl.drift import Difference
    from policies.graph import Graph


@dataclass(frozen=True)
class Comparison:
    """What the head would change in an environment as the base has made it."""

    environment: str
    base: str  # as shown: "1a2b3c4", or "the real account"
    head: str  # as shown: "1a2b3c4" or "working tree"
    run: Run  # of the head's preview against the base's state
    before: "Graph"  # the base as applied
    after: "Graph"  # the head as planned
    before_report: Report  # by the base's own rules and waivers
    after_report: Report
    drift: "tuple[Difference, ...]" = ()  # only with a real account
    seconds: float = 0.0

    def source(self, urn: str) -> str:
        """The line of the program that makes the resource, as `stacks/data.py:12`: the head's, or the base's of one
        that goes; empty where nobody knows.
        """
        found = self.after.by_urn.get(urn) or self.before.by_urn.get(urn)
        return found.source if found else ""


def compare(project: Project, environment: str, revisions: str | None = None) -> Comparison:
    """Applies the base to a private sandbox, or takes its state from the cache, and previews the head against it.

    `revisions` is BASE..HEAD, see `revisions.parse`. CommandError for what cannot be compared or does not run;
    gate.Blocked where the head holds a credential in plain text.
    """
    started = time.monotonic()
    before, after = parse(project.root, revisions)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="platformctl-diff-")))
        head = at(project, after, folder / "head")
        program = stack.enter_context(waiting(head, environment, after.shown, folder / "head-program"))
        judging = stack.enter_context(judged(head.root, folder / "after"))
        gate.files(head)
        running = stack.enter_context(place.private(head, cloud=False))
        target = place.target(program, running)
        base = stack.enter_context(applied(project, environment, before, folder))
        outcome = _previewed(program, target, base.checkpoint)
        planned_state = planned.state(outcome.events, program.registered)
        judging.begin(planned_state)
        graphs = [_graph(document) for document in (place.exported(project, base.checkpoint), planned_state)]
        report = judging.end()
        _no_credentials(report)
        run = judge(target, replace(outcome, reports=({"report": report},)), refuse=True)
        return Comparison(
            environment=project.target(environment),
            base=before.shown,
            head=after.shown,
            run=run,
            before=graphs[0],
            after=graphs[1],
            before_report=base.report(),
            after_report=run.report,
            seconds=time.monotonic() - started,
        )


def _previewed(program: Program, target: Target, checkpoint: place.Checkpoint) -> engine.Outcome:
    place.put(target, planned.unprotected(checkpoint))
    with progress(f"previewing {program.shown}") as step:
        outcome = engine.run(target, "preview", program.option, policies=False, on_event=step.on_event)
    if outcome.exit_code:  # neither a policy nor a protection ends this one
        raise CommandError(f"the preview of {program.shown} failed:\n{failure(outcome)}", Exit.ENGINE)
    return planned.protected(outcome, place.resources(checkpoint))


def _no_credentials(report: Report) -> None:
    """Raises Blocked for credentials in plain text: nothing else of such a change is shown, for it may show them."""
    found = [one for one in report["findings"] if one["rule"] == gate.RULE and one["verdict"] == "fail"]
    if found:
        rules = [one for one in report["rules"] if one["id"] == gate.RULE]
        raise gate.Blocked(merge([{**report, "rules": rules, "findings": found, "uncovered": []}]))


def _graph(document: dict[str, Any]) -> "Graph":
    from policies.adapters import from_state

    return from_state(document)
