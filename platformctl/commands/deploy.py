"""preview, up and destroy: what would change, judged; then the change itself."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

from platformctl import engine, gate, show
from platformctl.commands.options import AsJson, Environment, Live, NoCheckpoints, OfficialProviders, Yes
from platformctl.errors import CommandError, Exit
from platformctl.progress import progress
from platformctl.project import Project
from platformctl.recovery import recover, remember
from platformctl.run import judge, not_run
from platformctl.state import protected_resources
from platformctl.target import Target, open_target


def preview(
    environment: Environment = "staging",
    as_json: AsJson = False,
    live: Live = False,
    official_providers: OfficialProviders = False,
) -> None:
    """Show what an update would change, with the verdict of every policy; nothing is changed.

    Example: platformctl preview prod --json
    """
    started = time.monotonic()
    project, stack = Project.choose(environment)
    with (
        _no_credentials(project, stack, as_json, started) as inputs_are_clean,
        open_target(project, stack, live=live, official_providers=official_providers) as target,
    ):
        engine.initialise(target)
        inputs_are_clean()
        code = _preview(target, as_json, started)
    raise typer.Exit(code)


def up(
    environment: Environment,
    yes: Yes = False,
    as_json: AsJson = False,
    live: Live = False,
    official_providers: OfficialProviders = False,
    no_checkpoints: NoCheckpoints = False,
) -> None:
    """Preview, judge, ask, then deploy. Without --live this deploys to the sandbox, which is started if need be.

    Example: platformctl up staging --yes
    """
    _document_needs_no_answer(as_json, yes)
    _only_in_the_sandbox(no_checkpoints, live)
    started = time.monotonic()
    project, stack = Project.choose(environment)
    with (
        _no_credentials(project, stack, as_json, started) as inputs_are_clean,
        open_target(project, stack, live=live, keep=True, official_providers=official_providers) as target,
    ):
        engine.initialise(target)
        inputs_are_clean()
        for line in recover(target):
            show.err.print(line)
        code = _preview(target, as_json, started, only_if_blocked=as_json)
        if code is not Exit.FINE:
            raise typer.Exit(code)
        _confirm(f"Deploy this to {target.name} in {target.place}?", yes)
        with progress(f"updating {target.name}") as step:
            target = engine.without_checkpoints(target) if no_checkpoints else target
            outcome = engine.run(target, "up", "--yes", "--skip-preview", on_event=step.on_event)
        for line in remember(target, outcome.events):
            show.err.print(line)
        raise typer.Exit(_conclude(target, outcome, as_json, started, operations="applied"))


def destroy(
    environment: Environment,
    yes: Yes = False,
    as_json: AsJson = False,
    live: Live = False,
    no_checkpoints: NoCheckpoints = False,
) -> None:
    """Delete everything in the environment. Refused while any of its resources is protected."""
    _document_needs_no_answer(as_json, yes)
    _only_in_the_sandbox(no_checkpoints, live)
    started = time.monotonic()
    project, stack = Project.choose(environment)
    with open_target(project, stack, live=live) as target:
        if not engine.stack_exists(target):
            raise CommandError(f"there is nothing to destroy: {target.place} holds no stack {target.name!r}")
        protected = protected_resources(target)
        if protected:
            names = "\n".join(f"  {urn}" for urn in protected)
            raise CommandError(
                f"{target.name} holds {len(protected)} protected resources, so nothing was deleted:\n{names}\n"
                "Protection is taken off by a reviewed change to the program, deployed first.",
                Exit.FINDINGS,
            )
        _confirm(f"Delete everything in {target.name} in {target.place}?", yes)
        with progress(f"destroying {target.name}") as step:
            target = engine.without_checkpoints(target) if no_checkpoints else target
            outcome = engine.run(target, "destroy", "--yes", "--skip-preview", policies=False, on_event=step.on_event)
        raise typer.Exit(_conclude(target, outcome, as_json, started, operations="applied"))


def _only_in_the_sandbox(no_checkpoints: bool, live: bool) -> None:
    if no_checkpoints and live:
        raise CommandError("--no-checkpoints is for the sandbox: the state of a real stack is saved after every step")


@contextmanager
def _no_credentials(project: Project, stack: str, as_json: bool, started: float) -> Iterator[Callable[[], None]]:
    """The gate before the engine; what it finds is told like any finding, and ends the command."""
    try:
        with gate.opened(project, stack) as inputs_are_clean:
            yield inputs_are_clean
    except gate.Blocked as blocked:
        if as_json:
            where = {"environment": project.target(stack), "place": "nowhere", "operations": "planned"}
            seconds = round(time.monotonic() - started, 1)
            show.show_json({"schema": 1, **where, **not_run(blocked.report).as_dict(), "seconds": seconds})
        else:
            show.show_findings(blocked.report)
            show.out.print(f"{project.target(stack)}: the engine was not started")
        raise typer.Exit(Exit.FINDINGS) from None


def _preview(target: Target, as_json: bool, started: float, only_if_blocked: bool = False) -> Exit:
    with progress(f"previewing {target.name}") as step:
        outcome = engine.run(target, "preview", on_event=step.on_event)
    return _conclude(target, outcome, as_json, started, operations="planned", only_if_blocked=only_if_blocked)


def _conclude(
    target: Target,
    outcome: engine.Outcome,
    as_json: bool,
    started: float,
    *,
    operations: str,
    only_if_blocked: bool = False,
) -> Exit:
    run = judge(target, outcome, refuse=operations == "planned")
    seconds = round(time.monotonic() - started, 1)
    if only_if_blocked and run.exit is Exit.FINE:
        return run.exit
    if as_json:
        where = {"environment": target.name, "place": target.place, "operations": operations}
        show.show_json({"schema": 1, **where, **run.as_dict(), "seconds": seconds})
    else:
        show.show_run(run)
        show.out.print(f"{target.name} in {target.place}, {operations}: {seconds} s (engine {outcome.seconds:.1f} s)")
    if run.exit is Exit.ENGINE:
        failure = "\n".join(outcome.errors) or engine.explain(outcome.output)
        raise CommandError(f"the engine failed:\n{failure}", run.exit)
    return run.exit


def _document_needs_no_answer(as_json: bool, yes: bool) -> None:
    if as_json and not yes:
        raise CommandError("--json needs --yes: a question would stand in the middle of the document")


def _confirm(question: str, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise CommandError("nobody can be asked here: pass --yes to go ahead")
    if not typer.confirm(question):
        raise CommandError("stopped: nothing was changed", Exit.FINE)
