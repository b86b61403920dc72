"""One entry of the file of waivers, and what can be wrong with it."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from datetime import date
from typing import Any

FILE = "policies/waivers.yaml"  # as CODEOWNERS and findings name it
_URN = re.compile(r"urn:pulumi:[^:*?]+::[^*?]+::[^*?]+::[^*?]+")
_DIGEST = re.compile(r"[0-9a-f]{16}|unknown|from \S.*")
_AGAIN = "`platformctl waivers new --rule {} --urn '{}'` prints a whole entry to approve"


@dataclass(frozen=True, kw_only=True)
class Waiver:
    """One accepted failure: `rule` on exactly `urn`, and there at `property` alone if that is given, until the end of
    the day `expires` in UTC, or until what the rule reads of the resource is no longer `content`.
    """

    rule: str
    urn: str
    property: str | None = None
    reason: str
    owner: str
    approver: str  # an owner of FILE by CODEOWNERS
    ticket: str
    expires: date
    content: Mapping[str, str] = field(hash=False)  # see policies/waivers/content.py
    place: str = field(default="", compare=False)  # file:line


def what(waiver: Waiver) -> str:
    """The entry as messages name it."""
    return f"the waiver of {waiver.rule}" + (f" at {waiver.property}" if waiver.property else "")


def again(waiver: Waiver) -> str:
    """How to have it approved anew."""
    return _AGAIN.format(waiver.rule, waiver.urn)


@dataclass(frozen=True)
class Fault:
    """An entry that is no waiver: what is wrong, what to do, and where."""

    message: str
    remedy: str
    urn: str = ""
    place: str = ""


def read(
    items: Sequence[Any], name: str, owners: Collection[str], lines: Sequence[int] = ()
) -> tuple[list[Waiver], list[Fault]]:
    """The waivers among the decoded entries of a file, and the faults of the others; `owners` may approve."""
    waivers: list[Waiver] = []
    faults: list[Fault] = []
    for index, item in enumerate(items):
        place = f"{FILE}:{lines[index]}" if index < len(lines) else ""
        urn = item["urn"] if isinstance(item, dict) and isinstance(item.get("urn"), str) else ""
        found = _faults(item, owners)
        if not found:
            waiver = Waiver(**item, place=place)
            found = [_duplicate(waiver, other) for other in waivers if _overlap(waiver, other)][:1]
            if not found:
                waivers.append(waiver)
        entry = f"{name}, entry {index + 1}"
        faults += [Fault(f"{entry}: {message}", remedy, urn, place) for message, remedy in found]
    return waivers, faults


def _overlap(one: Waiver, other: Waiver) -> bool:
    either = None in (one.property, other.property) or one.property == other.property
    return (one.rule, one.urn) == (other.rule, other.urn) and either


def _duplicate(one: Waiver, other: Waiver) -> tuple[str, str]:
    return f"{what(one)} duplicates {what(other)} for {one.urn}", "Remove one of the two entries."


def _faults(item: Any, owners: Collection[str]) -> list[tuple[str, str]]:
    """What is wrong with an entry, and what to do about each."""
    if not isinstance(item, dict):
        return [("must be a map", "Write each entry as a map of the keys that docs/policies.md lists.")]
    found = _shape(item)
    if not found:
        found = _meaning(item, owners)
    urn = item.get("urn")
    whole = isinstance(urn, str) and _URN.fullmatch(urn)
    remedy = f"Correct the entry; {_AGAIN.format(item.get('rule'), urn)}." if whole else "Correct the entry."
    return [(message, own or remedy) for message, own in found]


def _shape(item: dict[Any, Any]) -> list[tuple[str, str]]:
    own = [entry for entry in fields(Waiver) if entry.name != "place"]
    known = {entry.name for entry in own}
    needed = {entry.name for entry in own if entry.default is MISSING}
    found = [f"{key} is missing" for key in sorted(needed - item.keys())]
    found += [f"{key} is not a field of a waiver" for key in sorted(item.keys() - known, key=str)]
    for key in sorted(known & item.keys()):
        words = _SHAPES.get(key, _text)(item[key])
        found += [f"{key} must be {words}, not {item[key]!r}"] if words else []
    return [(message, "") for message in found]


def _text(value: Any) -> str:
    return "" if isinstance(value, str) and value.strip() else "text"


def _date(value: Any) -> str:
    return "" if type(value) is date else "a date such as 2026-03-31"


def _content(value: Any) -> str:
    whole = isinstance(value, dict) and all(
        isinstance(key, str) and isinstance(digest, str) and _DIGEST.fullmatch(digest) for key, digest in value.items()
    )
    return "" if whole else "the map of properties to digests that `platformctl waivers new` prints"


_SHAPES = {"expires": _date, "content": _content}


def _meaning(item: dict[str, Any], owners: Collection[str]) -> list[tuple[str, str]]:
    from policies.rules import BY_ID  # late: rules are many, and no waiver needs none of them

    found: list[tuple[str, str]] = []
    if item["rule"] not in BY_ID:
        found.append((f"there is no rule {item['rule']!r}", "Name a rule that `platformctl rules` lists."))
    if not _URN.fullmatch(item["urn"]):
        message = f"urn must be the whole URN of one resource, without wildcards, not {item['urn']!r}"
        found.append((message, "Copy the URN from the finding; each resource needs an entry of its own."))
    if _handle(item["owner"]) == _handle(item["approver"]):
        remedy = "Have somebody else approve it: nobody waives for themselves."
        found.append(("owner and approver must be different people", remedy))
    if _handle(item["approver"]) not in map(_handle, owners):
        named = ", ".join(owners) or "nobody"
        message = f"approver {item['approver']!r} is no owner of {FILE}: CODEOWNERS names {named}"
        remedy = f"Name one of those who own {FILE}." if owners else f"Give {FILE} an owner in .github/CODEOWNERS."
        found.append((message, remedy))
    return found


def _handle(name: str) -> str:
    return name.strip().lstrip("@").casefold()
