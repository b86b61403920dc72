"""The results as a Markdown table and as JSON."""

from collections.abc import Iterable, Sequence
from math import ceil
from typing import Any

from tests.faults.running import Result

SCHEMA = 1


def percentile(values: Iterable[float], percent: float) -> float | None:
    """The smallest value that so many percent of them do not exceed (nearest rank); None without values."""
    ranked = sorted(values)
    return ranked[max(1, ceil(percent / 100 * len(ranked))) - 1] if ranked else None


def markdown(results: Sequence[Result]) -> str:
    """Every run, then what failed with the command that repeats it, then times by fault."""
    failed = [result for result in results if result.wrong]
    lines = ["# Faults", "", f"{len(results)} runs, {len(failed)} failed.", ""]
    lines += _table(
        ("fault", "seed", "expected", "observed", "time to detect", "time to safe"),
        (
            (
                f"{result.fault.number} {result.fault.title} (`{result.fault.name}`, {result.fault.level})",
                str(result.seed),
                result.fault.expected,
                "**FAILED**, see below" if result.wrong else result.observed.text,
                _seconds(result.observed.detect_s),
                _seconds(result.observed.safe_s),
            )
            for result in results
        ),
    )
    for result in failed:
        lines += ["", f"## {result.fault.name}, seed {result.seed}", "", f"Again: `{result.again}`", ""]
        lines += ["```", result.wrong.strip(), "```"]
    lines += ["", "## Times by fault", ""]
    header = ("fault", "seeds", "failed", "detect p50", "detect p95", "safe p50", "safe p95")
    lines += _table(header, (_row(times) for times in summary(results)))
    return "\n".join(lines) + "\n"


def summary(results: Sequence[Result]) -> list[dict[str, Any]]:
    """By fault: how many seeds, how many failed, and the percentiles of the times in seconds."""
    found = []
    for fault in dict.fromkeys(result.fault for result in results):
        mine = [result for result in results if result.fault == fault]
        one: dict[str, Any] = {"fault": fault.number, "name": fault.name, "title": fault.title, "seeds": len(mine)}
        one["failed"] = sum(bool(result.wrong) for result in mine)
        for what in ("detect_s", "safe_s"):
            known = [time for result in mine if (time := getattr(result.observed, what)) is not None]
            one[what] = {f"p{percent}": percentile(known, percent) for percent in (50, 95)}
        found.append(one)
    return found


def document(results: Sequence[Result]) -> dict[str, Any]:
    """The JSON form."""
    runs = [
        {
            "fault": result.fault.number,
            "name": result.fault.name,
            "title": result.fault.title,
            "level": result.fault.level,
            "seed": result.seed,
            "expected": result.fault.expected,
            "observed": result.observed.text,
            "detect_s": result.observed.detect_s,
            "safe_s": result.observed.safe_s,
            "seconds": round(result.seconds, 2),
            "wrong": result.wrong,
            "again": result.again,
        }
        for result in results
    ]
    return {"schema": SCHEMA, "runs": runs, "summary": summary(results)}


def _row(times: dict[str, Any]) -> tuple[str, ...]:
    percentiles = (_seconds(times[what][percent]) for what in ("detect_s", "safe_s") for percent in ("p50", "p95"))
    return (f"{times['fault']} {times['title']}", str(times["seeds"]), str(times["failed"]), *percentiles)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    ruled = [header, ["---"] * len(header), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in ruled]


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.1f} s"
