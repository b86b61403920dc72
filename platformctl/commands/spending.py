"""Error budgets in the commands that change an environment: what is said of them, and what the change record keeps."""

from dataclasses import replace

from platformctl import show
from platformctl.budgets.gate import Judged, remedy
from platformctl.errors import CommandError, Exit
from platformctl.records.recording import About
from platformctl.target import Target


def spending(about: About, budgets: Judged) -> About:
    """The change with the budgets of its beginning, and with the override that let it through."""
    override = [budgets.override.as_dict()] if budgets.override else []
    return replace(about, budgets=budgets.as_dict(), overrides=[*about.overrides, *override])


def show_budgets(budgets: Judged) -> None:
    """What they ask of the lane, and why; nothing where nobody is asked."""
    decision = budgets.decision
    if decision is None:
        return
    if budgets.override:
        told = budgets.override
        show.out.print(
            f"[yellow]overridden[/] error budget, by use {told.use} of break-glass: {show.escape(told.reason)}"
        )
    elif decision.undecided:
        show.out.print(f"[yellow]undecided[/] error budget: what the lane {decision.lane} needs cannot be told")
    elif decision.need == "allowed":
        show.out.print(f"error budget: the lane {decision.lane} needs nothing")
    else:
        show.out.print(f"[bold red]{decision.need}[/] error budget, lane {decision.lane}")
    for one in decision.because:
        show.out.print(f"    {show.escape(one.text)}")
    if budgets.exit is not Exit.FINE:
        show.out.print(f"    [dim]remedy: {show.escape(remedy(budgets))}[/]")


def demand_budget(target: Target, budgets: Judged) -> None:
    """For an update without a plan, which nobody can approve: CommandError for all that is not allowed."""
    if budgets.exit is Exit.FINE and not budgets.approval:
        return
    decision = budgets.decision
    because = "; ".join(one.text for one in decision.because) if decision else ""
    if budgets.approval:
        way = f"make a plan, which {', '.join(budgets.approvers)} can approve (`platformctl plan --help`)"
        raise CommandError(
            f"{target.name}: the error budget is low, so nothing was changed: {because}\n{way}", Exit.FINDINGS
        )
    what = "cannot be told" if budgets.exit is Exit.UNDECIDED else "is spent"
    raise CommandError(
        f"{target.name}: the error budget {what}, so nothing was changed: {because}\n{remedy(budgets)}", budgets.exit
    )
