"""What people see of a plan: what it holds for, what it waits for, and why it is refused."""

from collections.abc import Sequence
from itertools import groupby

from platformctl import show
from platformctl.plans.binding import Mismatch
from platformctl.plans.bundle import Bundle
from platformctl.plans.deviations import Deviation
from platformctl.plans.moves import Move

_SHOWN = 20  # properties of one resource in a difference


def show_bundle(bundle: Bundle, file: str) -> None:
    """What a plan is of, until when it holds, and whose approval it waits for."""
    plan, bound = bundle.plan, bundle.plan["bound"]
    commit = (bound["commit"] or "no commit")[:12] + ("" if plan["clean"] else " with changes")
    show.out.print(
        f"[bold]plan[/] {bundle.digest[:16]} of {plan['environment']} in {plan['place']}: {show.escape(file)}"
    )
    show.out.print(f"    commit {commit}, by {show.escape(plan['planned_by']['name'])}, until {plan['expires_at']}")
    approved = {urn for one in bundle.approvals for urn in one["approval"]["urns"]}
    for one in plan["needs_approval"]:
        how = "[green]approved[/]" if one["urn"] in approved else "[red]needs an approval[/]"
        show.out.print(f"    {how} to {one['operation']} {show.escape(one['urn'])}, which {one['why']}")
    for one in plan["verdict"]["undecided"]:
        name = one["urn"].rpartition("::")[2]
        show.out.print(f"    [yellow]undecided[/] {one['rule']} {show.escape(name)}: {show.escape(one['message'])}")


def show_mismatches(mismatches: Sequence[Mismatch]) -> None:
    """Each thing that keeps a plan from being applied: expected, found, and what to do."""
    for one in mismatches:
        show.out.print(f"[bold red]refused[/] {show.escape(one.what)}")
        show.out.print(f"    expected {show.escape(one.expected)}\n    found    {show.escape(one.found)}")
        show.out.print(f"    [dim]remedy: {show.escape(one.remedy)}[/]")


def show_moves(moves: Sequence[Move]) -> None:
    """The difference of the differences: what was reviewed, and what would happen now."""
    if not moves:
        show.out.print("What would be changed now is what was reviewed.")
        return
    show.out.print("[bold]What would be changed now is not what was reviewed:[/]")
    for urn, group in groupby(moves, key=lambda one: one.urn):
        show.out.print(f"  {show.escape(urn.rpartition('::')[2])} [dim]{show.escape(urn)}[/]")
        rows = list(group)
        for one in rows[:_SHOWN]:
            reviewed, now = (show.escape(show.value_text(value)) for value in (one.reviewed, one.now))
            show.out.print(f"    {show.escape(one.what)}: reviewed {reviewed}, now {now}")
        if len(rows) > _SHOWN:
            show.out.print(f"    and {len(rows) - _SHOWN} more (see --json)")


def show_deviations(found: Sequence[Deviation]) -> None:
    """What was done otherwise than planned."""
    for one in found:
        word = "[yellow]less than planned[/]" if one.less else "[bold red]not as planned[/]"
        show.out.print(f"{word} {show.escape(one.urn.rpartition('::')[2])}: planned {one.planned}, done {one.done}")
