"""Pods of services as Prometheus scrapes them: as many series as are asked for, all of which service levels read."""

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from components.slo.definition import ServiceLevel
from tests.slo.gauges import gauge
from tests.slo.invariants import counter
from tests.slo.witnesses import Witness, witnesses

PER_S = 0.5  # events of each series
Line = tuple[str, float, float]  # series, what it is at second 0, what it grows by in a second


class Pods(ThreadingHTTPServer):
    """`/SERVICE` answers with the service's series; `lines` may be replaced while it runs."""

    daemon_threads = True

    def __init__(self, lines: dict[str, list[Line]]):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.lines, self.started_s = lines, time.time()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def text(self, service: str) -> bytes:
        seconds = time.time() - self.started_s
        return "".join(f"{name} {at + grows * seconds:.3f}\n" for name, at, grows in self.lines[service]).encode()


class _Handler(BaseHTTPRequestHandler):
    server: Pods

    def do_GET(self) -> None:  # the name that http.server calls
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(self.server.text(self.path.strip("/")))

    def log_message(self, *_: Any) -> None:
        """Nothing: a scrape is no event."""


def lines(levels: Sequence[ServiceLevel], count: int) -> list[Line]:
    """`count` series, spread over all that the levels read."""
    kinds = list(dict.fromkeys(kind for level in levels for kind in _kinds(level)))
    return [
        (witness.series(pod=f"pod-{number // len(kinds)}"), at, grows)
        for number, (witness, at, grows) in enumerate(_repeated(kinds, count))
    ]


def _repeated(kinds: Sequence[tuple[Witness, float, float]], count: int) -> Iterator[tuple[Witness, float, float]]:
    return (kinds[number % len(kinds)] for number in range(count))


def _kinds(level: ServiceLevel) -> Iterable[tuple[Witness, float, float]]:
    if compared := gauge(level.bad):
        now = time.time()
        return [(compared.witness, compared.value(now, bad=False), float(compared.is_moment))]
    if level.kind == "invariant":
        return [(counter(level), 0.0, 0.0)]
    found = witnesses(level.bad, level.total)
    return [(one, 1.0, PER_S * (one.of_good or 1e-5)) for one in found]
