"""state: whether what the engine knows of an environment is sound, its versions, and what mends it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from platformctl import show
from platformctl.commands.asking import confirm, document_needs_no_answer
from platformctl.commands.options import AsJson, Environment, Live, Yes
from platformctl.errors import CommandError, Exit
from platformctl.project import Project
from platformctl.target import Target, open_target

if TYPE_CHECKING:
    from platformctl.states.history import Version
    from platformctl.states.integrity import Problem
    from platformctl.states.restore import Difference

app = typer.Typer(no_args_is_help=True, help="The engine's state: verify it, list its versions, restore one.")

_LISTED = 20

Wanted = Annotated[
    str | None,
    typer.Option("--version", help="As `state history` names it; the default is the sealed or newest sound."),
]
Reason = Annotated[str, typer.Option("--reason", help="Why the state is right as it is; kept with its seal.")]


@app.command()
def verify(environment: Environment, as_json: AsJson = False, live: Live = False) -> None:
    """Say whether the state can be gone on from. Exit code 1 when not; the cloud is not asked.

    Example: platformctl state verify prod --live
    """
    from platformctl.states.examine import backend_of, examine, keys_of, refusal

    with _opened(environment, live) as target:
        found = examine(backend_of(target), keys_of(target))
        if as_json:
            show.show_json({"schema": 1, "environment": target.name, "place": target.place, **found.as_dict()})
        elif found.problems:
            show.out.print(show.escape(refusal(target, found)))
        elif found.content is None:
            show.out.print(f"there is no state of {target.name} in {target.place}: nothing was deployed")
        else:
            held = len(found.checkpoint.resources) if found.checkpoint else 0
            sealed = f"sealed as serial {found.serial}" if found.seal else "not sealed yet: the next update does it"
            pending = (
                f", {len(found.checkpoint.pending)} under way" if found.checkpoint and found.checkpoint.pending else ""
            )
            show.out.print(f"the state of {target.name} is sound: {held} resources{pending}, {sealed}")
    raise typer.Exit(Exit.FINDINGS if found.problems else Exit.FINE)


@app.command()
def history(environment: Environment, as_json: AsJson = False, live: Live = False) -> None:
    """List the versions that there are, newest first: of the bucket's object, and what the engine kept beside it.

    Example: platformctl state history prod --live
    """
    from platformctl.states.examine import backend_of, keys_of, read_seal
    from platformctl.states.history import versions

    with _opened(environment, live) as target:
        backend, keys = backend_of(target), keys_of(target)
        found = versions(backend, keys, read_seal(backend, keys)[0])
    if as_json:
        show.show_json({"schema": 1, "environment": target.name, "versions": [one.as_dict() for one in found]})
        return
    rows = (
        (one.name, f"{one.written:%Y-%m-%d %H:%M:%S}", _number(one.resources), _sound(one.sound), one.kept_by, one.note)
        for one in found[:_LISTED]
    )
    show.show_table(
        f"versions of the state of {target.name} before the present one",
        ("version", "written (UTC)", "resources", "", "kept by", "what it is"),
        rows,
    )
    if len(found) > _LISTED:
        show.out.print(f"and {len(found) - _LISTED} more (see --json)")


@app.command()
def restore(
    environment: Environment, version: Wanted = None, yes: Yes = False, as_json: AsJson = False, live: Live = False
) -> None:
    """Go back to an earlier version, after showing what differs; the damaged one is kept.

    Example: platformctl state restore prod --live
    """
    from platformctl.states import history as past
    from platformctl.states import integrity
    from platformctl.states import restore as mending
    from platformctl.states.examine import backend_of, examine, keys_of

    document_needs_no_answer(as_json, yes)
    with _mending(environment, live, "restore") as target:
        backend, keys = backend_of(target), keys_of(target)
        found = examine(backend, keys)
        chosen = mending.choose(found, past.versions(backend, keys, found.seal), version)
        other = integrity.read(past.content_of(backend, chosen), keys.project, keys.stack)[0]
        assert other is not None, "only sound versions are chosen"
        differs = mending.difference(found.checkpoint, other)
        if not as_json:
            _show_difference(found.problems, chosen, differs)
        confirm(f"Restore version {chosen.name} of {target.name} in {target.place}?", yes)
        kept = mending.restore(target, found, chosen)
    if as_json:
        told = {"restored": chosen.as_dict(), "difference": differs.as_dict(), "kept": kept}
        show.show_json({"schema": 1, "environment": target.name, **told})
        return
    show.out.print(f"restored version {chosen.name}" + (f"; the damaged one is kept as {kept}" if kept else ""))
    live_option = " --live" if live else ""
    show.out.print(f"what the cloud has that this version does not: `platformctl drift {target.name}{live_option}`")


@app.command()
def accept(environment: Environment, reason: Reason, yes: Yes = False, live: Live = False) -> None:
    """Seal the state as it is, after it was changed by hand on purpose (an import, an edit of the ordinary CLI).

    It leaves a change record: who accepted what, and why.

    Example: platformctl state accept prod --live --reason "imported the queue, PLAT-9"
    """
    from platformctl.records.recording import About, recording
    from platformctl.states import sealing
    from platformctl.states.examine import backend_of, examine, keys_of

    if not reason.strip():
        raise CommandError("--reason is empty: say why the state is right as it is")
    with _mending(environment, live, "accept") as target:
        found = examine(backend_of(target), keys_of(target))
        if found.checkpoint is None:
            raise CommandError(f"the state of {target.name} cannot be read: it can only be restored")
        wrong = [one for one in found.problems if one.kind not in ("altered", "rolled-back", "seal")]
        if wrong:
            raise CommandError(f"the state is broken, not only changed: {wrong[0].kind}: {wrong[0].message}")
        for problem in found.problems:
            show.out.print(f"{problem.kind}: {show.escape(problem.message)}")
        confirm(f"Accept the state of {target.name} in {target.place} as it is?", yes)
        passed = [{"kind": "state", "reason": f"{one.kind}: {one.message}"} for one in found.problems]
        with recording(target, About("state accept", reason.strip(), overrides=passed)) as change:
            made = sealing.seal(target, f"accept: {reason.strip()}")
            change.record["outcome"] = "succeeded"
    show.out.print(f"sealed as serial {made.serial if made else 0}")


@app.command()
def replay(environment: Environment, live: Live = False) -> None:
    """Put into the bucket what an update could not save while the bucket was away; kept on this machine until then.

    Example: platformctl state replay prod --live
    """
    from platformctl.states import journal

    with _mending(environment, live, "replay") as target:
        waiting = journal.journal_of(target)
        if waiting is None:
            show.out.print(f"nothing waits for the bucket of {target.name}")
            return
        digest = journal.replay(target, waiting)
    show.out.print(f"the state of {target.name} is in its bucket again, as the update left it ({digest[:12]})")


@contextmanager
def _mending(environment: str, live: bool, command: str) -> Iterator[Target]:
    """As `_opened`, with the deploy lock: nothing updates meanwhile.

    A freeze and a person's lock are there for the cloud, which is left alone: they keep nobody out.
    """
    from platformctl.locks import held

    why = f"state {command}"
    with _opened(environment, live) as target, held(target, why, passing=why, in_freeze=True):
        yield target


@contextmanager
def _opened(environment: str, live: bool) -> Iterator[Target]:
    """The target, whatever its state is."""
    project, stack = Project.choose(environment)
    with open_target(project, stack, live=live, damaged=True) as target:
        yield target


def _show_difference(problems: "Iterable[Problem]", chosen: "Version", differs: "Difference") -> None:
    for problem in problems:
        show.out.print(f"[bold red]{problem.kind}[/] {show.escape(problem.message)}")
    what = f", {chosen.note}" if chosen.note else ""
    show.out.print(
        f"version {chosen.name} of {chosen.written:%Y-%m-%d %H:%M:%S} UTC, kept by {chosen.kept_by}{what}: "
        f"{_number(chosen.resources)} resources"
    )
    if not differs.readable:
        show.out.print("the present state cannot be read, so what it knew beyond this version is not known")
    for told, urns in (
        ("only the present state knows (it stays in the cloud, no state tells of it)", differs.forgotten),
        ("only this version knows", differs.returned),
        ("differs", differs.changed),
    ):
        for urn in urns[:_LISTED]:
            show.out.print(f"  {told}: {show.escape(urn)}")
        if len(urns) > _LISTED:
            show.out.print(f"  {told}: and {len(urns) - _LISTED} more")


def _number(value: int | None) -> str:
    return "?" if value is None else str(value)


def _sound(sound: bool) -> str:
    return "" if sound else "damaged"
