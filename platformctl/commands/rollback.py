"""rollback: an environment back to an earlier commit, or its services back to their last revision."""

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from platformctl import engine, gate, show
from platformctl.commands.asking import confirm, document_needs_no_answer
from platformctl.commands.concluding import conclude
from platformctl.commands.locking import Asked, locked
from platformctl.commands.options import Approver, AsJson, Environment, Live, Override, Yes
from platformctl.commands.updating import update
from platformctl.errors import CommandError, Exit
from platformctl.previewing import preview_run
from platformctl.project import Project
from platformctl.records.recording import About
from platformctl.recovery.interrupted import recover
from platformctl.target import Target, open_target

if TYPE_CHECKING:
    from platformctl.plans.checkout import Checkout
    from platformctl.releases.undo import Undo
    from platformctl.rollbacks.limits import Limit
    from platformctl.run import Run


def rollback(
    environment: Environment,
    reason: Annotated[str, typer.Option("--reason", help="Why: for the change record, and to pass a person's lock.")],
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="COMMIT", help="Back to this one. Default: the last good one of the records."),
    ] = None,
    services: Annotated[
        bool, typer.Option("--services", help="Only the services, inside of the cluster: to their last revision.")
    ] = False,
    yes: Yes = False,
    as_json: AsJson = False,
    live: Live = False,
    override: Override = "",
    approver: Approver = "",
) -> None:
    """Go back: the program of an earlier commit, against what stands now, after telling what cannot be taken back.

    It passes a person's lock, which is recorded, but not another command that runs. Where data would be lost, or AWS
    would refuse, nothing is changed: exit code 1. With --services the program still asks for the newer versions: the
    next deployment releases them again.

    Examples: platformctl rollback prod --services --reason INC-7, platformctl rollback staging --to 1a2b3c4
    --reason "the new queue loses messages"
    """
    document_needs_no_answer(as_json, yes)
    if services and to is not None:
        raise CommandError(
            "--services goes back to the last revision of each service, so --to has no meaning: drop one"
        )
    if not reason.strip():
        raise CommandError("--reason must say why")
    started = time.monotonic()
    project, stack = Project.choose(environment)
    asked = Asked(pass_lock=reason, override=override, approver=approver)
    with open_target(project, stack, live=live, keep=True) as target:
        if not engine.stack_exists(target):
            raise CommandError(f"there is nothing to roll back: {target.place} holds no stack {target.name!r}")
        with locked(target, About("rollback", reason), asked) as (lease, about):
            if services:
                raise typer.Exit(_services(target, yes, as_json))
            for line in recover(target, lease.check):
                show.err.print(line)
            raise typer.Exit(_program(target, about, to, yes, as_json, started))


def _program(target: Target, about: About, to: str | None, yes: bool, as_json: bool, started: float) -> Exit:
    from platformctl.rollbacks.earlier import commit_of, earlier

    commit = commit_of(target.project, target.environment, to or _last_good(target))
    show.err.print(f"back to {(commit.commit or '')[:12]} {show.escape(commit.subject)}", soft_wrap=True)
    with earlier(target, commit.commit or "") as before:
        try:
            gate.files(before.project)
        except gate.Blocked as blocked:
            show.show_findings(blocked.report)
            return Exit.FINDINGS
        planned = preview_run(before)
        more, blocks = _told(planned, commit, as_json)
        if planned.exit is not Exit.FINE or blocks:
            code = conclude(before, planned, as_json, started, operations="planned", more=more)
            return Exit.FINDINGS if code is Exit.FINE else code
        if not as_json:
            conclude(before, planned, as_json, started, operations="planned", more=more)
        confirm(f"Roll {target.name} in {target.place} back to this?", yes)
        return update(before, replace(about, files=commit), as_json=as_json, started=started, more=more)


def _told(planned: "Run", commit: "Checkout", as_json: bool) -> tuple[dict[str, Any], bool]:
    """What cannot be taken back and what stays, for the document; told to people. Whether any of it blocks."""
    from platformctl.changes import sides
    from platformctl.rollbacks.limits import cannot, stays

    limits: list[Limit] = cannot(planned.changes, sides(planned.outcome.events))
    kept = stays(planned.changes)
    if not as_json:
        for one in limits:
            show.out.print(
                f"[bold red]cannot go back[/] {show.escape(one.name)} {one.property}: {show.escape(one.why)}"
            )
            show.out.print(f"    [dim]{show.escape(one.source)}[/]")
        for line in kept:
            show.out.print(f"[yellow]stays[/] {show.escape(line)}", soft_wrap=True)
    document = {"commit": commit.commit, "cannot": [one.as_dict() for one in limits], "stays": kept}
    return document, bool(limits)


def _last_good(target: Target) -> str:
    from platformctl.records.places import beside_state
    from platformctl.records.reading import files, records
    from platformctl.rollbacks.choosing import last_good

    return last_good(records(files(beside_state(target))), target.name)


def _services(target: Target, yes: bool, as_json: bool) -> Exit:
    """Undoes the newest release of each Rollout; FINDINGS when one cannot be."""
    from platformctl.releases.reach import cluster
    from platformctl.releases.rollouts import names
    from platformctl.releases.undo import apply, plan
    from platformctl.state import deployment
    from sandbox.cluster.client import ApiError

    resources = deployment(target)["resources"]
    found = names(resources)
    if not found:
        raise CommandError(f"{target.name} has no services in a cluster: nothing was changed")
    try:
        with cluster(resources, target.variables) as client:
            undos: list[Undo] = [plan(client, name) for name in found]
            if not as_json:
                for one in undos:
                    show.out.print(show.escape(one.says), soft_wrap=True)
            confirm(f"Take these releases of {target.name} back?", yes)
            for one in undos:
                if one.template is not None:
                    apply(client, one)
    except (ApiError, OSError) as error:
        raise CommandError(f"the cluster did not do it: {error}", Exit.ENGINE) from None
    stuck = [one for one in undos if one.template is None and one.revision is None]
    if as_json:
        rows = [{"rollout": str(one.name), "revision": one.revision, "says": one.why} for one in undos]
        show.show_json({"schema": 1, "environment": target.name, "rollouts": rows})
    else:
        back = sum(one.template is not None for one in undos)
        show.out.print(
            f"{target.name}: {back} of {len(undos)} services go back, which `platformctl release watch` follows. "
            "The program still asks for the newer versions: revert it before the next deployment",
            soft_wrap=True,
        )
    return Exit.FINDINGS if stuck else Exit.FINE
