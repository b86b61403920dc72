"""slo budget: what is left of each error budget, how fast it burns, and what that asks of a change."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import typer

from platformctl import show
from platformctl.commands.options import AsJson, Environment, Lane, Prometheus
from platformctl.errors import CommandError
from platformctl.project import Project

if TYPE_CHECKING:  # loaded when the command runs
    from platformctl.budgets.policy import Decision

_SHOWN = ("1h", "6h", "1d", "3d")  # of the burn rates; the JSON form has all
_STYLE = {"allowed": "green", "approval": "yellow", "refused": "bold red", "undecided": "yellow"}


def budget(
    environment: Environment, prometheus: Prometheus = "", lane: Lane = "standard", as_json: AsJson = False
) -> None:
    """Tell what is left of each error budget, its burn rates and forecast, and what the policy asks of each lane.

    Exit code 0: a change of --lane needs nothing. 1: it is refused, or waits for an approval. 3: nobody can tell,
    because a series is missing or Prometheus does not answer.

    Example: platformctl slo budget prod --prometheus http://127.0.0.1:9090
    """
    from platformctl.budgets.declared import with_budget
    from platformctl.budgets.policy import LANES
    from platformctl.budgets.reading import budgets
    from platformctl.budgets.standing import decisions, document, exit_of
    from platformctl.prometheus import checked
    from platformctl.promises import program

    project, stack = Project.choose(environment)
    section = getattr(project.settings(stack), "budgets", None)
    if section is None:
        raise CommandError(f"{environment} has no error budgets: name an environment of the platform, such as {stack}")
    if lane not in LANES:
        raise CommandError(f"--lane must be one of {', '.join(LANES)}, got {lane!r}")
    source = prometheus or section.prometheus_url
    if not source:
        raise CommandError(
            f"{environment} has no Prometheus of its own (budgets.prometheus_url): give --prometheus URL"
        )
    checked(source)
    levels = [level.as_dict() for level in program(environment)["SERVICE_LEVELS"]]
    found = budgets(source, with_budget(levels))
    told = decisions(section, found)
    body = document(section, found, told)
    head = {"schema": 1, "environment": environment, "source": source, "at": datetime.now(UTC).isoformat()}
    if as_json:
        show.show_json({**head, **body})
    else:
        _show(f"error budgets of {environment}, by {source}", body, told)
    raise typer.Exit(next(exit_of(one) for one in told if one.lane == lane))


def _show(title: str, body: dict[str, Any], told: "list[Decision]") -> None:
    lanes = [one.lane for one in told]
    columns = ("slo", "service", "objective", "left", *(f"burn {one}" for one in _SHOWN), "spent in", *lanes)
    show.show_table(title, columns, [_row(one, lanes) for one in body["levels"]])
    for one in told:
        need = "undecided" if one.undecided else one.need
        show.out.print(f"lane {one.lane}: [{_STYLE[need]}]{need}[/]")
        for left in one.because:
            show.out.print(f"    {show.escape(left.text)}")
    if others := [one["slo"] for one in body["levels"] if not one["declared"]]:
        show.out.print(
            f"[dim]not declared in this checkout, so they decide nothing: {show.escape(', '.join(others))}[/]"
        )


def _row(one: dict[str, Any], lanes: "list[Any]") -> tuple[str, ...]:
    from platformctl.budgets.policy import percent

    objective = f"{one['objective_percent']:g} % of {one['period_days']} d" if one["declared"] else "not declared"
    return (
        one["slo"],
        one["service"],
        objective,
        "unknown" if one["left"] is None else percent(one["left"]),
        *(_rate(one["burn_rates"].get(window)) for window in _SHOWN),
        _span(one["exhausted_in_s"]),
        *(one["lanes"][lane] if one["declared"] else "" for lane in lanes),
    )


def _rate(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _span(seconds: float | None) -> str:
    """Of a forecast, in the greatest unit of which there are two at least."""
    if seconds is None:
        return "-"
    for unit, length in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"
