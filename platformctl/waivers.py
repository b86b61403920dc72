"""Makes entries of policies/waivers.yaml, and says how those that are there stand."""

from collections.abc import Mapping
from datetime import date, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from platformctl.errors import CommandError
from platformctl.project import PROGRAMS, Project
from policies import engine, waivers
from policies.graph import Graph
from policies.report import Verdict
from policies.rules import BY_ID
from policies.waivers.content import content
from policies.waivers.entries import FILE, Waiver

_IN_FORCE = "in force"


def target_of(urn: str) -> str:
    """The environment that a URN is in, as people type it; CommandError for what is no URN of ours."""
    parts = urn.removeprefix("urn:pulumi:").split("::")
    keys = {program.name: key for key, program in PROGRAMS.items()}
    if not urn.startswith("urn:pulumi:") or len(parts) < 4 or parts[1] not in keys:
        raise CommandError(
            f"--urn {urn!r} is no URN of {' or '.join(keys)}: `platformctl check --format json` prints it"
        )
    return Project.named(keys[parts[1]]).target(parts[0])


def entry(graph: Graph, rule: str, urn: str, given: Mapping[str, Any], today: date) -> dict[str, Any]:
    """A whole entry for what `rule` finds on `urn`, with the content filled in; `given` are the other fields.

    CommandError for an unknown rule or resource, where there is nothing to waive, or if the entry is not valid.
    """
    if rule not in BY_ID:
        near = get_close_matches(rule.upper(), BY_ID, 3) or ["those that `platformctl rules` lists"]
        raise CommandError(f"there is no rule {rule!r}: did you mean {' or '.join(near)}?")
    if urn not in graph.by_urn:
        near = get_close_matches(urn, graph.by_urn, 1)
        raise CommandError(f"there is no resource {urn}" + (f": did you mean {near[0]}?" if near else ""))
    report = engine.evaluate(graph, [BY_ID[rule]], waivers.Waivers(), today, partial=True)
    found = [f for f in report.findings if f.urn == urn and f.verdict in (Verdict.FAIL, Verdict.UNDECIDED)]
    places = sorted({finding.property or "" for finding in found})
    if not found:
        raise CommandError(f"{rule} finds nothing on {urn}: there is nothing to waive")
    if given.get("property") is not None and given["property"] not in places:
        known = ", ".join(filter(None, places)) or "none; leave --property out"
        raise CommandError(f"{rule} finds nothing at {given['property']!r}: the properties of its findings are {known}")
    fields = {"rule": rule, "urn": urn} | {key: value for key, value in given.items() if value is not None}
    made = fields | {"content": content(BY_ID[rule], graph, graph.by_urn[urn])}
    _refuse(waivers.parse([made], "the entry"))
    return made


def expiry(days: int | None, expires: str | None, today: date) -> date:
    """The last day of a waiver: `expires`, or so many days from today (30 without either)."""
    if days is not None and expires is not None:
        raise CommandError("--days and --expires exclude each other")
    try:
        last = date.fromisoformat(expires) if expires else today + timedelta(days=30 if days is None else days)
    except (ValueError, OverflowError):
        wrong = f"--expires must be a date such as 2026-03-31, not {expires!r}" if expires else f"--days {days}"
        raise CommandError(wrong) from None
    if not today <= last <= today + timedelta(days=waivers.LONGEST_DAYS):
        latest = today + timedelta(days=waivers.LONGEST_DAYS)
        raise CommandError(f"a waiver holds {waivers.LONGEST_DAYS} days at most, to {latest}; this one to {last}")
    return last


def text_of(made: Mapping[str, Any]) -> str:
    """The entry as the file holds it."""
    return yaml.safe_dump([dict(made)], sort_keys=False, allow_unicode=True, width=10_000)


def add(made: Mapping[str, Any], file: Path = waivers.COMMITTED) -> None:
    """Write the entry at the end of the file; CommandError, and no change, if the file would not be valid."""
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    kept = "".join(line for line in before.splitlines(keepends=True) if line.strip() != "[]")
    after = f"{kept.rstrip()}\n{text_of(made)}".lstrip()
    new = file.with_suffix(".new")
    new.write_text(after, encoding="utf-8")
    try:
        _refuse(waivers.load(new))
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)


def listed(known: waivers.Waivers, today: date) -> dict[str, Any]:
    """Every waiver with its days left and how it stands, soonest end first; and the entries that are none."""
    entries = sorted(known.entries, key=lambda waiver: (waiver.expires, waiver.rule, waiver.urn, waiver.property or ""))
    return {
        "schema": 1,
        "waivers": [_listed(waiver, today) for waiver in entries],
        "malformed": [{"message": fault.message, "remedy": fault.remedy} for fault in known.malformed],
    }


def blocks(document: Mapping[str, Any]) -> bool:
    """Whether a waiver of `listed` fails the check of its environment."""
    return bool(document["malformed"]) or any(one["status"] != _IN_FORCE for one in document["waivers"])


def _listed(waiver: Waiver, today: date) -> dict[str, Any]:
    fields = ("rule", "urn", "property", "reason", "owner", "approver", "ticket")
    return {key: getattr(waiver, key) for key in fields} | {
        "expires": str(waiver.expires),
        "days_left": (waiver.expires - today).days,
        "status": _status(waiver, today),
        "source": waiver.place,
    }


def _status(waiver: Waiver, today: date) -> str:
    try:
        target = target_of(waiver.urn)
        Project.choose(target)
    except CommandError:
        return "of no environment"
    if waivers.in_force(waiver, today):
        return _IN_FORCE
    return "expired" if waiver.expires < today else f"ends too late, after {waivers.LONGEST_DAYS} days"


def _refuse(parsed: waivers.Waivers) -> None:
    if parsed.malformed:
        wrong = "\n".join(
            f"{fault.message.removeprefix('the entry, entry 1: ')}. {fault.remedy}" for fault in parsed.malformed
        )
        raise CommandError(f"this would be no valid entry of {FILE}:\n{wrong}")
