"""preview --live: the change to a real stack, and beside it what the cloud has changed since the last update."""

import time

from platformctl import engine, show
from platformctl.changes import counts
from platformctl.drift import DriftClass
from platformctl.errors import CommandError, Exit
from platformctl.live_preview import Drifted, LivePreview, Meets, look
from platformctl.progress import progress
from platformctl.target import Target

_STYLE = {DriftClass.SECURITY: "bold red", DriftClass.OURS: "yellow", DriftClass.HARMLESS: "dim"}
_MEETS = {
    Meets.PROPERTY: "the change sets it, too: {planned}",
    Meets.RESOURCE: "the change touches its resource and leaves this as it is",
    Meets.NOTHING: "an update leaves it as it is",
}


def preview_live(target: Target, as_json: bool, started: float) -> Exit:
    """Shows both, told apart; the exit code is of the change; drift has its own command."""
    with progress(f"previewing {target.name} and reading the account") as step:
        found = look(target, step.on_event)
    seconds = round(time.monotonic() - started, 1)
    if as_json:
        where = {"environment": target.name, "place": target.place, "operations": "planned"}
        drift = [one.as_dict() for one in found.drift]
        show.show_json({"schema": 1, **where, **found.run.as_dict(), "drift": drift, "seconds": seconds})
    else:
        _show(target, found, seconds)
    if found.run.exit is Exit.ENGINE:
        outcome = found.run.outcome
        failure = "\n".join(outcome.errors) or engine.explain(outcome.output)
        raise CommandError(f"the engine failed:\n{failure}", Exit.ENGINE)
    return found.run.exit


def _show(target: Target, found: LivePreview, seconds: float) -> None:
    touched = {number: kind for kind, number in counts(found.run.outcome.events).items() if kind != "same"}
    show.out.print("[bold]The change[/]: what the program changes" + ("" if touched else ": nothing"))
    show.show_run(found.run)
    show.out.print(
        "[bold]Drift[/]: what the cloud has changed since the last update" + ("" if found.drift else ": nothing")
    )
    for one in found.drift:
        _show_drifted(one)
    show.out.print(f"{target.name} in {target.place}, planned: {seconds} s (engine {found.run.outcome.seconds:.1f} s)")


def _show_drifted(one: Drifted) -> None:
    of = one.difference
    what = show.escape(of.property) if of.property else "the resource is gone"
    show.out.print(f"  [{_STYLE[of.drift_class]}]{of.drift_class}[/] {show.escape(of.name)} [dim]{of.type}[/] {what}")
    if of.property:
        show.out.print(f"      state: {show.escape(show.value_text(of.state))}")
        show.out.print(f"      cloud: {show.escape(show.value_text(of.cloud))}")
    if one.operation in ("delete", "replace"):
        show.out.print(f"      the change would {one.operation} the resource")
    else:
        show.out.print(f"      {show.escape(_MEETS[one.meets].format(planned=show.value_text(one.planned)))}")
