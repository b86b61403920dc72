"""A table of requirements with their rules and evidence, in the forms that people and auditors ask for."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from textwrap import wrap

from policies.controls import SOURCES
from policies.coverage import Row, Status, supported, totals
from policies.frameworks import Framework

_DISCLAIMER = "A rule supports a requirement; it never satisfies one. Have an assessor confirm the mapping."
_COLUMNS = (
    "requirement",
    "about",
    "kind",
    "status",
    "rules",
    "sources",
    "judged",
    "passed",
    "failed",
    "waived",
    "undecided",
)
_GAPS = {
    Status.NO_RULE: "No rule, though infrastructure could be evidence",
    Status.ELSEWHERE: "Technical, but decided in applications, hosts, devices or the live account: no rule can",
    Status.ORGANISATIONAL: "Organisational (people, documents, premises): no rule can",
}
_WIDTH = 118


def as_json(framework: Framework, rows: Sequence[Row], subject: str) -> str:
    document = {
        "schema": 1,
        "framework": framework.id,
        "title": framework.title,
        "numbering": framework.source,
        "environment": subject or None,
        "note": _DISCLAIMER,
        "sources": SOURCES,
        "totals": totals(rows),
        "requirements": [row.as_dict() for row in rows],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def as_csv(framework: Framework, rows: Sequence[Row], subject: str) -> str:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("framework", "environment", *_COLUMNS))
    table.writerows((framework.id, subject, *_cells(row)) for row in rows)
    return text.getvalue()


def as_markdown(framework: Framework, rows: Sequence[Row], subject: str) -> str:
    """The heading, the totals and a table of all requirements."""
    heading = f"# {framework.title}" + (f": {subject}" if subject else "")
    columns = _COLUMNS if subject else _COLUMNS[: _COLUMNS.index("judged")]
    lines = [
        heading,
        "",
        _DISCLAIMER,
        "",
        f"{_totals(rows)}.",
        "",
        f"| {' | '.join(columns)} |",
        f"|{'---|' * len(columns)}",
        *(f"| {' | '.join(_cells(row)[: len(columns)])} |" for row in rows),
        "",
        f"Numbering: {framework.source}.",
        f"Sources of the mapping: {'; '.join(f'{key} = {text}' for key, text in SOURCES.items())}.",
    ]
    return "\n".join(lines) + "\n"


def as_text(framework: Framework, rows: Sequence[Row], subject: str) -> str:
    """Requirements with rules, one a line; then those without, by why they have none."""
    lines = [f"{framework.title}{f', evidence in {subject}' if subject else ''}", _DISCLAIMER, ""]
    for row in rows:
        if row.rules:
            lines += _supported(row, bool(subject))
    for status, title in _GAPS.items():
        gaps = [row for row in rows if row.status is status]
        if gaps:
            lines += ["", f"{title} ({len(gaps)}):"]
            lines += [f"  {row.requirement.number:10} {row.requirement.about}" for row in gaps]
    lines += ["", _totals(rows), f"Numbering: {framework.source}", f"Sources: {_letters(rows)}"]
    return "\n".join(lines) + "\n"


def _supported(row: Row, judged: bool) -> Iterable[str]:
    found = [f"{number} {name}" for name, number in asdict(row.evidence).items() if number or name == "judged"]
    counts = f" {', '.join(found)}" if judged else ""
    status = f"{row.status:15}" if judged else ""
    yield f"{row.requirement.number:10} {status}{row.requirement.about}.{counts}"
    rules = ", ".join(f"{rule} ({', '.join(sources)})" for rule, sources in row.rules.items())
    yield from wrap(f"supported by {rules}", _WIDTH, initial_indent=" " * 11, subsequent_indent=" " * 13)


def _cells(row: Row) -> list[str]:
    found = row.evidence
    return [
        row.requirement.number,
        row.requirement.about,
        str(row.requirement.kind),
        str(row.status),
        " ".join(row.rules),
        " ".join(row.sources),
        *(str(number) for number in (found.judged, found.passed, found.failed, found.waived, found.undecided)),
    ]


def _totals(rows: Sequence[Row]) -> str:
    parts = ", ".join(f"{number} {status}" for status, number in totals(rows).items())
    return f"{supported(rows)}; by status: {parts}"


def _letters(rows: Sequence[Row]) -> str:
    used = {source for row in rows for source in row.sources}
    return "; ".join(f"{key} = {text}" for key, text in SOURCES.items() if key in used)
