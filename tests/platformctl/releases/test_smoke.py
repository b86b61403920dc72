"""Which addresses are asked, and which answers are failures."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from platformctl.releases.smoke import addresses, ask


def ingress(*hosts: str, **more: Any) -> dict[str, Any]:
    rules = [{"host": host, "http": {"paths": [{"path": "/v1"}, {"path": "/other"}]}} for host in hosts]
    return {"type": "kubernetes:networking.k8s.io/v1:Ingress", "inputs": {"spec": {"rules": rules}}, **more}


def test_every_host_is_asked_for_its_first_path() -> None:
    bare = ingress()
    bare["inputs"]["spec"]["rules"] = [{"host": "c.example"}, {"http": {}}]
    found = addresses([ingress("b.example", "a.example"), ingress("a.example"), bare, ingress("gone", delete=True)])
    assert found == ("https://a.example/v1", "https://b.example/v1", "https://c.example/")


@pytest.fixture
def served() -> Iterator[tuple[str, list[int]]]:
    """An address and the statuses that it answers, one after the other, the last for ever."""
    statuses: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(statuses.pop(0) if len(statuses) > 1 else statuses[0])
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/", statuses
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("statuses", "good"),
    [([200], True), ([401], True), ([302], True), ([503, 502, 200], True), ([500], False), ([503] * 5 + [200], False)],
)
def test_only_a_failure_of_the_servers_is_one(served: Any, statuses: list[int], good: bool) -> None:
    url, answers = served
    answers.extend(statuses)
    assert ask(url, pause_s=0).is_good is good


def test_nobody_there_is_a_failure() -> None:
    answer = ask("http://127.0.0.1:9/", pause_s=0)
    assert (answer.is_good, answer.status) == (False, None)
