"""The exporter as a process, an API of Rollouts for it, and a Prometheus that scrapes it by the platform's rules."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml

from components.slo.groups import groups
from stacks.slo import PLATFORM_LEVELS
from tests.platformctl.exporter.cloud import HOME, KEYS, Cloud
from tests.prometheus import tool

PATIENCE_S = 120.0  # on a loaded machine; an idle one takes ten seconds
_EVERY_S = 1


def free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port: int = chosen.getsockname()[1]
    return port


@contextmanager
def rollouts(items: list[dict[str, Any]]) -> Iterator[str]:
    """The address of an API that has these Rollouts."""

    class Api(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.path == "/apis/argoproj.io/v1alpha1/rollouts"
            self.send_response(200 if known else 404)
            self.end_headers()
            self.wfile.write(json.dumps({"items": items} if known else {}).encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def exporter(observed: Path, cloud: Cloud, *more: str) -> Iterator[tuple[int, "subprocess.Popen[str]"]]:
    """Its port, once it listens, and the process, ended as Kubernetes ends it."""
    port = free_port()
    line = [sys.executable, "-m", "platformctl.exporter", str(observed), "--port", str(port), *more]
    given = {"AWS_ENDPOINT_URL": cloud.url, "AWS_DEFAULT_REGION": HOME}
    variables = {**os.environ, **given, **{name.upper(): value for name, value in KEYS.items()}}
    with (observed.parent / "exporter.log").open("w") as log:
        process = subprocess.Popen(
            [*line, "--address", "127.0.0.1"], env=variables, stdout=log, stderr=subprocess.STDOUT, text=True
        )
    try:
        wait(
            lambda: scraped(port) or process.poll() is not None, lambda: (observed.parent / "exporter.log").read_text()
        )
        assert process.poll() is None, (observed.parent / "exporter.log").read_text()
        yield port, process
    finally:
        process.terminate()
        assert process.wait(timeout=30) == 0


def scraped(port: int) -> list[str]:
    """The lines of its metrics; none while it does not listen."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            lines: list[str] = answer.read().decode().splitlines()
    except OSError:
        return []
    return [line for line in lines if not line.startswith("#")]


@contextmanager
def prometheus(folder: Path, port: int) -> Iterator[Callable[[str], dict[str, float]]]:
    """Asks it: values by the label `slo`, or by nothing. The rules of the platform's levels, each second."""
    folder.mkdir()
    every = f"{_EVERY_S}s"
    rules = [{**group, "interval": every} for group in groups(PLATFORM_LEVELS)]
    (folder / "rules.yaml").write_text(yaml.safe_dump({"groups": rules}))
    config = {
        "global": {"scrape_interval": every, "evaluation_interval": every},
        "rule_files": ["rules.yaml"],
        "scrape_configs": [{"job_name": "platform-exporter", "static_configs": [{"targets": [f"127.0.0.1:{port}"]}]}],
    }
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
    own = f"127.0.0.1:{free_port()}"
    line = [tool("prometheus"), f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data"]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([*line, f"--web.listen-address={own}"], stdout=log, stderr=subprocess.STDOUT)

    def ask(query: str) -> dict[str, float]:
        with urllib.request.urlopen(
            f"http://{own}/api/v1/query?query={urllib.parse.quote(query)}", timeout=30
        ) as answer:
            found = json.load(answer)["data"]["result"]
        return {one["metric"].get("slo", ""): float(one["value"][1]) for one in found}

    def ready() -> bool:
        try:
            return bool(ask("vector(1)"))
        except OSError:
            return False

    try:
        wait(ready, lambda: (folder / "log").read_text())
        yield ask
    finally:
        process.kill()
        process.wait()


def wait(done: Callable[[], Any], told: Callable[[], str]) -> None:
    """Until it is so; what is `told` when it never is."""
    last_s = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < last_s, told()
        time.sleep(0.2)
