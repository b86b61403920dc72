"""The review as one comment of a pull request: worst sections open, the rest folded, always under GitHub's limit."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from platformctl.formats.markdown_text import code, plain
from platformctl.review.fitting import Block, fitted
from platformctl.review.model import CHANGES, ROLLOUT
from platformctl.review.money import money
from platformctl.review.text import POLICY_TITLES

LIMIT = 65_536  # characters that GitHub takes in a comment; no text has more of them than bytes of UTF-8
_SIGN = {"critical": "🔴", "high": "🟠", "medium": "🟡", "low": "🔵", "info": "⚪"}
_OPEN = ("critical", "high")  # sections that are not folded
_POLICY_SIGN = {"new": "🔴", "undecided": "🟡", "standing": "🟠", "waived": "⚪", "fixed": "🟢"}
_SHORT = 160  # characters of a detail
_HEADER = "| resource | what | where |\n|---|---|---|\n"
_FINDINGS = "| rule | resource | what is wrong | where |\n|---|---|---|---|\n"


def marker(environment: str) -> str:
    """The first line of the comment, by which it is found again and updated in place."""
    kept = re.sub(r"[^A-Za-z0-9_/.-]", "", environment)[:_SHORT]
    return f"<!-- platformctl:diff:{re.sub('-+', '-', kept)} -->"


def render(review: Mapping[str, Any]) -> str:
    """`Review.as_dict()` as Markdown, shorter than LIMIT; what does not fit is counted, whole rows at a time."""
    head = "\n".join(_head(review)) + "\n"
    return fitted(head, list(_blocks(review)), LIMIT - 1)


def _head(review: Mapping[str, Any]) -> Iterator[str]:
    yield marker(review["environment"])
    sections = [section for section in review["sections"] if section["id"] != CHANGES.id]
    new = len(review["policies"]["new"])
    worst = {section["severity"] for section in sections}
    sign = "❌" if review["refusals"] or new or "critical" in worst else "⚠️" if worst else "✅"
    yield f"## {sign} {code(review['environment'])}: {code(review['base'])} → {code(review['head'])}"
    yield ""
    counted = ", ".join(f"{number:,} {plain(key)}" for key, number in review["counts"].items())
    yield f"**{counted or 'No changes'}**, seen in {plain(review['place'])} in {review['seconds']:.0f} s"
    yield ""
    found = [f"{_SIGN[one['severity']]} {plain(one['title'])}: **{len(one['items']):,}**" for one in sections]
    verdicts = [f"{len(review['policies'][key]):,} {key}" for key in POLICY_TITLES]
    yield "<br>".join([*found, f"Policies: {', '.join(verdicts)}", *_cost_line(review["cost"])])
    if review["clear"]:
        yield ""
        yield f"Looked for and not found: {plain(', '.join(review['clear']))}"


def _cost_line(cost: Mapping[str, Any]) -> list[str]:
    if not cost:
        return []
    return [f"Estimated cost: **{money(cost['delta'], cost['currency'], signed=True)}** a month"]


def _blocks(review: Mapping[str, Any]) -> Iterator[Block]:
    if review["refusals"]:
        yield _refusals(review["refusals"])
    if review["drift"]:
        yield _drift(review["drift"])
    told = False
    for section in review["sections"]:
        if section["id"] in (ROLLOUT.id, CHANGES.id) and not told:
            yield from _policies(review["policies"])
            told = True
        yield from _changes(section) if section["id"] == CHANGES.id else [_section(section)]
    if not told:
        yield from _policies(review["policies"])
    if review["cost"]:
        yield _cost(review["cost"])


def _section(section: Mapping[str, Any]) -> Block:
    title = f"{_SIGN[section['severity']]} {plain(section['title'])} ({len(section['items']):,})"
    rows = [_row(item) for item in section["items"]]
    if section["severity"] in _OPEN:
        return Block(f"\n### {title}\n\n{_HEADER}", rows, "\n")
    return _folded(title, _HEADER, rows)


def _row(item: Mapping[str, Any]) -> str:
    what = "<br>".join([plain(item["summary"]), *(f"· {plain(one, _SHORT)}" for one in item["details"])])
    return f"| {_name(item)} | {what} | {_place(item['source'])} |\n"


def _name(item: Mapping[str, Any]) -> str:
    if not item["name"]:
        return ""
    operation = f"{plain(item['operation'])} " if item["operation"] != "same" else ""
    return f"{operation}{code(item['name'], _SHORT)}<br>{plain(item['type'].rpartition(':')[2], _SHORT)}"


def _place(source: str) -> str:
    return code(source, _SHORT) if source else ""


def _folded(title: str, header: str, rows: Sequence[str], after: str = "") -> Block:
    return Block(f"\n<details><summary>{title}</summary>\n\n{header}", rows, f"\n{after}</details>\n")


def _changes(section: Mapping[str, Any]) -> Iterator[Block]:
    """Every change, folded by layer and component."""
    for (layer, component), members in groupby(section["items"], key=lambda item: (item["layer"], item["component"])):
        group = list(members)
        counted = ", ".join(f"{number} {plain(key)}" for key, number in _counted(group))
        title = f"{plain(layer or 'stack')}{f' · {plain(component)}' if component else ''}: {counted}"
        yield _folded(title, _HEADER, [_row(item | {"summary": item["operation"]}) for item in group])


def _counted(items: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    found: dict[str, int] = {}
    for item in items:
        found[item["operation"]] = found.get(item["operation"], 0) + 1
    return sorted(found.items())


def _policies(policies: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[Block]:
    for key, title in POLICY_TITLES.items():
        if policies[key]:
            rows = [_finding(finding) for finding in policies[key]]
            named = f"{_POLICY_SIGN[key]} {title} ({len(rows):,})"
            yield (
                Block(f"\n### {named}\n\n{_FINDINGS}", rows, "\n") if key == "new" else _folded(named, _FINDINGS, rows)
            )


def _finding(finding: Mapping[str, Any]) -> str:
    rule = f"{_SIGN.get(finding['severity'], '')} {plain(finding['rule'])}"
    said = f"{plain(finding['message'])}<br>Remedy: {plain(finding['remedy'], _SHORT)}"
    return f"| {rule} | {code(finding['name'], _SHORT)} | {said} | {_place(finding.get('source') or '')} |\n"


def _refusals(refusals: Sequence[Mapping[str, Any]]) -> Block:
    rows = [
        f"| {code(one['name'], _SHORT)} | {plain(one['operation'])} is refused<br>"
        f"{'<br>'.join(plain(reason) for reason in one['reasons'])}<br>Remedy: {plain(one['remedy'])} | |\n"
        for one in refusals
    ]
    return Block(f"\n### ⛔ Refused ({len(rows):,})\n\n{_HEADER}", rows, "\n")


def _drift(drift: Sequence[Mapping[str, Any]]) -> Block:
    rows = [
        f"| {code(one['name'], _SHORT)} | {plain(one['class'])}: {plain(one['property'] or 'is gone')} | |\n"
        for one in drift
    ]
    return _folded(f"Drift, which is there without this change ({len(rows):,})", _HEADER, rows)


def _cost(cost: Mapping[str, Any]) -> Block:
    rows = [
        f"| {code(item['name'], _SHORT)}<br>{plain(item['type'].rpartition(':')[2], _SHORT)} | {plain(item['basis'])} "
        f"| {money(item['delta'], cost['currency'], signed=True)} |\n"
        for item in cost["items"]
    ]
    before, after = (money(cost[key], cost["currency"]) for key in ("before", "after"))
    note = f"{before} → {after} a month, for what is priced; {plain(cost['note'])}\n"
    if cost["unpriced"]:
        note += f"\nNot priced: {plain(', '.join(cost['unpriced']))}\n"
    title = f"💶 Estimated cost: {money(cost['delta'], cost['currency'], signed=True)} a month"
    return _folded(title, "| resource | what | a month |\n|---|---|---|\n" if rows else "", rows, f"{note}\n")
