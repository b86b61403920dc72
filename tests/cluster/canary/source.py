"""The metrics of all releases, for Prometheus to scrape, and a Prometheus that can be cut off."""

from __future__ import annotations

import json
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Page = Callable[[], str | None]  # None: no answer
TICK_S = 0.2


class Source:
    """Pages by path; a page of None answers 503. `ticking` is called five times a second with the seconds since."""

    def __init__(self, targets: Path):
        self.pages: dict[str, Page] = {}
        self.unbalanced = 0  # entries of the ledger, which all releases share
        self._ticking: dict[str, Callable[[float], None]] = {}
        self._targets = targets
        self._server = _serve(self._answer)
        self._ended = threading.Event()
        threading.Thread(target=self._tick, daemon=True).start()
        ledger = {"job": "billing-ledger"}
        self.add("ledger", ledger, lambda: f"ledger_unbalanced_entries_total {self.unbalanced}\n")

    def add(self, name: str, labels: dict[str, str], page: Page) -> None:
        """Let Prometheus scrape the page, with these labels of the target."""
        self.pages[f"/{name}"] = page
        group = [
            {
                "targets": [f"127.0.0.1:{self._server.server_port}"],
                "labels": {**labels, "__metrics_path__": f"/{name}"},
            }
        ]
        new = self._targets / f".{name}.new"
        new.write_text(json.dumps(group))
        new.replace(self._targets / f"{name}.json")

    def tick(self, name: str, call: Callable[[float], None]) -> None:
        self._ticking[name] = call

    def remove(self, name: str) -> None:
        """Of what begins with `name`."""
        self._ticking.pop(name, None)
        for file in self._targets.glob(f"{name}*.json"):
            file.unlink()

    def close(self) -> None:
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, path: str) -> str | None:
        page = self.pages.get(path)
        return page() if page else None

    def _tick(self) -> None:
        last = time.monotonic()
        while not self._ended.wait(TICK_S):
            now = time.monotonic()
            for call in list(self._ticking.values()):
                call(now - last)
            last = now


class Relay:
    """Prometheus at an address of its own, for one release: `cut` and it is down for that release alone."""

    def __init__(self, prometheus_url: str):
        self.cut = False
        self._upstream = prometheus_url
        self._server = _serve(self._answer)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, path: str, body: bytes = b"") -> str | None:
        if self.cut:
            return None
        request = urllib.request.Request(
            f"{self._upstream}{path}",
            data=body or None,
            headers={"Content-Type": "application/x-www-form-urlencoded"} if body else {},
        )
        with urllib.request.urlopen(request, timeout=5) as answer:
            text: str = answer.read().decode()
        return text


class _Server(ThreadingHTTPServer):
    request_queue_size = 128  # Prometheus asks for all pages at once

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asked may have gone meanwhile: a scrape that took too long, as the series will say."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def _serve(answer: Callable[..., str | None]) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._send(answer(self.path))

        def do_POST(self) -> None:
            self._send(answer(self.path, self.rfile.read(int(self.headers["Content-Length"]))))

        def _send(self, text: str | None) -> None:
            body = (text or "").encode()
            self.send_response(503 if text is None else 200)
            kind = "application/json" if text and text.startswith("{") else "text/plain; version=0.0.4"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
            pass

    server = _Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
