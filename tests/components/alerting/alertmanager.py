"""A real Alertmanager on a free port, and a server that notes what it is told."""

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs
from urllib.request import Request, urlopen

import yaml

from sandbox.cluster.ports import Ports

_PATIENCE_S = 30  # on a machine that does much else


@dataclass
class Inbox:
    """Everything that came, in order: the path, the document (of SNS: its fields), and when (monotonic)."""

    port: int = 0
    came: list[tuple[str, Any, float]] = field(default_factory=list)

    def at(self, path: str) -> list[Any]:
        return [document for where, document, _ in self.came if where == path]

    def wait(self, ready: Callable[[], bool], what: str) -> None:
        wait(ready, lambda: f"{what}; came: {[(path, str(one)[:300]) for path, one, _ in self.came]}")


def wait(ready: Callable[[], bool], what: Callable[[], str]) -> None:
    end = time.monotonic() + _PATIENCE_S
    while not ready():
        assert time.monotonic() < end, f"did not happen: {what()}"
        time.sleep(0.02)


@contextmanager
def inbox() -> Iterator[Inbox]:
    box = Inbox()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = self.headers["Content-Type"].startswith("application/x-www-form-urlencoded")
            document = {key: value for key, (value,) in parse_qs(body).items()} if form else json.loads(body)
            box.came.append((self.path, document, time.monotonic()))
            answer = b"<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>"
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    box.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield box
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass(frozen=True)
class Alertmanager:
    url: str

    def fire(self, *alerts: Mapping[str, str], ends: str | None = None) -> None:
        """Labels of alerts; `ends`: when they ended, RFC 3339."""
        notes = {"summary": "s", "description": "d", "runbook": "docs/runbooks/bad-release.md"}
        sent = [{"labels": labels, "annotations": notes, **({"endsAt": ends} if ends else {})} for labels in alerts]
        body = json.dumps(sent).encode()
        headers = {"Content-Type": "application/json"}
        with urlopen(Request(f"{self.url}/api/v2/alerts", body, headers), timeout=10) as answer:
            assert answer.status == 200

    def inhibited(self) -> set[str]:
        """Names of the alerts that others keep quiet."""
        with urlopen(f"{self.url}/api/v2/alerts?inhibited=true", timeout=10) as answer:
            return {one["labels"]["alertname"] for one in json.load(answer) if one["status"]["inhibitedBy"]}


@contextmanager
def alertmanager(folder: Path, configuration: Mapping[str, Any]) -> Iterator[Alertmanager]:
    ports = Ports(("alertmanager",))
    port = ports["alertmanager"]
    file = folder / "alertmanager.yml"
    file.write_text(yaml.safe_dump(configuration))
    program = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
    assert program, "make prometheus"
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [
                program,
                f"--config.file={file}",
                f"--storage.path={folder / 'data'}",
                f"--web.listen-address=127.0.0.1:{port}",
                "--cluster.listen-address=",
                "--log.level=debug",
            ],
            stdout=log,
            stderr=log,
            env={"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "HOME": str(folder)},
        )
    running = Alertmanager(f"http://127.0.0.1:{port}")
    try:
        wait(lambda: _ready(running), lambda: (folder / "log").read_text()[-2000:])
        yield running
    finally:
        process.terminate()
        process.wait(20)
        ports.close()


def _ready(running: Alertmanager) -> bool:
    try:
        with urlopen(f"{running.url}/-/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
