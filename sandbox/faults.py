"""The control endpoint on moto's port: what is in the cloud, and faults to order for tests."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs

from sandbox import registry
from sandbox.recorded import RECORDS
from sandbox.trail import Trail

Start = Callable[..., Any]
Environ = dict[str, Any]


@dataclass
class Faults:
    """Orders still open. `operation` limits all but throttling to one API operation; None means every call."""

    throttle: int = 0  # answer the next n calls with the service's throttling error, without doing them
    skip: int = 0  # let the next n matching calls pass before calls are delayed or their answers lost
    delay_s: float = 0.0  # answer the next `times` matching calls this late, after they took effect
    fail: int = 0  # refuse the n-th matching call for good: access is denied, which nobody repeats
    lose_response: int = 0  # do the next n matching calls and close the connection without an answer
    operation: str | None = None
    times: int = 0


class ConnectionDropped(ConnectionError):  # noqa: N818  what happens, not a fault of ours
    """Raised to make the HTTP server close the connection without an answer."""


class Struck(Exception):  # noqa: N818  what happens, not a fault of ours
    """A call was ordered to be refused: `throttled` or `denied`."""


class Control:
    """WSGI middleware around moto. moto's models are not made for threads, so calls run one at a time."""

    def __init__(self, app: Any, status: Callable[[], dict[str, Any]], inventory: Callable[[], dict[str, Any]]):
        self._app, self._status, self._inventory = app, status, inventory
        self._faults = Faults()
        self._trail = Trail()
        self._lock = threading.Lock()
        self.cloud = threading.Lock()
        self.calls = 0
        self.throttled = 0

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path.startswith("/_sandbox/"):
            try:
                return self._control(path, environ, start)
            except Exception as error:
                return _json(start, {"error": f"{type(error).__name__}: {error}"}, "500 Internal Server Error")
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)) if not _chunked(environ) else b""
        if not _chunked(environ):
            environ["wsgi.input"] = BytesIO(body)
        operation = _operation(environ, body)
        with self._lock:
            self.calls += 1
            refuse = self._faults.throttle > 0
            self._faults.throttle -= refuse
            self.throttled += refuse
            deny = not refuse and self._is_to_fail(operation)
        if refuse or deny:
            return _refused(environ, start, "throttled" if refuse else "denied")
        signed = environ.get("HTTP_AUTHORIZATION", "")
        if operation == self._trail.operation:
            with self.cloud:
                return _looked_up(start, self._trail, signed, body)
        told: list[str] = []

        def begin(status: str, headers: Any, problem: Any = None) -> Any:
            told[:] = [status]
            return start(status, headers, problem)

        with self.cloud:
            answer = list(self._app(environ, begin))
        request = f"{environ.get('PATH_INFO', '')} {environ.get('QUERY_STRING', '')} {body.decode(errors='replace')}"
        self._trail.note(signed, operation, request, *told)
        self._after(operation)
        return answer

    def order(self, faults: Faults) -> None:
        """These instead of what is still open."""
        with self._lock:
            self._faults = faults

    def strike(self, operation: str, call: Callable[[], Any]) -> Any:
        """A call that does not come through here, such as the control plane's "PATCH Deployment", with what is ordered.

        Raises Struck instead of the call, or ConnectionDropped after it.
        """
        with self._lock:
            self.calls += 1
            refuse = self._faults.throttle > 0
            self._faults.throttle -= refuse
            self.throttled += refuse
            if refuse or self._is_to_fail(operation):
                raise Struck("throttled" if refuse else "denied")
        answer = call()
        self._after(operation)
        return answer

    def _is_to_fail(self, operation: str) -> bool:
        """Counts the calls down to the one that is refused."""
        faults = self._faults
        if not faults.fail or faults.operation not in (None, operation):
            return False
        faults.fail -= 1
        return faults.fail == 0

    def _after(self, operation: str) -> None:
        """Delays and lost answers come after the call took effect: the cruel moment."""
        with self._lock:
            faults = self._faults
            mine = faults.operation in (None, operation)
            if mine and faults.skip > 0:
                faults.skip -= 1
                mine = False
            late = faults.delay_s if mine and faults.times > 0 else 0.0
            faults.times -= late > 0
            lost = mine and faults.lose_response > 0
            faults.lose_response -= lost
        time.sleep(late)
        if lost:
            raise ConnectionDropped

    def _control(self, path: str, environ: Environ, start: Start) -> Iterable[bytes]:
        if path == "/_sandbox/alive":
            return _json(start, self._status())
        if path == "/_sandbox/status":
            with self.cloud:
                resources = self._inventory()
            counters = {"calls": self.calls, "throttled": self.throttled}
            return _json(start, {**self._status(), "resources": resources, **counters})
        if path == "/_sandbox/empty":
            from sandbox.emptying import empty

            with self.cloud:
                empty()
            self._trail.forget()
            return _json(start, {"emptied": True})
        if path == "/_sandbox/recorded":
            asked = _body(environ)
            kind = registry.find(asked.pop("type"))
            return _json(start, {"ids": RECORDS.like(kind, **asked)})
        if path != "/_sandbox/faults":
            return _json(start, {"error": f"no such control: {path}"}, "404 Not Found")
        if environ["REQUEST_METHOD"] == "POST":
            try:
                wanted = Faults(**_body(environ))
            except (TypeError, ValueError) as error:
                return _json(start, {"error": str(error), "known": list(asdict(Faults()))}, "400 Bad Request")
            if wanted.delay_s and not wanted.times:
                wanted.times = 1
            self.order(wanted)
        return _json(start, asdict(self._faults))


