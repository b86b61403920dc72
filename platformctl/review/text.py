"""The review for a terminal: worst first, what is alike together, the rest by layer and component."""

import io
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.markup import escape

from platformctl.formats.characters import shown
from platformctl.review.model import CHANGES, DATA_LOSS, ROLLOUT
from platformctl.review.money import money

_WIDTH = 160  # columns, of a file
_STYLE = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan", "info": "bold"}
_OPERATION = {"create": "green", "update": "yellow", "replace": "red", "delete": "red"}
_SIGN = {"create": "+", "update": "~", "replace": "±", "delete": "-", "import": "=", "same": "·"}
_ALIKE_SHOWN = 5  # of one section, that say the same of resources of one type
_CREATED_SHOWN = 3
_FINDINGS_SHOWN = 10
_POLICY_STYLE = {"new": "bold red", "undecided": "yellow", "standing": "yellow", "waived": "dim", "fixed": "green"}
POLICY_TITLES = {
    "new": "New findings",
    "undecided": "Undecided until the update",
    "standing": "Findings that were there before",
    "waived": "Waived findings",
    "fixed": "Fixed findings",
}


def render(review: Mapping[str, Any]) -> str:
    """What a terminal shows, without colours."""
    stream = io.StringIO()
    console = Console(file=stream, width=_WIDTH, color_system=None, highlight=False, soft_wrap=True)
    for line in lines(review):
        console.print(line)
    return stream.getvalue()


def lines(review: Mapping[str, Any]) -> Iterator[str]:
    """The review, `Review.as_dict()`, in rich's markup."""
    yield (
        f"[bold]{_safe(review['environment'])}[/]: {_safe(review['base'])} → {_safe(review['head'])}"
        f" [dim]in {_safe(review['place'])}, {review['seconds']:.0f} s[/]"
    )
    for refusal in review["refusals"]:
        yield f"[bold red]refused[/] to {_safe(refusal['operation'])} {_safe(refusal['name'])}"
        yield from (f"    {_safe(reason)}" for reason in refusal["reasons"])
        yield f"    [dim]remedy: {_safe(refusal['remedy'])}[/]"
    yield from _drift(review["drift"])
    policies = _policies(review["policies"])
    for section in review["sections"]:
        if section["id"] in (ROLLOUT.id, CHANGES.id) and policies:
            yield from policies
            policies = []
        yield from _changes(section) if section["id"] == CHANGES.id else _section(section)
    yield from policies
    yield from _cost(review["cost"])
    if review["clear"]:
        yield f"[dim]Looked for and not found: {', '.join(review['clear'])}[/]"
    told = ", ".join(f"{number} {_safe(operation)}" for operation, number in review["counts"].items())
    yield f"Changes: {told or 'none'}"


def _section(section: Mapping[str, Any]) -> Iterator[str]:
    yield f"[{_STYLE[section['severity']]}]{section['title']} ({len(section['items'])})[/]"
    limit = None if section["id"] == DATA_LOSS.id else _ALIKE_SHOWN
    for _, alike in groupby(section["items"], key=lambda item: (item["type"], item["summary"])):
        group = list(alike)
        for item in group[:limit]:
            yield from _item(item)
        if len(group) > len(group[:limit]):
            yield f"    [dim]and {len(group) - len(group[:limit])} more {_kind(item)} alike (see --json)[/]"


def _item(item: Mapping[str, Any]) -> Iterator[str]:
    place = f" [dim]({_safe(item['source'])})[/]" if item["source"] else ""
    name = f"{_sign(item)} {_safe(item['name'])} [dim]{_kind(item)}[/]" if item["name"] else "·"
    yield f"  {name}{place}: {_safe(item['summary'])}"
    yield from (f"        {_safe(detail)}" for detail in item["details"])


def _changes(section: Mapping[str, Any]) -> Iterator[str]:
    """As `show_changes` does it: creations of many resources of one type take one line."""
    yield f"[bold]{section['title']} ({len(section['items'])})[/]"
    for layer, in_layer in groupby(section["items"], key=lambda item: item["layer"]):
        yield f"[bold]{_safe(layer) or 'stack'}[/]"
        for component, members in groupby(in_layer, key=lambda item: item["component"]):
            if component:
                yield f"  {_safe(component)}"
            for (operation, _), alike in groupby(members, key=lambda item: (item["operation"], item["type"])):
                group = list(alike)
                if operation == "create" and len(group) > _CREATED_SHOWN:
                    first, last = _safe(group[0]["name"]), _safe(group[-1]["name"])
                    yield f"    [green]+ create[/] {len(group)} [dim]{_kind(group[0])}[/] {first} ... {last}"
                else:
                    for item in group:
                        yield from _change(item)


def _change(item: Mapping[str, Any]) -> Iterator[str]:
    place = f" [dim]({_safe(item['source'])})[/]" if item["source"] else ""
    yield f"    {_sign(item)} {_safe(item['name'])} [dim]{_kind(item)}[/]{place}"
    yield from (f"        {_safe(detail)}" for detail in item["details"])


def _policies(policies: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[str]:
    counted = ", ".join(f"{len(policies[key])} {key}" for key in POLICY_TITLES)
    found = [f"[bold]Policies: {counted}[/]"] if any(policies.values()) else []
    for key, title in POLICY_TITLES.items():
        if not policies[key]:
            continue
        found.append(f"[{_POLICY_STYLE[key]}]{title} ({len(policies[key])})[/]")
        for finding in policies[key][:_FINDINGS_SHOWN]:
            place = f" [dim]({_safe(finding['source'])})[/]" if finding.get("source") else ""
            rule = f"{_safe(finding['rule'])} [dim]{_safe(finding['severity'])}[/]"
            found.append(f"  {rule} {_safe(finding['name'])}{place}: {_safe(finding['message'])}")
        if len(policies[key]) > _FINDINGS_SHOWN:
            found.append(f"    [dim]and {len(policies[key]) - _FINDINGS_SHOWN} more (see --json)[/]")
    return found


def _cost(cost: Mapping[str, Any]) -> Iterator[str]:
    if not cost:
        return
    yield f"[bold]Estimated cost: {money(cost['delta'], cost['currency'], signed=True)} a month[/]"
    before, after = (money(cost[key], cost["currency"]) for key in ("before", "after"))
    yield f"    [dim]{before} → {after}, for what is priced; {_safe(cost['note'])}[/]"
    for item in cost["items"]:
        delta = money(item["delta"], cost["currency"], signed=True)
        yield f"    {delta} {_safe(item['name'])} [dim]{_kind(item)}[/] {_safe(item['basis'])}"
    if cost["unpriced"]:
        yield f"    [dim]not priced: {', '.join(map(_safe, cost['unpriced']))}[/]"


def _drift(drift: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if drift:
        yield f"[bold]Drift, which is there without this change ({len(drift)})[/]"
    for one in drift:
        yield f"  [yellow]{_safe(one['class'])}[/] {_safe(one['name'])} {_safe(one['property'] or 'is gone')}"


def _sign(item: Mapping[str, Any]) -> str:
    operation = item["operation"]
    text = escape(_SIGN.get(operation, ">"))
    style = _OPERATION.get(operation)
    return f"[{style}]{text} {_safe(operation)}[/]" if style else text


def _kind(item: Mapping[str, Any]) -> str:
    return _safe(item["type"].rpartition(":")[2])


def _safe(text: str) -> str:
    return escape(shown(str(text)))
