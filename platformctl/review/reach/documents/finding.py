"""Policies of resources: whom they let in that they did not, and what they no longer deny."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from platformctl.review.compared import Compared
from platformctl.review.model import Item
from platformctl.review.reach.documents.grants import Grant, beyond, is_outside
from platformctl.review.reach.documents.holders import Policy, policies_of
from policies.graph import Graph
from policies.values import Mistyped, Undecided

_SHOWN = 4  # of one kind in a detail


def opened(compared: Compared, *, only: tuple[str, ...] = (), but: tuple[str, ...] = ()) -> Iterator[Item]:
    """One item for each statement that lets more in, or that denies no longer; of new subjects those for outsiders."""
    old, new = (policies_of(graph, only, but) for graph in (compared.before, compared.after))
    for subject in sorted(new.keys() | old.keys()):
        if subject in compared.before.by_urn and subject not in compared.after.by_urn:
            continue  # it goes itself
        was, now = old.get(subject, Policy()), new.get(subject, Policy())
        yield from _of_subject(compared, subject, was, now)


def _of_subject(compared: Compared, subject: str, was: Policy, now: Policy) -> Iterator[Item]:
    fresh = subject not in compared.before.by_urn and subject in compared.after.by_urn
    account = _account(compared.after, subject)
    about = next((urn for urn in sorted(now.holders | was.holders) if urn in compared.changes), "")
    about = about or next(iter(sorted(now.holders | was.holders)), subject)
    for urn in sorted(now.unknown - was.unknown):
        yield compared.item(urn, "its policy may let more in: what it says is not known before the update")
    if was.unknown and not now.unknown and now.allows:
        yield compared.item(about, "its policy may let more in: what it said before is not known")
        return
    granted = [grant for grant in now.allows if not fresh or is_outside(grant, account)]
    for grants in _by_statement(beyond(granted, was.allows)):
        yield _item(compared, about, "lets", grants)
    if not now.unknown:
        for grants in _by_statement(beyond(was.denies, now.denies)):
            yield _item(compared, about, "no longer denies", grants)


def _by_statement(grants: Iterable[Grant]) -> list[list[Grant]]:
    found: dict[str, list[Grant]] = defaultdict(list)
    for grant in grants:
        found[grant.label].append(grant)
    return list(found.values())


def _item(compared: Compared, about: str, verb: str, grants: list[Grant]) -> Item:
    label = grants[0].label
    summary = f"{label[:1].upper()}{label[1:]} {verb} {_who(grants)} {_what(grants)}"
    return compared.item(about, summary, *_details(grants))


def _account(graph: Graph, urn: str) -> str | None:
    try:
        resource = graph.by_urn.get(urn)
        return graph.account(resource) if resource else None
    except (Undecided, Mistyped):
        return None


def _who(grants: list[Grant]) -> str:
    told = {
        "everyone" if grant.who.everyone else "everyone else" if grant.who.kind == "not" else str(grant.who.value)
        for grant in grants
    }
    return _few(told) or "whoever has it"


def _what(grants: list[Grant]) -> str:
    return _few({str(grant.action) for grant in grants})


def _details(grants: list[Grant]) -> Iterator[str]:
    if places := {str(grant.resource) for grant in grants if grant.resource}:
        yield f"on {_few(places)}"
    conditions = {condition for grant in grants for condition in grant.conditions}
    for one in sorted(conditions, key=lambda c: (c.operator, c.key, c.values))[:_SHOWN]:
        yield f"where {one.operator} {one.key}: {_few(set(map(str, one.values)))}"


def _few(texts: set[str]) -> str:
    ordered = sorted(texts)
    more = f" and {len(ordered) - _SHOWN} more" if len(ordered) > _SHOWN else ""
    return ", ".join(ordered[:_SHOWN]) + more
