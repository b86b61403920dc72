"""Every series that is exported, in one table, and how readings become what Prometheus scrapes."""

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric

Labels = tuple[str, ...]  # the values, in the order of the family's labels

# Bounds in seconds; 900 is the objective (components/evidence/log_stream.py, DELIVERY_S).
DELIVERY_BOUNDS_S: Final = (60.0, 120.0, 300.0, 600.0, 900.0, 1_800.0, 3_600.0, 21_600.0)


@dataclass(frozen=True)
class Histogram:
    """`counts`: of each bucket by itself, one more than there are bounds."""

    counts: tuple[int, ...]
    total_s: float

    @classmethod
    def of(cls, durations_s: Iterable[float]) -> "Histogram":
        """Of durations against DELIVERY_BOUNDS_S; an infinite one is in the last bucket and in no sum."""
        counts, total_s = [0] * (len(DELIVERY_BOUNDS_S) + 1), 0.0
        for one in durations_s:
            counts[bisect_left(DELIVERY_BOUNDS_S, one)] += 1
            total_s += one if math.isfinite(one) else 0.0
        return cls(tuple(counts), total_s)

    def buckets(self) -> Iterator[tuple[str, float]]:
        """Cumulative, as Prometheus has them."""
        seen = 0
        for bound, count in zip((*DELIVERY_BOUNDS_S, math.inf), self.counts, strict=True):
            seen += count
            yield ("+Inf" if bound == math.inf else str(bound)), seen


Value = float | Histogram
Reading = Mapping[str, Mapping[Labels, Value]]  # family -> labels -> value


@dataclass(frozen=True)
class Family:
    """A metric: what it is, and its labels."""

    kind: Literal["gauge", "counter", "histogram"]
    help: str
    labels: tuple[str, ...] = ()


FAMILIES: Final[Mapping[str, Family]] = {
    "database_replica_lag_seconds": Family("gauge", "How far each replica is behind.", ("database", "replica")),
    "database_latest_restorable_timestamp_seconds": Family(
        "gauge", "The latest moment that a database can be restored to.", ("database",)
    ),
    "backup_newest_copy_timestamp_seconds": Family("gauge", "When the newest copy in a vault was made.", ("vault",)),
    "audit_delivery_duration_seconds": Family(
        "histogram", "From the oldest event of an object of the archive to its delivery; of today, UTC."
    ),
    "audit_sequence_gaps_total": Family("counter", "Change records that are missing between others."),
    "audit_digest_failures_total": Family("counter", "What does not verify in the trail's digests; of today, UTC."),
    "releases_total": Family(
        "counter", "Releases, once it is known whether a hotfix followed; of today.", ("hotfixed",)
    ),
    "release_aborts_total": Family("counter", "Aborted releases, by how soon they had no traffic.", ("within_60s",)),
    "exporter_source_up": Family("gauge", "Whether the source's last reading succeeded.", ("source",)),
    "exporter_source_last_success_timestamp_seconds": Family(
        "gauge", "When the source was last read; 0 before that.", ("source",)
    ),
}


def families(readings: Sequence[Reading]) -> Iterator[Metric]:
    """What is read, in the order of the table; what nobody read is left out."""
    for name, family in FAMILIES.items():
        values = {labels: value for reading in readings for labels, value in reading.get(name, {}).items()}
        if values:
            yield _metric(name, family, values)


def _metric(name: str, family: Family, values: Mapping[Labels, Value]) -> Metric:
    if family.kind == "histogram":
        histogram = HistogramMetricFamily(name, family.help, labels=family.labels)
        for labels, value in sorted(values.items()):
            assert isinstance(value, Histogram)
            histogram.add_metric(labels, list(value.buckets()), value.total_s)
        return histogram
    made = (CounterMetricFamily if family.kind == "counter" else GaugeMetricFamily)(
        name, family.help, labels=family.labels
    )
    for labels, value in sorted(values.items()):
        assert isinstance(value, float)
        made.add_metric(labels, value)
    return made
