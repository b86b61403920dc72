"""What one region's digests and log files show together, once they are read."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from platformctl.audit.chain import Checked, check_backfills, check_chain, missing_hours
from platformctl.audit.digest import LogFile
from platformctl.audit.findings import Finding, Kind
from platformctl.audit.hours import Window, text_of
from platformctl.audit.logs import SETTLING, stamp


@dataclass(frozen=True)
class Evidence:
    """What was read of a region: its digests around the span, the very first of the trail, and its log files' keys."""

    region: str
    digests: Sequence[Checked]
    first: Checked | None
    log_keys: Sequence[str]


@dataclass(frozen=True)
class NamedLog:
    """A log file to be hashed, with the hour and the bucket of the digest that names it."""

    region: str
    hour: str
    bucket: str
    log: LogFile


@dataclass(frozen=True)
class Judged:
    """A region's findings and counts; the log files that its digests name are still to be hashed."""

    region: str
    began: datetime | None  # when the trail began, where its first digest is a starting one
    expected: int
    found: int
    valid: int
    backfills: int
    pending: tuple[Window, ...]
    unsettled: int  # log files that may be named by a digest yet to come
    findings: tuple[Finding, ...]
    logs: tuple[NamedLog, ...]

    def as_dict(self, valid_logs: int) -> dict[str, Any]:
        """The JSON form."""
        return {
            "region": self.region,
            "logging_began": text_of(self.began) if self.began else None,
            "digests": {
                "expected": self.expected,
                "found": self.found,
                "valid": self.valid,
                "backfill": self.backfills,
                "not_due": [text_of(hour.start) for hour in self.pending],
            },
            "log_files": {"named": len(self.logs), "valid": valid_logs, "not_settled": self.unsettled},
        }


def judge(evidence: Evidence, span: Window, now: datetime) -> Judged:
    """Everything but the hashes of the log files."""
    region = evidence.region
    hourly = sorted((d for d in evidence.digests if not d.name.backfill), key=lambda d: (d.window.end, d.name.key))
    inside = [d for d in hourly if d.window.overlaps(span)]
    before = max((d for d in hourly if d.window.end <= span.start), key=lambda d: d.window.end, default=None)
    after = min((d for d in hourly if d.window.start >= span.end), key=lambda d: d.window.end, default=None)
    backfills = [d for d in evidence.digests if d.name.backfill and d.window.overlaps(span)]
    began = _began(evidence.first)
    logged = Window(max(span.start, began or span.start), span.end)
    missing, pending = missing_hours(inside, logged, now) if logged.start < logged.end else ([], [])
    links = [
        *check_chain(before, inside, evidence.first.name.key if evidence.first and began else None),
        *check_backfills(backfills, {d.name.key: d for d in evidence.digests}, span),
    ]
    unlinked = {finding.key for finding in links}
    ends = [d.window.end for d in inside] + [hour.end for hour in missing]
    settled = span.end if after and after.proven else min(span.end, max(ends, default=span.start) - SETTLING)
    strays, unsettled = _strays(evidence, Window(span.start, settled), span.end)
    return Judged(
        region=region,
        began=began,
        expected=len(inside) + len(missing),
        found=len(inside),
        valid=sum(d.proven is not None and d.name.key not in unlinked for d in inside),
        backfills=len(backfills),
        pending=tuple(pending),
        unsettled=unsettled,
        findings=(
            *(finding for digest in (*inside, *backfills) for finding in digest.findings),
            *links,
            *_missing(region, missing, inside, strays),
            *_unnamed(region, [*missing, *(d.window for d in inside if not d.digest)], strays),
        ),
        logs=tuple(_named(region, [*inside, *backfills])),
    )


def _began(first: Checked | None) -> datetime | None:
    return first.window.start if first and first.proven and first.proven.previous is None else None


def _named(region: str, digests: Sequence[Checked]) -> Iterator[NamedLog]:
    """Each log file once for each thing that is said of it."""
    seen: set[LogFile] = set()
    for digest in filter(None, (checked.proven for checked in digests)):
        for log in digest.logs:
            if log not in seen:
                seen.add(log)
                yield NamedLog(region, text_of(digest.window.start), digest.bucket, log)


def _strays(evidence: Evidence, settled: Window, end: datetime) -> tuple[Mapping[str, datetime | None], int]:
    """Objects among the log files that no digest names, by key; and how many more there are that may be named yet.

    What an invalid digest names is no stray: the finding about that digest stands for its log files too.
    """
    named = {log.key for checked in evidence.digests if checked.digest for log in checked.digest.logs}
    times = {key: stamp(key) for key in evidence.log_keys if key not in named}
    strays = {key: time for key, time in times.items() if time is None or settled.start <= time < settled.end}
    return strays, sum(1 for time in times.values() if time and settled.end <= time < end)


def _missing(
    region: str, missing: Sequence[Window], inside: Sequence[Checked], strays: Mapping[str, datetime | None]
) -> Iterator[Finding]:
    successors = {d.window.start: d.proven.previous.key for d in inside if d.proven and d.proven.previous}
    unproven = Counter(_hour_of(time, missing) for time in strays.values())
    for hour in missing:
        what = f"no digest covers {text_of(hour.start)} to {text_of(hour.end)}"
        detail = f"{what}; log files without proof: {unproven[hour]}"
        yield Finding(Kind.DIGEST_MISSING, region, text_of(hour.start), successors.get(hour.end, ""), detail)


def _unnamed(region: str, dark: Sequence[Window], strays: Mapping[str, datetime | None]) -> Iterator[Finding]:
    """Strays outside of the dark hours, those without a digest that can be read: they have a finding of their own."""
    hours = sorted(dark)
    for key, time in strays.items():
        if not _hour_of(time, hours):
            hour = text_of(time) if time else ""
            yield Finding(Kind.LOG_UNNAMED, region, hour, key, "it lies among the log files, and no digest names it")


def _hour_of(time: datetime | None, hours: Sequence[Window]) -> Window | None:
    """The one of the hours, in order, that holds the time."""
    place = bisect_right(hours, time, key=lambda hour: hour.start) - 1 if time else -1
    return hours[place] if time and place >= 0 and time < hours[place].end else None