def _body(environ: Environ) -> Any:
    return json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))


def _json(start: Start, answer: dict[str, Any], status: str = "200 OK") -> Iterable[bytes]:
    body = json.dumps(answer).encode()
    start(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def _looked_up(start: Start, trail: Trail, signed: str, body: bytes) -> Iterable[bytes]:
    try:
        return _json(start, trail.lookup(signed, body))
    except ValueError as error:
        refusal = {"__type": "InvalidLookupAttributesException", "message": str(error)}
        return _json(start, refusal, "400 Bad Request")


def _chunked(environ: Environ) -> bool:
    return "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()


def _service(environ: Environ) -> str:
    scope = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")[2].split("/")
    return scope[3] if len(scope) > 3 else ""


def _operation(environ: Environ, body: bytes) -> str:
    """CreateVpc and the like; for S3, which names none, the method and the sub-resource: "PUT policy"."""
    if target := environ.get("HTTP_X_AMZ_TARGET", ""):
        return str(target.rpartition(".")[2])
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        return parse_qs(body.decode(errors="replace")).get("Action", [""])[0]
    return f"{environ['REQUEST_METHOD']} {environ.get('QUERY_STRING', '').partition('&')[0]}".strip()


_REST_JSON = frozenset(
    ("access-analyzer", "aps", "backup", "eks", "grafana", "guardduty", "lambda", "macie2", "scheduler", "securityhub")
)
_BODIES = {  # by protocol
    "ec2": ("text/xml", "<Response><Errors><Error>{}</Error></Errors><RequestID>sandbox</RequestID></Response>"),
    "query": ("text/xml", "<ErrorResponse><Error><Type>Sender</Type>{}</Error></ErrorResponse>"),
    "s3": ("application/xml", "<Error>{}<RequestId>sandbox</RequestId></Error>"),
}
_WORDS = {  # by protocol and kind of refusal: status, code, message
    ("ec2", "throttled"): ("503 Service Unavailable", "RequestLimitExceeded", "Request limit exceeded."),
    ("ec2", "denied"): ("403 Forbidden", "UnauthorizedOperation", "You are not authorized to perform this operation."),
    ("json", "throttled"): ("400 Bad Request", "ThrottlingException", "Rate exceeded"),
    ("json", "denied"): ("400 Bad Request", "AccessDeniedException", "You are not authorized to do this"),
    ("query", "throttled"): ("400 Bad Request", "Throttling", "Rate exceeded"),
    ("query", "denied"): ("403 Forbidden", "AccessDenied", "You are not authorized to do this"),
    ("s3", "throttled"): ("503 Slow Down", "SlowDown", "Please reduce your request rate."),
    ("s3", "denied"): ("403 Forbidden", "AccessDenied", "Access Denied"),
}


def _refused(environ: Environ, start: Start, kind: str) -> Iterable[bytes]:
    """The refusal in the words of the service that was called."""
    protocol = _protocol(environ)
    status, code, message = _WORDS[protocol, kind]
    if protocol == "json":
        content, text = "application/x-amz-json-1.1", json.dumps({"__type": code, "message": message})
    else:
        content, frame = _BODIES[protocol]
        text = frame.format(f"<Code>{code}</Code><Message>{message}</Message>")
    body = text.encode()
    start(status, [("Content-Type", content), ("Content-Length", str(len(body)))])
    return [body]


def _protocol(environ: Environ) -> str:
    service = _service(environ)
    if environ.get("HTTP_X_AMZ_TARGET") or service in _REST_JSON:
        return "json"
    return service if service in ("ec2", "s3") else "query"
