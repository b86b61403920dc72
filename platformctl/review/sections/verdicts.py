"""How the policies' findings of the head stand to those of the base."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from platformctl.review.model import Finding, Verdicts
from policies.report import rank

_NEW, _FIXED, _STANDING = "new", "fixed", "standing"
# By the verdict after, and before: where the finding is told. None: there was, or is, no finding.
_WHERE: Mapping[tuple[str | None, str | None], str] = {
    ("fail", None): _NEW,
    ("fail", "undecided"): _NEW,
    ("fail", "waived"): _NEW,  # nobody accepts it any more
    ("fail", "fail"): _STANDING,
    (None, "fail"): _FIXED,
    (None, "waived"): _FIXED,
    **{("waived", was): "waived" for was in (None, "fail", "waived", "undecided")},
    **{("undecided", was): "undecided" for was in (None, "fail", "waived", "undecided")},
}


def verdicts(before: Iterable[Finding], after: Iterable[Finding], names: Mapping[str, str]) -> Verdicts:
    """The findings matched by rule, resource and property; `names` are the new URNs of renamed resources.

    Where a rule says several things of one property, equal messages belong together before others do.
    """
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    old = [dict(one) | {"urn": names.get(one["urn"], one["urn"])} for one in before]
    for was, now in _matched(sorted(old, key=rank), sorted(after, key=rank)):
        told = now or was or {}
        key = (now["verdict"] if now else None, was["verdict"] if was else None)
        if place := _WHERE.get(key):
            found[place].append({**told, "was": key[1]})
    return Verdicts(**{key: tuple(sorted(findings, key=rank)) for key, findings in found.items()})


def _matched(before: list[dict[str, Any]], after: list[Finding]) -> list[tuple[Finding | None, Finding | None]]:
    left = list(before)
    pairs: list[tuple[Finding | None, Finding | None]] = []
    rest = list(after)
    for key in (_exact, _key):
        waiting: dict[Any, list[dict[str, Any]]] = defaultdict(list)
        for one in left:
            waiting[key(one)].append(one)
        unmatched = []
        for now in rest:
            if same := waiting[key(now)]:
                pairs.append((same.pop(0), now))
            else:
                unmatched.append(now)
        rest = unmatched
        left = [one for ones in waiting.values() for one in ones]
    return [*pairs, *((None, now) for now in rest), *((was, None) for was in left)]


def _key(finding: Finding) -> tuple[Any, ...]:
    return finding["rule"], finding["urn"], finding["property"] or "", "" if finding["urn"] else finding["source"]


def _exact(finding: Finding) -> tuple[Any, ...]:
    return (*_key(finding), finding["message"].partition(" (waived: ")[0])
