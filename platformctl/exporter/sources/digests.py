"""Whether the trail's digests verify: `platformctl audit verify` over the day, hour by hour."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from platformctl.audit.bucket import Bucket, Connection, listed_keys
from platformctl.audit.chain import DELIVERY
from platformctl.audit.hours import HOUR, Window
from platformctl.audit.signature import PublicKeys, read_keys
from platformctl.audit.verify import Request, verify
from platformctl.exporter.clients import Clients
from platformctl.exporter.config import Config
from platformctl.exporter.metrics import Reading
from platformctl.exporter.sources.day import Day

_Found = tuple[str, str, str, str]  # kind, region, hour, key


@dataclass
class Digests:
    """What was found today. A digest that came after it was missed stays counted: counters do not go back."""

    config: Config
    clients: Clients
    day: Day = field(default_factory=lambda: Day(lag=HOUR + DELIVERY))  # when the digest of an hour is due
    _found: set[_Found] = field(default_factory=set)
    _done: Window | None = None  # of the day, what was verified

    def read(self) -> Reading:
        return self.told(datetime.now(UTC))

    def told(self, now: datetime) -> Reading:
        """Findings of the hours whose digests were due today."""
        day, config = self.day.span(now), self.config
        if self._done is None or self._done.start != day.start:
            self._done, self._found = Window(day.start, day.start), set()
        span = Window(max(day.start, self._done.end - HOUR), day.end)  # an hour again: what it left to the next digest
        request = Request(
            config.account, frozenset({config.region}), span, now, config.trail_prefix, config.trail, config.archive
        )
        source = Bucket(self.clients("s3", config.region), config.archive)
        result = verify(source, lambda region: self._keys(region, span), request, _silently)
        self._found |= {(one.kind, one.region, one.hour, one.key) for one in result.findings}
        self._done = day
        return {"audit_digest_failures_total": {(): float(len(self._found))}}

    def _keys(self, region: str, span: Window) -> PublicKeys:
        if self.config.public_keys:
            return read_keys(Path(self.config.public_keys))
        return listed_keys(Connection(None), region, span)


def _silently(_: str) -> AbstractContextManager[None]:
    return nullcontext()
