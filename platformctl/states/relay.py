"""Stands between the engine and the bucket of its states while an update runs, and keeps what the bucket does not take.

The engine saves its whole state before and after each step, and waits for the answer. So what it is about to save is
seen here in full, with its secrets encrypted, also when the bucket is gone: docs/decisions/0028.
"""

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

from platformctl.states.backend import Bucket

PATIENCE_S = 20.0  # how long a save is tried anew before the bucket counts as gone
_AGAIN_S = 1.0
_GONE = 503
_TIMEOUT_S: Any = (3, 20)  # to connect, and between two reads
# Of the request, what the engine's client said of its own connection and signature; the rest is passed on.
_OWN = frozenset(
    {"authorization", "connection", "content-length", "expect", "host", "transfer-encoding", "x-amz-content-sha256"}
    | {"x-amz-date", "x-amz-decoded-content-length", "x-amz-security-token", "x-amz-trailer", "accept-encoding"}
    | {"x-amz-sdk-checksum-algorithm", "user-agent", "amz-sdk-invocation-id", "amz-sdk-request"}
)
_HOPS = frozenset({"connection", "content-length", "date", "server", "transfer-encoding"})


@dataclass(frozen=True)
class Asked:
    """One request of the engine's client; `key` is the object's, without the bucket."""

    method: str
    target: str  # path and query, as the bucket's endpoint takes them
    key: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What the bucket said; status 503 and no headers where it did not answer."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def lost(self) -> bool:
        """Whether it may be another time; S3's 5xx and 429 are (Amazon S3 API reference, Error responses)."""
        return self.status >= 500 or self.status == 429


Forward = Callable[[Asked], Answer]


@contextmanager
def relay(answer: Forward) -> Iterator[str]:
    """Serves on loopback; the URL to reach it at ends with a word that only the engine is told."""
    word = secrets.token_urlsafe(16)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(word, answer))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/{word}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(word: str, answer: Forward) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = _body(self)
            start, _, target = self.path.removeprefix("/").partition("/")
            if start != word:
                said = Answer(403)
            else:
                key = unquote(target.partition("?")[0].partition("/")[2])
                headers = {name: value for name, value in self.headers.items() if name.lower() not in _OWN}
                if (coding := headers.pop("Content-Encoding", "")) and coding != "aws-chunked":
                    headers["Content-Encoding"] = coding.removeprefix("aws-chunked,")
                said = answer(Asked(self.command, f"/{target}", key, headers, body))
            self.send_response(said.status)
            for name, value in said.headers.items():
                if name.lower() not in _HOPS:
                    self.send_header(name, value)
            length = said.headers.get("Content-Length", "0") if self.command == "HEAD" else str(len(said.body))
            self.send_header("Content-Length", length)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(said.body)

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _serve  # noqa: N815  the names that http.server calls

        def log_message(self, *_: Any) -> None:
            """Says nothing: standard error is for people."""

    return Handler


def _body(request: BaseHTTPRequestHandler) -> bytes:
    """The body, without the frames of HTTP's and of AWS's chunks."""
    if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
        content = b"".join(_chunks(request.rfile))
    else:
        content = request.rfile.read(int(request.headers.get("Content-Length") or 0))
    if "x-amz-decoded-content-length" not in {name.lower() for name in request.headers}:
        return content
    from io import BytesIO

    return b"".join(_chunks(BytesIO(content)))


def _chunks(source: Any) -> Iterator[bytes]:
    """RFC 9112, 7.1; AWS's have a signature as the extension of each (Signature Version 4, chunked upload)."""
    while size := int(source.readline().partition(b";")[0].strip() or b"0", 16):
        yield source.read(size)
        source.readline()
    while source.readline().strip():  # trailers: checksums over a connection of this machine
        pass


def forwarding(bucket: Bucket) -> Forward:
    """Signs each request anew, with the target's credentials, and sends it to the bucket's own endpoint."""
    from botocore.auth import S3SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.exceptions import BotoCoreError
    from botocore.httpsession import URLLib3Session

    client = bucket.client()
    endpoint, region = client.meta.endpoint_url.rstrip("/"), client.meta.region_name
    signer_of = client._request_signer  # the client's own credentials, renewed when they end
    http = URLLib3Session(timeout=_TIMEOUT_S, max_pool_connections=16)

    def forward(asked: Asked) -> Answer:
        request = AWSRequest(asked.method, endpoint + asked.target, headers=dict(asked.headers), data=asked.body)
        credentials = signer_of._credentials.get_frozen_credentials()
        S3SigV4Auth(credentials, "s3", region).add_auth(request)
        try:
            got = http.send(request.prepare())
        except BotoCoreError:
            return Answer(_GONE)
        return Answer(got.status_code, dict(got.headers), got.content or b"")

    return forward


def fenced(forward: Forward, may_write: Callable[[], bool]) -> Forward:
    """Writes nothing once `may_write` says no: the bucket is as if it were gone. What is read and what is taken away,
    such as the engine's own lock, goes on.
    """
    return lambda asked: Answer(_GONE) if asked.method in ("PUT", "POST") and not may_write() else forward(asked)


def patient(forward: Forward, asked: Asked, patience_s: float) -> Answer:
    """The answer, tried anew for a while where it may be another time."""
    until = time.monotonic() + patience_s
    while (said := forward(asked)).lost and time.monotonic() < until:
        time.sleep(min(_AGAIN_S, max(until - time.monotonic(), 0)))
    return said
