"""The report as one HTML page that reaches for nothing outside of itself: it can be kept, mailed and printed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformctl.review.page import style, templates_of
from platformctl.slo_report import words
from platformctl.slo_report.judging import SIGNS, WORDS, status
from platformctl.slo_report.model import STATUSES, Level, Report, Status
from platformctl.slo_report.plots import Plot, days, listed, plots
from platformctl.slo_report.scale import Times

_PARTS = Path(__file__).parent / "page_parts"
_TONE: Mapping[Status, str] = {
    **dict.fromkeys(("broken", "spent", "burning"), "stop"),
    **dict.fromkeys(("unmeasured", "low", "broke"), "care"),
    "kept": "fine",
}
_VERDICTS: Mapping[Status, str] = {
    "broken": "What must never happen is happening",
    "spent": "Not every promise was kept",
    "burning": "A promise is in danger now",
    "unmeasured": "Not every promise is measured",
    "low": "Every promise was kept, and not all are safe",
    "broke": "What must never happen has happened, and is over",
    "kept": "Every promise is kept",
}
_LISTED = 12  # alerts and releases that are written out of each service level


@dataclass(frozen=True)
class Shown:
    """A service level as the page shows it."""

    level: Level
    status: Status
    tone: str
    plots: Sequence[Plot]
    days: Sequence[tuple[str, str]]
    summary: str

    @property
    def open(self) -> bool:
        return self.tone != "fine"


def page(report: Report, links: str = "") -> str:
    """The page of a report. `links`: the address below which docs/ is found; without it runbooks are named."""
    from markupsafe import Markup

    shown = [_shown(one, report) for one in report.levels]
    templates = templates_of(_PARTS)
    templates.filters |= {
        name: getattr(words, name)
        for name in ("share", "rate", "span", "forecast", "between", "count", "moment", "objective")
    }
    templates.globals |= {"word": WORDS, "sign": SIGNS, "listed": listed, "limit": _LISTED}
    return templates.get_template("report.html").render(
        report=report,
        shown=shown,
        verdict=_verdict(shown),
        tally=[(one, sum(each.status == one for each in shown)) for one in STATUSES],
        links=links.rstrip("/"),
        changes=_changes(report),
        style=Markup(style(_PARTS / "report.css")),  # noqa: S704  # files of ours
    )


def _shown(level: Level, report: Report) -> Shown:
    stands = status(level, report.low)
    cells = days(level, report) if not level.invariant else []
    return Shown(level, stands, _TONE[stands], plots(level, report), cells, summary(level, stands))


def summary(level: Level, stands: Status) -> str:
    """What a reader must know of it, in a sentence."""
    if stands == "unmeasured":
        return "No data: whether it is kept, nobody knows."
    if level.invariant:
        return {"broken": "Broken now.", "broke": "Broken within the period, and holds now."}.get(
            stands, "Held whenever it was measured."
        )
    spent = f", spent since {words.moment(level.spent_since)}" if level.spent_since else ""
    fire = f" Alerts that call somebody: {', '.join(level.paging)}." if level.paging else ""
    if stands == "spent":
        return f"Nothing left{spent}.{fire}"
    left, seconds = f"{words.share(level.left)} left", level.exhausted_in_s
    if seconds is None:
        return f"{left}, and nothing burns.{fire}"
    if seconds > level.period_days * 86_400:
        return f"{left}, and it comes back faster than it burns.{fire}"
    return f"{left}; at the rate of the last six hours it is spent in {words.span(seconds)}.{fire}"


def _verdict(shown: Sequence[Shown]) -> Mapping[str, Any]:
    """How grave it is, in a sentence, and what makes it so, the gravest first."""
    if not shown:
        return {"css": "care", "word": "There is nothing to report on", "kept": 0, "of": 0}
    worst = min((one.status for one in shown), key=STATUSES.index)
    kept = sum(one.status == "kept" for one in shown)
    return {"css": _TONE[worst], "word": _VERDICTS[worst], "kept": kept, "of": len(shown)}


def _changes(report: Report) -> list[tuple[float, str, str]]:
    """(place in percent, time, what) of each change."""
    times = Times(report.begin.timestamp(), report.end.timestamp())
    return [(times.x(one.at), words.moment(one.at), one.what) for one in report.changes]
