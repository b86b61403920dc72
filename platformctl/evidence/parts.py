"""What the evidence consists of: reports of this command line, each in a process of its own."""

import calendar
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from platformctl.errors import CommandError, Exit

FRAMEWORKS = ("pci-dss-4.0.1", "soc2", "cis-aws", "cis-eks")


class Outcome(StrEnum):
    """Fine: nothing to find. Findings: a report that says what is wrong. Missing: there is no report."""

    FINE = "fine"
    FINDINGS = "findings"
    MISSING = "missing"
    LEFT_OUT = "left out"


@dataclass(frozen=True)
class Part:
    """One report: its file's name without the ending, the command that prints it as JSON, and where it looks."""

    name: str
    words: tuple[str, ...]
    asks_account: bool = False  # it takes --live


@dataclass(frozen=True)
class Made:
    """What became of one part; `why` is the command's own reason where there is no report."""

    part: Part
    command: str
    outcome: Outcome
    exit_code: int | None = None
    report: bytes = b""
    why: str = ""


def month_of(text: str | None, today: date) -> date:
    """The first day of the month that is meant, by default of the one before today's; CommandError for no month."""
    if text is None:
        return date(today.year - (today.month == 1), (today.month - 2) % 12 + 1, 1)
    try:
        first = datetime.strptime(text, "%Y-%m").date()  # a month has no zone
    except ValueError:
        raise CommandError(f"--month must be a month such as 2026-10, got {text!r}") from None
    if first > today:
        raise CommandError(f"--month {text} has not begun: evidence is of what was")
    return first


def parts(environment: str, month: date) -> tuple[Part, ...]:
    """All of them, in the order of their names."""
    after = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    span = ("--from", month.isoformat(), "--to", after.isoformat())
    return (
        Part("access-matrix", ("access", environment, "--format", "json")),
        Part("audit", ("audit", "verify", environment, *span, "--json"), asks_account=True),
        Part("changes", ("changes", "verify", environment, "--json"), asks_account=True),
        *(
            Part(f"coverage-{name}", ("rules", "coverage", environment, "--framework", name, "--format", "json"))
            for name in FRAMEWORKS
        ),
        Part("drift", ("drift", environment, "--json"), asks_account=True),
        Part("policies", ("check", environment, "--format", "json")),
        Part("waivers", ("waivers", "list", "--format", "json")),
    )


def title(month: date) -> str:
    """For people: October 2026."""
    return f"{calendar.month_name[month.month]} {month.year}"


def make(part: Part, root: Path, live: bool) -> Made:
    """Runs the command of a part in the checkout. A report that is no JSON counts as missing."""
    words = (*part.words, *(["--live"] if live and part.asks_account else []))
    line = [sys.executable, "-m", "platformctl", *words]
    result = subprocess.run(  # noqa: S603  # this very program
        line, cwd=root, env=dict(os.environ), capture_output=True, stdin=subprocess.DEVNULL, check=False
    )
    if result.returncode == Exit.INTERRUPTED:
        raise KeyboardInterrupt
    command = " ".join(("platformctl", *words))
    if result.returncode in (Exit.FINE, Exit.FINDINGS, Exit.UNDECIDED, Exit.DRIFT) and _is_json(result.stdout):
        outcome = Outcome.FINE if result.returncode == Exit.FINE else Outcome.FINDINGS
        return Made(part, command, outcome, result.returncode, result.stdout)
    said = result.stderr.decode(errors="replace").strip() or "it printed no report"
    return Made(part, command, Outcome.MISSING, result.returncode, why=said[-2000:])


def make_all(
    chosen: Sequence[Part], without: Sequence[str], root: Path, live: bool, tell: Callable[[Made], Any]
) -> list[Made]:
    """Every part in order; those `without` are in the manifest as left out. `tell` hears of each as it is done."""
    if unknown := sorted(set(without) - {part.name for part in chosen}):
        known = ", ".join(part.name for part in chosen)
        raise CommandError(f"--without {unknown[0]}: no part of the evidence; parts are {known}")
    made = []
    for part in chosen:
        one = Made(part, "", Outcome.LEFT_OUT) if part.name in without else make(part, root, live)
        tell(one)
        made.append(one)
    return made


def _is_json(text: bytes) -> bool:
    import json

    try:
        return isinstance(json.loads(text), dict | list)
    except ValueError:
        return False
