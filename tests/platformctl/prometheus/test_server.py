"""What is said where no answer comes, or one that no Prometheus gives; and who is let in."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from platformctl.errors import CommandError, Exit
from platformctl.prometheus import PrometheusError, query
from platformctl.prometheus.identity import headers

EMPTY = {"status": "success", "data": {"resultType": "vector", "result": []}}


@dataclass
class Served:
    """`answer`: of method -> status and body. `seen`: method, path, headers and form of each request."""

    url: str = ""
    answer: Callable[[str], tuple[int, str]] = lambda _: (200, json.dumps(EMPTY))
    seen: list[tuple[str, str, dict[str, str], str]] = field(default_factory=list)


@pytest.fixture
def served() -> Iterator[Served]:
    told = Served()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            form = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            told.seen.append((self.command, self.path, dict(self.headers.items()), form))
            status, text = told.answer(self.command)
            self.send_response(status)
            self.send_header("Content-Length", str(len(text.encode())))
            if status == 302:
                self.send_header("Location", "https://login.example/")
            self.end_headers()
            with suppress(BrokenPipeError):  # who asked has given up
                self.wfile.write(text.encode())

        do_GET = do_POST = _answer  # noqa: N815  the base class's names

        def log_message(self, *arguments: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}/prometheus"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield told
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def _no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROMETHEUS_TOKEN", raising=False)


def _error(kind: str, says: str) -> str:
    return json.dumps({"status": "error", "errorType": kind, "error": says})


def _odd(data: Any) -> str:
    return json.dumps({"status": "success", "data": data})


@pytest.mark.parametrize(
    ("status", "text", "says", "code"),
    [
        (200, "<html>hello</html>", "is it the address of one", Exit.USAGE),
        (200, "[]", "is it the address of one", Exit.USAGE),
        (404, "404 page not found", "is it the address of one", Exit.USAGE),
        (302, "", "status 302", Exit.USAGE),
        (200, _odd(None), "is it one", Exit.USAGE),
        (200, _odd({"resultType": "vector"}), "is it one", Exit.USAGE),
        (
            200,
            _odd({"resultType": "vector", "result": [{"metric": {}, "value": [1, "many"]}]}),
            "is it one",
            Exit.USAGE,
        ),
        (200, _odd({"resultType": "vector", "result": [{"metric": {}, "histogram": []}]}), "is it one", Exit.USAGE),
        (401, "no", "set PROMETHEUS_TOKEN", Exit.USAGE),
        (503, "upstream is gone", "does not answer now", Exit.UNDECIDED),
        (503, _error("timeout", "query timed out"), "'left': timeout: query timed out", Exit.UNDECIDED),
        (500, _error("internal", "disk is full"), "disk is full", Exit.UNDECIDED),
        (422, _error("execution", "too many samples"), "'left': execution: too many", Exit.USAGE),
        (200, json.dumps({**EMPTY, "warnings": ["store-2 gave nothing"]}), "incomplete: store-2", Exit.UNDECIDED),
    ],
)
def test_what_is_no_answer_is_said_in_one_sentence(
    served: Served, status: int, text: str, says: str, code: Exit
) -> None:
    served.answer = lambda _: (status, text)
    with pytest.raises(PrometheusError, match=says) as caught:
        query(served.url, "left")
    assert served.url in str(caught.value)
    assert caught.value.code is code


def test_a_note_about_the_query_itself_is_no_missing_data(served: Served) -> None:
    text = json.dumps({**EMPTY, "warnings": ["PromQL warning: bucket label is not a number"]})
    served.answer = lambda _: (200, text)
    assert query(served.url, "left") == []


def test_a_proxy_that_refuses_post_is_asked_by_get(served: Served) -> None:
    served.answer = lambda method: (405, "") if method == "POST" else (200, json.dumps(EMPTY))
    assert query(served.url, 'left{slo="a b"}') == []
    (_, path, _, form), (_, second, _, _) = served.seen
    assert path == "/prometheus/api/v1/query"  # below the path of the address
    assert second == f"{path}?{form}"
    assert parse_qs(form) == {"query": ['left{slo="a b"}'], "timeout": ["30s"]}


def test_nobody_there_is_undecided_and_not_bad_input() -> None:
    with pytest.raises(PrometheusError, match=r"http://127\.0\.0\.1:9 cannot be reached: .*refused") as caught:
        query("http://127.0.0.1:9", "left")
    assert caught.value.code is Exit.UNDECIDED
    with pytest.raises(PrometheusError, match="cannot be reached"):
        query("http://prometheus.invalid", "left")


def test_an_answer_that_takes_too_long_is_not_waited_for(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformctl.prometheus.server._LATER_S", 0.1)
    released = threading.Event()

    def late(_: str) -> tuple[int, str]:
        released.wait(60)
        return 200, json.dumps(EMPTY)

    served.answer = late
    try:
        with pytest.raises(PrometheusError, match=r"no answer within 0\.1 s") as caught:
            query(served.url, "left", timeout_s=0.1)
    finally:
        released.set()
    assert caught.value.code is Exit.UNDECIDED


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:9090",
        "ftp://a",
        "http://",
        "http://a:port",
        "http://a:99999",
        "http://a/graph?g0=1",
        "http://a#b",
    ],
)
def test_an_address_of_another_kind_is_bad_input(url: str) -> None:
    with pytest.raises(PrometheusError, match="is not the address of a Prometheus") as caught:
        query(url, "left")
    assert caught.value.code is Exit.USAGE


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(PrometheusError, match="PROMETHEUS_TOKEN") as caught:
        query("https://me:hunter2@prometheus.example", "left")
    assert "hunter2" not in str(caught.value)


def test_a_token_is_sent_to_this_machine_or_encrypted(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROMETHEUS_TOKEN", "let-me-in\n")
    query(served.url, "left")
    assert served.seen[0][2]["Authorization"] == "Bearer let-me-in"
    with pytest.raises(CommandError, match="use https") as caught:
        query("http://prometheus.example", "left")
    assert "let-me-in" not in str(caught.value)


def test_amazons_managed_one_gets_a_signature_of_its_region() -> None:
    keys = {"AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_SECRET_ACCESS_KEY": "never-shown", "PROMETHEUS_TOKEN": "not-for-it"}
    address = "https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-1/api/v1/query"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    sent = headers("POST", address, "query=left", form, keys)
    assert sent["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIATEST/")
    assert "/eu-central-1/aps/aws4_request" in sent["Authorization"]
    assert "never-shown" not in str(sent)
    assert "not-for-it" not in str(sent)
    assert sent["Content-Type"] == form["Content-Type"]
