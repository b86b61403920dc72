"""The change records in the archive: whether any is missing, and which releases needed a hotfix."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from platformctl.audit.hours import Window, parse_time
from platformctl.exporter.clients import Clients
from platformctl.exporter.config import Config
from platformctl.exporter.metrics import Reading
from platformctl.exporter.sources.day import Day
from platformctl.records.chain import check
from platformctl.records.record import record_name
from platformctl.records.stores import BucketStore

_ROLLOUT: Final = "kubernetes:argoproj.io/v1alpha1:Rollout"
# Within it the next change of the same service that mends something is taken for its hotfix: as long as the longest
# window of the level that reads this (stacks/slo.py).
HOTFIX_WITHIN: Final = timedelta(days=3)
HANDED_OVER_WITHIN: Final = timedelta(minutes=15)  # of its end: a record is copied by the command that wrote it


@dataclass
class Changes:
    """Records never change, so each is read once."""

    config: Config
    clients: Clients
    day: Day = field(default_factory=Day)
    _files: dict[str, bytes] = field(default_factory=dict)

    def gaps(self) -> Reading:
        return self.missing(datetime.now(UTC))

    def missing(self, now: datetime) -> Reading:
        """Numbers that no record has, although a later one was written a while ago: they are handed over in order.
        What is before the first one was kept for as long as it had to be.
        """
        files = self._read()
        chain = check(files, (self.config.project, self.config.stack), {})
        old = [one["sequence"] for one in chain.records if _ended(one) <= now - HANDED_OVER_WITHIN]
        missing = {
            one.sequence for one in chain.findings if one.file == record_name(one.sequence) and one.file not in files
        }
        counted = sum(chain.records[0]["sequence"] < number < max(old) for number in missing) if old else 0
        return {"audit_sequence_gaps_total": {(): float(counted)}}

    def releases(self) -> Reading:
        return self.told(datetime.now(UTC))

    def told(self, now: datetime) -> Reading:
        """Releases of which it was told today whether a hotfix followed."""
        counted = {"false": 0.0, "true": 0.0}
        for hotfixed in settled(list(_records(self._read())), self.day.span(now)):
            counted[str(hotfixed).lower()] += 1
        return {"releases_total": {(label,): number for label, number in counted.items()}}

    def _read(self) -> Mapping[str, bytes]:
        config = self.config
        store = BucketStore(self.clients("s3", config.region), config.archive, config.records_prefix)
        names = store.names()
        new = {name: store.read(name) for name in names if name not in self._files}
        self._files = {**self._files, **{name: content for name, content in new.items() if content is not None}}
        return {name: self._files[name] for name in names if name in self._files}


def settled(records: Sequence[Mapping[str, Any]], span: Window) -> Iterator[bool]:
    """Of each release that is decided in the span, whether a hotfix followed: at once when it does, else when none has
    for HOTFIX_WITHIN. A release is a change that succeeded and touched a Rollout; a hotfix is a later one of those
    that is in the lane `fix`, or a rollback, and touches one of the same.
    """
    releases = [(parse_time(one["ended_at"]), _rollouts(one), one) for one in records if _is_release(one)]
    for ended, rollouts, _ in releases:
        fixes = (
            time
            for time, others, other in releases
            if ended < time <= ended + HOTFIX_WITHIN and rollouts & others and _mends(other)
        )
        fixed = min(fixes, default=None)
        decided = fixed or ended + HOTFIX_WITHIN
        if span.start <= decided < span.end:
            yield fixed is not None


def _records(files: Mapping[str, bytes]) -> Iterator[dict[str, Any]]:
    for name in sorted(files):
        if not name.endswith(".head.json"):
            yield json.loads(files[name])["record"]


def _ended(record: Mapping[str, Any]) -> datetime:
    return parse_time(record.get("ended_at") or record["started_at"])


def _is_release(record: Mapping[str, Any]) -> bool:
    return record["outcome"] == "succeeded" and bool(record.get("ended_at")) and bool(_rollouts(record))


def _rollouts(record: Mapping[str, Any]) -> frozenset[str]:
    changes = (record.get("what") or {}).get("changes") or ()
    urns = (one["urn"] for one in changes if one["operation"] != "delete")
    return frozenset(urn for urn in urns if urn.split("::")[2].rpartition("$")[2] == _ROLLOUT)


def _mends(record: Mapping[str, Any]) -> bool:
    return record["command"] == "rollback" or (record.get("budgets") or {}).get("lane") == "fix"
