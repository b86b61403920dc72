"""How long events take into the archive: each object once, by the oldest event in it."""

import json
import math
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from platformctl.audit.digest import is_region
from platformctl.audit.hours import Window, days, parse_time
from platformctl.audit.inflate import UnreadableError, inflate_whole
from platformctl.exporter.clients import Clients
from platformctl.exporter.config import Config
from platformctl.exporter.metrics import Histogram, Reading
from platformctl.exporter.sources.day import DAY, Day

# The arrival of the oldest record (Firehose developer guide, "Configure Amazon S3 object name format" and "Understand
# custom prefixes"). What CloudTrail's files are named by is their delivery (CloudTrail user guide, "CloudTrail log file
# name format"), which says nothing of how long it took: there the events themselves are asked.
_ARRIVAL = re.compile(r"-(\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d)-[^/]*$")
_WORKERS = 16
_CHUNK_BYTES = 256 * 1024


@dataclass
class Deliveries:
    """Objects that came today. What was in a file of CloudTrail is read once and then known by its key."""

    config: Config
    clients: Clients
    day: Day = field(default_factory=Day)
    _oldest: dict[str, datetime | None] = field(default_factory=dict)  # by key; None: it cannot be read

    def read(self) -> Reading:
        return self.told(datetime.now(UTC))

    def told(self, now: datetime) -> Reading:
        """Objects whose LastModified is of the day, in folders of this day and the one before."""
        client, span = self.clients("s3", self.config.region), self.day.span(now)
        arrived = {key: at for key, at in self._listed(client, span) if span.start <= at < span.end}
        new = [key for key in arrived if key not in self._oldest]
        with ThreadPoolExecutor(_WORKERS) as pool:
            known = dict(zip(new, pool.map(lambda key: self._oldest_event(client, key), new), strict=True))
        self._oldest = {key: known[key] if key in known else self._oldest[key] for key in arrived}
        took = (_seconds(self._oldest[key], at) for key, at in arrived.items())
        return {"audit_delivery_duration_seconds": {(): Histogram.of(took)}}

    def _listed(self, client: Any, span: Window) -> Iterator[tuple[str, datetime]]:
        folders = days(Window(span.start - DAY, span.end))
        pages = client.get_paginator("list_objects_v2")
        for prefix in (f"{place}{day}/" for place in self._places(client) for day in folders):
            for page in pages.paginate(Bucket=self.config.archive, Prefix=prefix):
                yield from ((one["Key"], one["LastModified"]) for one in page.get("Contents", ()))

    def _places(self, client: Any) -> Iterator[str]:
        root = f"{self.config.trail_prefix}/AWSLogs/{self.config.account}/CloudTrail/".lstrip("/")
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=self.config.archive, Prefix=root, Delimiter="/")
        found = (one["Prefix"] for page in pages for one in page.get("CommonPrefixes", ()))
        yield from (place for place in found if is_region(place.removeprefix(root).rstrip("/")))
        yield from self.config.streams

    def _oldest_event(self, client: Any, key: str) -> datetime | None:
        if named := _ARRIVAL.search(key):
            return datetime.strptime(named[1], "%Y-%m-%d-%H-%M-%S").replace(tzinfo=UTC)
        body = client.get_object(Bucket=self.config.archive, Key=key)["Body"]
        try:
            records = json.loads(inflate_whole(body.iter_chunks(_CHUNK_BYTES)))["Records"]
            return min(parse_time(one["eventTime"]) for one in records)
        except (UnreadableError, ValueError, KeyError, TypeError):
            return None


def _seconds(oldest: datetime | None, delivered: datetime) -> float:
    """Nobody can read what is not there: an object without readable events counts as not delivered."""
    return max((delivered - oldest).total_seconds(), 0.0) if oldest else math.inf
