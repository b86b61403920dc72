"""The document of an incident, for people: Markdown that is also readable as it is."""

from collections.abc import Iterator

from platformctl.incidents.afterwards import AFTERWARDS
from platformctl.incidents.alerts import described
from platformctl.incidents.cells import moment, table, text
from platformctl.incidents.model import SEVERITIES, Entry, Gathered, Incident
from platformctl.incidents.suspects import first_suspect
from platformctl.locks.show import age

MARK = "<!-- platformctl:incident:1 -->"
BEGIN, END = "<!-- timeline -->", "<!-- end of timeline -->"
_DRIFTED = 50  # differences that are listed
_SUSPECTS = ("change records", "break-glass")  # sources of what may have been the cause


def document(incident: Incident) -> str:
    """The whole of it, with an end of line."""
    found = incident.gathered
    lines = (
        f"# {text(incident.title)}",
        MARK,
        "",
        *_facts(incident),
        *("", "## Sources, and what is missing", *_sources(found)),
        *("", "## Impact", "To be filled in: who noticed what, how many, how much money, since when.", ""),
        *_impact(found),
        *("", "## First suspect", *_suspect(incident)),
        *("", "## Alerts", *_alerts(found)),
        *("", "## Timeline (UTC)", BEGIN, "| time | source | what |", "|---|---|---|", *map(row, found.entries), END),
        *("", "## What differs from the state", *_drift(found)),
        *AFTERWARDS,
    )
    return "\n".join(lines) + "\n"


def row(entry: Entry) -> str:
    """Of the timeline."""
    return f"| {moment(entry.at)} | {entry.source} | {text(entry.what)} |"


def _facts(incident: Incident) -> Iterator[str]:
    window = incident.window
    facts = {
        "environment": incident.environment,
        "severity": f"{incident.severity}: {SEVERITIES[incident.severity]}",
        "window": f"{moment(window.since)} to {moment(window.until)} UTC ({age(window.length)})",
        "written": f"{moment(incident.written_at)} UTC by {text(incident.written_by)}",
        **{role: text(who) or "nobody yet" for role, who in incident.roles.items()},
    }
    yield from table(("", ""), facts.items())


def _sources(found: Gathered) -> Iterator[str]:
    missing = sum(bool(one.problem) for one in found.sources)
    whole = "All were asked and answered."
    told = f"**{missing} of {len(found.sources)} are not whole.** What they would tell is not below."
    yield told if missing else whole
    yield ""
    rows = ((one.name, text(one.place), str(one.found), text(one.problem)) for one in found.sources)
    yield from table(("source", "where", "found", "missing"), rows)


def _impact(found: Gathered) -> Iterator[str]:
    rows = [
        (
            text(one.slo),
            text(one.service),
            f"{one.bad:,.0f}" + (f" of {one.total:,.0f}" if one.total is not None else ""),
            "no budget" if one.spent is None else f"{one.spent:.1%}",
            "not known" if one.left is None else f"{one.left:.1%}",
        )
        for one in found.impact
    ]
    columns = ("objective", "service", "bad events in the window, about", "budget spent in it", "left at its end")
    yield from table(columns, rows, _nothing(found, "error budget", "No objective lost any budget."))


def _suspect(incident: Incident) -> Iterator[str]:
    found = first_suspect(incident.gathered.causes, incident.gathered.alerts, incident.window)
    if found.cause is None:
        yield f"None: no change is known before {moment(found.moment)} UTC ({found.by})."
    else:
        weak = " It is more than a day older: look elsewhere first." if found.far else ""
        when = f"{moment(found.cause.at)} UTC, {age(found.before)} before {found.by}"
        yield f"**{text(found.cause.what)}**, {when}.{weak}"
        yield "The last change before trouble is where to begin, and no proof."
    unread = [one.name for one in incident.gathered.sources if one.problem and one.name.startswith(_SUSPECTS)]
    if unread:
        yield f"Not all of {' and '.join(unread)} could be read, so a later one may be missing."


def _alerts(found: Gathered) -> Iterator[str]:
    rows = (
        (
            text(described(one)),
            moment(one.began) if one.began else "before the window",
            moment(one.ended) if one.ended else "still fires",
            text(one.runbook),
        )
        for one in found.alerts
    )
    yield from table(("alert", "began (UTC)", "over (UTC)", "runbook"), rows, _nothing(found, "alerts", "None fired."))


def _drift(found: Gathered) -> Iterator[str]:
    rows = [(one["class"], text(one["name"]), text(one["property"] or "the resource is gone")) for one in found.drift]
    yield from table(("class", "resource", "property"), rows[:_DRIFTED], _nothing(found, "drift", "Nothing."))
    if len(rows) > _DRIFTED:
        yield f"{len(rows) - _DRIFTED} more are in the report."


def _nothing(found: Gathered, source: str, words: str) -> str:
    """What an empty section says: that there is nothing, only where its source was read whole."""
    whole = all(not one.problem for one in found.sources if one.name == source)
    return words if whole else f"Not known: see {source} among the sources above."
