"""Markdown for a pull request's comment: totals, then the findings rule by rule, worst first, folded."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from platformctl.formats import Judgement
from platformctl.formats.markdown_text import code, fence, plain
from platformctl.formats.rows import known_rule
from platformctl.formats.text_form import edges, undecided_share
from policies.described import snippet

LIMIT_BYTES = 65_536  # GitHub takes as many characters in a comment; no text has more of them than bytes
_RESERVED = 400  # bytes for the line that says what was left out
_LISTED = 20  # types and errors that are named one by one
_SHORT = 120  # characters of each of them
_HEADER = "\n| resource | where | what is wrong |\n|---|---|---|\n"
_SIGN = {"critical": "🔴", "high": "🟠", "medium": "🟡", "low": "🔵"}


def render(judgement: Judgement) -> str:
    """As much as fits: the worst of the findings, and how many more there are. No rule takes more than half of the
    room that is left, so that the next ones are seen too.
    """
    report = judgement.report
    parts = ["\n".join(_head(judgement)) + "\n"]
    left = LIMIT_BYTES - _RESERVED - _size(parts[0])
    omitted = 0
    groups = [list(alike) for _, alike in groupby(report["findings"], key=_heading)]
    for number, findings in enumerate(groups, start=1):
        text, shown = _fitting(findings, left if number == len(groups) else left // 2)
        omitted += len(findings) - shown
        left -= _size(text)
        parts.append(text)
    if omitted:
        parts.append(f"\n**{omitted:,} more findings did not fit here**: `--format json` has them all.\n")
    return "".join(parts)


def _head(judgement: Judgement) -> Iterator[str]:
    report = judgement.report
    counted = report["summary"]
    sign = "❌" if counted["fail"] else "⚠️" if counted["undecided"] else "✅"
    yield f"## {sign} Policies: {code(judgement.subject)}"
    yield ""
    yield (
        f"**{counted['fail']:,} failed**, {counted['undecided']:,} undecided, {counted['waived']:,} waived; "
        f"{len(report['rules']):,} rules, {report['resources']:,} resources; {undecided_share(report)}"
    )
    if report.get("uncovered"):
        types = [f"{code(entry['type'], _SHORT)} ({entry['count']})" for entry in report["uncovered"]]
        yield from _listed("No rule covers", types)
    if report.get("errors"):
        unread = [f"{code(_place(error), _SHORT)}: {plain(error['message'], _SHORT)}" for error in report["errors"]]
        yield from _listed("Not read", unread)


def _listed(title: str, items: Sequence[str]) -> Iterator[str]:
    yield ""
    yield f"<details><summary>{title}: {len(items):,}</summary>"
    yield ""
    yield from (f"- {item}" for item in items[:_LISTED])
    if len(items) > _LISTED:
        yield f"- and {len(items) - _LISTED:,} more"
    yield ""
    yield "</details>"


def _place(error: Mapping[str, Any]) -> str:
    return f"{error['file']}:{error['line']}" if error["line"] else str(error["file"])


def _fitting(findings: Sequence[Mapping[str, Any]], left: int) -> tuple[str, int]:
    """The findings of one rule in at most `left` bytes, and how many of them that are."""
    begin, end = _frame(findings)
    room = left - _size(begin) - _size(end) - _size(_more(len(findings)))
    table = []
    for finding in findings:
        row = _row(finding)
        room -= _size(row)
        if room < 0:
            break
        table.append(row)
    if not table:
        return "", 0
    rest = len(findings) - len(table)
    return f"{begin}{''.join(table)}{_more(rest) if rest else ''}{end}", len(table)


def _frame(findings: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """What stands before and after the table."""
    first = findings[0]
    rule = known_rule(first["rule"])
    title = f"{_SIGN[first['severity']]} {first['severity']}, {first['verdict']}: <b>{plain(first['rule'])}</b>"
    summary = f" {plain(rule.summary)}" if rule else ""
    begin = f"\n<details><summary>{title}{summary} ({len(findings):,})</summary>\n{_HEADER}"
    end = [f"\n**Remedy.** {plain(first['remedy'])}\n"]
    if (mending := snippet(first["rule"])) and first["verdict"] != "waived":
        end.append(f"\n{fence(mending, 'python')}\n")
    if first["controls"]:
        end.append(f"\nSupports {'; '.join(_controls(first['controls']))}.\n")
    return begin, "".join((*end, "\n</details>\n"))


def _controls(controls: Sequence[Mapping[str, str]]) -> Iterator[str]:
    for framework, of_it in groupby(controls, key=lambda control: control["framework"]):
        yield f"{plain(framework)} {', '.join(plain(control['requirement']) for control in of_it)}"


def _row(finding: Mapping[str, Any]) -> str:
    name = code(finding["name"]) if finding["name"] else ""
    where = code(finding["source"]) if finding["source"] else ""
    said = "<br>".join(plain(line) for line in (finding["message"], *edges(finding)))
    return f"| {name} | {where} | {said} |\n"


def _more(number: int) -> str:
    return f"\n... and {number:,} more\n"


def _heading(finding: Mapping[str, Any]) -> tuple[str, str, str, str]:
    return finding["verdict"], finding["severity"], finding["rule"], finding["remedy"]


def _size(text: str) -> int:
    return len(text.encode("utf-8", "backslashreplace"))
