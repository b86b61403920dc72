"""plan and approve: what is to be changed, bound to all that it depends on, for people to review."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from platformctl import show
from platformctl.budgets.gate import wish
from platformctl.commands.concluding import conclude, failure
from platformctl.commands.opening import opened
from platformctl.commands.options import AsJson, Environment, Lane, Live, OverrideBudget, Prometheus, Reason
from platformctl.commands.spending import show_budgets
from platformctl.errors import CommandError, Exit
from platformctl.plans import approvals, bundle, checkout
from platformctl.plans.make import Asked, make
from platformctl.plans.show import show_bundle
from platformctl.plans.who import person
from platformctl.project import Project
from platformctl.signing.local import local_key
from platformctl.target import Target

_LONGEST_HOURS = 168


def plan(
    environment: Environment,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where the plan is written.")],
    live: Live = False,
    allow_dirty: Annotated[
        bool,
        typer.Option(
            "--allow-dirty", help="Plan files that are not committed, bound by content. In the sandbox alone."
        ),
    ] = False,
    hours: Annotated[
        int, typer.Option("--expires", metavar="HOURS", help=f"How long the plan holds: 1 to {_LONGEST_HOURS}.")
    ] = 24,
    reason: Reason = "",
    lane: Lane = "standard",
    override_budget: OverrideBudget = "",
    prometheus: Prometheus = "",
    as_json: AsJson = False,
) -> None:
    """Preview, judge, and write a signed plan that `platformctl up ENV --plan FILE` applies, or nothing else.

    Exit code 1 when something blocks, a spent error budget too: the plan is written for people to read, and cannot be
    applied.

    Examples: platformctl plan staging -o staging.plan.json, platformctl plan prod --live -o prod.plan.json --lane fix
    --reason "ends the timeouts of INC-7"
    """
    started = time.monotonic()
    if not 1 <= hours <= _LONGEST_HOURS:
        raise CommandError(f"--expires {hours}: 1 to {_LONGEST_HOURS} hours")
    if allow_dirty and live:
        raise CommandError("--allow-dirty is for the sandbox: what is deployed to a real account is committed")
    asked = Asked(hours, reason, wish(lane, reason, override_budget, prometheus))
    project, _ = Project.choose(environment)
    files = checkout.read(project.root, [output])
    _committed(files, allow_dirty)
    with opened(environment, as_json=as_json, started=started, live=live, keep=True) as target:
        made, run, budgets = make(target, files, asked)
        if run.exit is Exit.ENGINE:
            raise CommandError(f"no plan was written, because the engine failed:\n{failure(run.outcome)}", Exit.ENGINE)
        bundle.write(made, output)
        told = {
            key: made.plan[key] for key in ("planned_at", "expires_at", "bound", "needs_approval", "verdict", "budgets")
        }
        more = {"plan": {"file": str(output), "digest": made.digest, **told}}
        code = conclude(target, run, as_json, started, operations="planned", more=more)
        code = Exit(code or budgets.exit)
        if not as_json:
            show_bundle(made, str(output))
            show_budgets(budgets)
            show.out.print(_next(target, output, code, bool(made.plan["needs_approval"])))
    raise typer.Exit(code)


def approve(
    file: Annotated[Path, typer.Argument(help="The plan.")],
    urn: Annotated[
        list[str] | None,
        typer.Option(
            "--urn",
            help="The resource that may be deleted or replaced, or error-budget, which may be spent; may be repeated.",
        ),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why that is right, for who reads the record later.")] = "",
    by: Annotated[str | None, typer.Option("--by", help="Your name, as policy.approvers has it.")] = None,
    show_key: Annotated[
        bool, typer.Option("--show-key", help="Print your public key, for policy.approvers, and do nothing else.")
    ] = False,
) -> None:
    """Add your signed approval to a plan, or list without --urn what waits for one.

    Example: platformctl approve prod.plan.json --urn 'urn:pulumi:...' --reason "replica is caught up, see OPS-12"
    """
    if show_key:
        import base64

        print(base64.b64encode(local_key().public).decode())
        return
    found = bundle.read(file)
    if not urn:
        show_bundle(found, str(file))
        return
    # The approver may have no way to the plan's store, so this is the machine's time; nothing is decided by it.
    told = approvals.approve(found, urn, reason, person(Path.cwd(), by), datetime.now(UTC), local_key())
    signed = bundle.approved(found, told)
    bundle.write(signed, file)
    show_bundle(signed, str(file))


def _committed(files: checkout.Checkout, allow_dirty: bool) -> None:
    if files.clean or allow_dirty:
        return
    if files.commit is None:
        raise CommandError("there is no commit here: a plan binds one. In the sandbox --allow-dirty plans without")
    listed = "\n".join(f"  {name}" for name in files.changed[:20])
    more = f"\n  and {len(files.changed) - 20} more" if len(files.changed) > 20 else ""
    raise CommandError(
        f"these files are not as in the commit:\n{listed}{more}\nCommit them; in the sandbox --allow-dirty plans them",
        Exit.FINDINGS,
    )


def _next(target: Target, output: Path, code: Exit, waits: bool) -> str:
    live = "" if target.sandbox else " --live"
    if code is not Exit.FINE:
        return f"{output} cannot be applied: mend what blocks, and plan again"
    first = "approve it (`platformctl approve --help`), then: " if waits else "apply it: "
    return f"{first}platformctl up {target.name} --plan {output}{live}"
