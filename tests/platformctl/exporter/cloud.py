"""moto over HTTP, as boto3 meets it, with what moto has no call for: the recovery points of AWS Backup."""

import json
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import boto3
import requests
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

HOME, RECOVERY = "eu-central-1", "eu-west-1"
_POINTS = re.compile(r"/backup-vaults/([^/]+)/recovery-points/?")
KEYS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}


@dataclass
class Cloud:
    """`points`: of each vault, status and time. `broken`: services that answer 500, as their host names begin."""

    url: str = ""
    points: dict[str, list[tuple[str, datetime]]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)

    def client(self, service: str, region: str = HOME) -> Any:
        make: Any = boto3.client
        return make(service, region_name=region, endpoint_url=self.url, **KEYS)


@contextmanager
def cloud() -> Iterator[Cloud]:
    """Empty, until it is filled."""
    made = Cloud()
    moto = DomainDispatcherApplication(create_backend_app)

    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        asked = environ.get("HTTP_AUTHORIZATION", "")
        service = next((one for one in made.broken if f"/{one}/aws4_request" in asked), None)
        if service:
            start("400 Bad Request", [("Content-Type", "application/json")])
            return [b'{"__type":"AccessDeniedException","message":"broken"}']
        if found := _POINTS.fullmatch(environ["PATH_INFO"]):
            start("200 OK", [("Content-Type", "application/json")])
            return [json.dumps({"RecoveryPoints": [_point(one) for one in made.points.get(found[1], ())]}).encode()]
        answer: Iterable[bytes] = moto(environ, start)
        return answer

    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made.url = f"http://127.0.0.1:{server.server_port}"
    requests.post(f"{made.url}/moto-api/reset", timeout=60).raise_for_status()  # it is one for the whole process
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()


def _point(one: tuple[str, datetime]) -> dict[str, Any]:
    status, made = one
    return {"RecoveryPointArn": f"arn:aws:backup:{made:%s}", "Status": status, "CreationDate": made.timestamp()}


def now() -> datetime:
    return datetime.now(UTC)
