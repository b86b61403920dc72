"""What the commands print for people; colours only on a terminal, nothing that JSON does not hold too."""

import json
import sys
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.markup import escape as escape  # re-exported: texts of others go through it
from rich.table import Table

from platformctl.changes import DESTRUCTIVE, Change, PropertyChange, counts
from platformctl.formats import text_form
from platformctl.guard import Refusal
from platformctl.notes import Note
from platformctl.run import Run

_WIDTH_OF_A_FILE = 160  # columns where there is no terminal to ask

out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else _WIDTH_OF_A_FILE)
err = Console(stderr=True, highlight=False, soft_wrap=True)

_SIGN = {
    "create": "+",
    "update": "~",
    "replace": "±",
    "delete": "-",
    "import": "=",
    "refresh": "~",
    "read": ">",
}
_STYLE = {"create": "green", "update": "yellow", "replace": "red", "delete": "red", "refresh": "yellow"}
_VALUE_WIDTH = 60
_PROPERTIES_SHOWN = 12
_ALIKE_SHOWN = 3  # creations of one type in one component that are listed one by one


def show_changes(changes: Sequence[Change], counts: dict[str, int]) -> None:
    """Stateful replacements and deletions first and in red, then the rest by layer and component; how many."""
    show_changed(changes)
    out.print("Changes: " + (", ".join(f"{number} {operation}" for operation, number in counts.items()) or "none"))


def show_changed(changes: Sequence[Change]) -> None:
    """Without how many they are."""
    losses = [change for change in changes if change.stateful and change.operation in DESTRUCTIVE]
    if losses:
        out.print("[bold red]Data at risk: these hold state and would be replaced or deleted[/]")
        for change in losses:
            _show_change(change, "  ")
    rest = sorted(
        (change for change in changes if change not in losses),
        key=lambda c: (c.layer, c.component, c.operation, c.type),
    )
    for layer, in_layer in groupby(rest, key=lambda change: change.layer):
        out.print(f"[bold]{layer or 'stack'}[/]")
        for component, members in groupby(in_layer, key=lambda change: change.component):
            if component:
                out.print(f"  {escape(component)}")
            _show_members(list(members))


def _show_property(changed: PropertyChange, indent: str) -> None:
    why = " [red](forces replacement)[/]" if changed.replaces else ""
    before, after = escape(value_text(changed.before)), escape(value_text(changed.after))
    out.print(f"{indent}{escape(changed.path)}: {before} → {after}{why}")


def show_run(run: Run) -> None:
    """All that a run of the engine comes to."""
    show_changes(run.changes, counts(run.outcome.events))
    show_notes(run.notes)
    if run.outcome.reports:
        show_findings(run.report)
    show_refusals(run.refusals)
    for warning in run.outcome.warnings:
        out.print(f"[yellow]note[/] {escape(warning)}")
    if run.refusals and run.other_errors:
        err.print("the engine failed, too:\n" + escape("\n".join(run.other_errors)))


def show_refusals(refusals: Sequence[Refusal]) -> None:
    """What is refused, the property that forces it first; the remedy once for those that share it."""
    for remedy, alike in groupby(refusals, key=lambda refusal: refusal.remedy):
        for refusal in alike:
            out.print(f"[bold red]refused[/] to {refusal.operation} {escape(refusal.name)} [dim]{refusal.type}[/]")
            for changed in refusal.properties:
                _show_property(changed, "    ")
            for reason in refusal.reasons:
                out.print(f"    {escape(reason)}")
        out.print(f"    [dim]remedy: {escape(remedy)}[/]")


def show_notes(notes: Iterable[Note]) -> None:
    """What the changes do to running databases."""
    for note in notes:
        style = "bold red" if note.major or note.at_once else "yellow"
        change = f"{value_text(note.before)} → {value_text(note.after)}"
        out.print(f"[{style}]{note.effect}[/] {escape(note.name)} {escape(note.property)}: {escape(change)}")
        out.print(f"    {escape(note.message)}")


def show_findings(report: dict[str, Any]) -> None:
    """The findings rule by rule, worst first: what each is about and why, the remedy once; then the totals."""
    for line in text_form.lines(report):
        out.print(line)


def show_news(new: Sequence[dict[str, Any]], gone: Sequence[dict[str, Any]]) -> None:
    """The findings that came, in full, and those that went, in a line each."""
    for line in text_form.of_findings(new):
        out.print(line)
    for finding in gone:
        out.print(f"[green]no longer[/] {finding['rule']} {escape(finding['name'])}: {escape(finding['message'])}")


def show_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A plain table that also reads well without a terminal."""
    table = Table(*columns, title=title, title_justify="left", box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    out.print(table)


def show_json(document: Any) -> None:
    """The machine's form: one JSON document on standard output."""
    print(json.dumps(document, indent=2, ensure_ascii=False))


def value_text(value: Any) -> str:
    """A property value in one short line."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _VALUE_WIDTH else f"{text[: _VALUE_WIDTH - 1]}…"


def _show_members(members: Sequence[Change]) -> None:
    """Creations of many resources of one type take one line; whatever has values to show takes its own."""
    shown = [change for change in members if not change.type.startswith("platform:")]  # components are the headings
    for (operation, type_), alike in groupby(shown, key=lambda change: (change.operation, change.type)):
        group = list(alike)
        if operation == "create" and len(group) > _ALIKE_SHOWN:
            kind, first, last = type_.rpartition(":")[2], escape(group[0].name), escape(group[-1].name)
            out.print(f"    [green]+ create[/] {len(group)} [dim]{kind}[/] {first} ... {last}")
        else:
            for change in group:
                _show_change(change, "    ")


def _show_change(change: Change, indent: str) -> None:
    style = _STYLE.get(change.operation, "")
    sign = escape(_SIGN.get(change.operation, "?"))
    kind = change.type.rpartition(":")[2]
    line = f"{indent}[{style}]{sign} {change.operation}[/] " if style else f"{indent}{sign} {change.operation} "
    out.print(f"{line}{escape(change.name)} [dim]{escape(kind)}[/]")
    for changed in change.properties[:_PROPERTIES_SHOWN]:
        _show_property(changed, f"{indent}    ")
    if len(change.properties) > _PROPERTIES_SHOWN:
        out.print(f"{indent}    and {len(change.properties) - _PROPERTIES_SHOWN} more properties (see --json)")
