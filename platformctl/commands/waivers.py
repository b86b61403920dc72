"""waivers: failures that somebody accepted until a date."""

from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from platformctl import show
from platformctl.errors import CommandError, Exit

app = typer.Typer(
    no_args_is_help=True, help="Accepted failures: make an entry of policies/waivers.yaml, list them all."
)


class Format(StrEnum):
    """How a list is printed."""

    TEXT = "text"
    JSON = "json"


Today = Annotated[
    str | None, typer.Option("--today", metavar="DATE", help="The day to reckon from. Default: today, in UTC.")
]


def day(given: str | None) -> date:
    """The date that was given, or today's in UTC."""
    try:
        return date.fromisoformat(given) if given else datetime.now(UTC).date()
    except ValueError:
        raise CommandError(f"--today must be a date such as 2026-03-31, not {given!r}") from None


@app.command()
def new(
    rule: Annotated[str, typer.Option(help="The rule's id, as `platformctl rules` lists it.")],
    urn: Annotated[str, typer.Option(help="The resource's whole URN, from the finding.")],
    reason: Annotated[str, typer.Option(help="Why the risk is accepted.")],
    owner: Annotated[str, typer.Option(help="Who asks for it and will mend it.")],
    ticket: Annotated[str, typer.Option(help="Where mending it is tracked.")],
    approver: Annotated[
        str | None,
        typer.Option(help="Who accepts it: an owner of policies/waivers.yaml by CODEOWNERS. Default: the only one."),
    ] = None,
    at: Annotated[
        str | None, typer.Option("--property", help="Waive the findings at this property alone, not all of them.")
    ] = None,
    days: Annotated[int | None, typer.Option(help="How long it holds: 90 at most. Default: 30.")] = None,
    expires: Annotated[str | None, typer.Option(metavar="DATE", help="Or the last day on which it holds.")] = None,
    state: Annotated[
        Path | None, typer.Option(help="Find the resource in this output of `pulumi stack export`, not the program.")
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Add it to policies/waivers.yaml instead of printing.")
    ] = False,
    today: Today = None,
) -> None:
    """Print a whole entry for one finding: its `content` voids it when what the rule reads changes.

    Example: platformctl waivers new --rule NET-07 --urn urn:pulumi:prod::... --reason "moves in May" --owner ana
    --ticket SEC-12
    """
    from platformctl import waivers
    from platformctl.graphs import graph_of
    from policies import codeowners
    from policies.waivers import COMMITTED
    from policies.waivers.entries import FILE

    now = day(today)
    last = waivers.expiry(days, expires, now)
    owners = codeowners.owners_in(COMMITTED.parents[1], FILE)
    if approver is None and len(owners) != 1:
        raise CommandError(f"--approver is needed: CODEOWNERS names {', '.join(owners) or 'nobody'} for {FILE}")
    given = {"property": at, "reason": reason, "owner": owner, "approver": approver or owners[0]}
    graph = graph_of(waivers.target_of(urn), state)
    made = waivers.entry(graph, rule, urn, given | {"ticket": ticket, "expires": last}, now)
    if write:
        waivers.add(made)
        show.err.print(f"added to {FILE}: it holds once {made['approver']} approves the change")
    else:
        print(waivers.text_of(made), end="")


@app.command("list")
def list_waivers(
    output: Annotated[Format, typer.Option("--format", help="How the list is printed.")] = Format.TEXT,
    today: Today = None,
) -> None:
    """List every waiver, soonest end first, with the days left. Exit code 1 if one of them fails its check.

    Example: platformctl waivers list --format json
    """
    from platformctl import waivers
    from policies.waivers import load

    document = waivers.listed(load(), day(today))
    if output is Format.JSON:
        show.show_json(document)
    else:
        columns = ("days left", "status", "rule", "resource", "property", "owner", "approver", "ticket", "reason")
        rows = [
            (
                str(one["days_left"]),
                one["status"],
                one["rule"],
                one["urn"],
                one["property"] or "",
                one["owner"],
                one["approver"],
                one["ticket"],
                one["reason"],
            )
            for one in document["waivers"]
        ]
        show.show_table(f"{len(rows)} waivers", columns, rows)
        for fault in document["malformed"]:
            show.err.print(f"[bold red]error:[/] {show.escape(fault['message'])}. {show.escape(fault['remedy'])}")
    raise typer.Exit(Exit.FINDINGS if waivers.blocks(document) else Exit.FINE)
