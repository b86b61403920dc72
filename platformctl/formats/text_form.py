"""Text for people: rule by rule, worst first."""

import io
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.markup import escape

from platformctl.formats import Judgement
from platformctl.formats.characters import shown
from platformctl.verdicts import Report

_WIDTH = 160  # columns, of a file
_SEVERITY_STYLE = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan"}
_TYPES_SHOWN = 8
_EDGES_SHOWN = 3  # of a finding; the JSON has all


def render(judgement: Judgement) -> str:
    """The same as on a terminal, without colours."""
    stream = io.StringIO()
    console = Console(file=stream, width=_WIDTH, color_system=None, highlight=False, soft_wrap=True)
    for line in lines(judgement.report):
        console.print(line)
    return stream.getvalue()


def lines(report: Report) -> Iterator[str]:
    """The findings, in rich's markup, then the totals."""
    yield from of_findings(report["findings"])
    if "live" in report:
        from platformctl.formats.live_lines import live_lines

        yield from live_lines(report["live"])
    yield from totals(report)


def of_findings(findings: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """What each is about and why, the remedy once for those that stand together."""
    for (verdict, severity, rule, remedy), alike in groupby(findings, key=_heading):
        style = _SEVERITY_STYLE.get(severity, "")
        yield f"[{style}]{severity}[/] {verdict if verdict == 'fail' else f'[dim]{verdict}[/]'} [bold]{_safe(rule)}[/]"
        for finding in alike:
            place = f" [dim]({_safe(finding['source'])})[/]" if finding.get("source") else ""
            yield f"    {_safe(finding['name'])}{place}: {_safe(finding['message'])}"
            for edge in edges(finding):
                yield f"        [dim]{_safe(edge)}[/]"
        yield f"    [dim]remedy: {_safe(remedy)}[/]"


def totals(report: Report) -> Iterator[str]:
    """What no rule covers, and how many findings of each verdict there are of how many evaluations."""
    if report.get("uncovered"):
        names = [f"{_safe(entry['type'])} ({entry['count']})" for entry in report["uncovered"]]
        more = f", and {len(names) - _TYPES_SHOWN} more types" if len(names) > _TYPES_SHOWN else ""
        yield f"[yellow]No rule covers[/] {', '.join(names[:_TYPES_SHOWN])}{more}"
    counted = report["summary"]
    style = "red" if counted["fail"] else "yellow" if counted["undecided"] else "green"
    verdicts = f"{counted['fail']} failed, {counted['undecided']} undecided, {counted['waived']} waived"
    yield (
        f"Policies: [{style}]{verdicts}[/]; {len(report['rules'])} rules, "
        f"{report['evaluations']} evaluations, {report['resources']} resources"
    )
    yield undecided_share(report)


def undecided_share(report: Report) -> str:
    """How much could not be decided."""
    undecided, evaluations = report["undecided_evaluations"], report["evaluations"]
    return f"{undecided:,} of {evaluations:,} evaluations undecided ({report['undecided_percent']:.1f} %)"


def _safe(text: str) -> str:
    return escape(shown(text))


def edges(finding: Mapping[str, Any]) -> Iterator[str]:
    """Which references decided about the finding: from what, by which property, to what. The first of them."""
    for edge in finding.get("edges", ())[:_EDGES_SHOWN]:
        source, target = (edge[end].rsplit("::", 1)[-1] for end in ("source", "target"))
        yield f"{source} {edge['property']} → {target}"


def _heading(finding: Mapping[str, Any]) -> tuple[str, str, str, str]:
    return finding["verdict"], finding["severity"], finding["rule"], finding["remedy"]
