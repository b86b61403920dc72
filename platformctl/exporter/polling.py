"""Reads each source in a thread of its own, and keeps what it said for as long as that is true enough to tell."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from platformctl.exporter.metrics import Reading, families

_LOG = logging.getLogger("exporter")
_PATIENCE = 3  # intervals after which a value is no longer told: one failed reading is no news


class Unreadable(Exception):  # noqa: N818  what the world is like, not a fault of ours
    """The source answers, and does not say what it should; the message says what."""


@dataclass
class Source:
    """One thing that is read every `interval_s`. `read`: all of its series as they are now, or an exception."""

    name: str
    interval_s: float
    read: Callable[[], Reading]
    reading: Reading = field(default_factory=dict)
    is_up: bool = False
    succeeded_s: float = 0.0  # Unix time
    tried: threading.Event = field(default_factory=threading.Event)

    def poll(self) -> None:
        """Reads once. Whatever goes wrong is this source's alone, and told by its series and one line."""
        try:
            reading = self.read()
        except Exception as error:  # any of them: the other sources go on, and this one is tried again
            self.is_up = False
            _LOG.warning("%s cannot be read: %s: %s", self.name, type(error).__name__, error)
        else:
            self.reading, self.succeeded_s, self.is_up = reading, time.time(), True
        self.tried.set()

    def told(self, now_s: float) -> Reading:
        """Its series: the readings while they are fresh, and always how it is itself."""
        fresh = self.reading if now_s - self.succeeded_s <= _PATIENCE * self.interval_s else {}
        own = (self.name,)
        return {
            **fresh,
            "exporter_source_up": {own: float(self.is_up)},
            "exporter_source_last_success_timestamp_seconds": {own: self.succeeded_s},
        }


class Sources(Collector):
    """All of them, as prometheus_client collects."""

    def __init__(self, sources: Sequence[Source]):
        self.sources = tuple(sources)
        self._end = threading.Event()

    def collect(self) -> Iterator[Metric]:
        now_s = time.time()
        yield from families([source.told(now_s) for source in self.sources])

    def start(self, wait_s: float) -> None:
        """Begins to read, and returns when each source was tried once, or after `wait_s`: what is served first has
        every counter that can be had.
        """
        for source in self.sources:
            threading.Thread(target=self._run, args=(source,), name=source.name, daemon=True).start()
        last_s = time.monotonic() + wait_s
        for source in self.sources:
            source.tried.wait(max(0.0, last_s - time.monotonic()))

    def stop(self) -> None:
        self._end.set()

    def _run(self, source: Source) -> None:
        while not self._end.is_set():
            source.poll()
            self._end.wait(source.interval_s)
