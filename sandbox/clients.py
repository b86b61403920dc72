"""boto3 clients for the sandbox's cloud, shared by all engines: each one loads megabytes of API models."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.loaders import Loader

from sandbox.retry import patiently

CONNECT_TIMEOUT_S = 5
READ_TIMEOUT_S = 60
_MODELS = Loader()  # EC2's alone takes 20 MB, so all accounts share them
_ANY_REGION = "us-east-1"
_ACCOUNT_HOST = re.compile(r"^(https?://)\d{12}\.")


class Clients:
    """One client per account, service and region, with credentials from the cloud's own STS."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sessions: dict[tuple[str, str], boto3.session.Session] = {}
        self._clients: dict[tuple[str, str, str, str], Any] = {}

    def get(self, endpoint: str, account: str, service: str, region: str, check: Callable[[bool], None]) -> Any:
        """The client; `check` raises when the caller no longer wants it."""
        key = (endpoint, account, service, region)
        session = self._session(endpoint, account, check)
        with self._lock:  # creating clients is not safe in threads, using them is
            if key not in self._clients:
                self._clients[key] = _client(session, endpoint, service, region)
            return self._clients[key]

    def _session(self, endpoint: str, account: str, check: Callable[[bool], None]) -> boto3.session.Session:
        key = (endpoint, account)
        if key not in self._sessions:
            with self._lock:
                sts = _client(_boto("sandbox", "sandbox"), endpoint, "sts", _ANY_REGION)
            role = {"RoleArn": f"arn:aws:iam::{account}:role/platform-sandbox", "RoleSessionName": "sandbox"}
            keys = patiently("assume_role", lambda: sts.assume_role(**role), check)["Credentials"]
            self._sessions[key] = _boto(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
        return self._sessions[key]


def _boto(key: str, secret: str, token: str | None = None) -> boto3.session.Session:
    core = botocore.session.Session()
    core.register_component("data_loader", _MODELS)
    return boto3.session.Session(key, secret, token, botocore_session=core)


def _client(session: boto3.session.Session, endpoint: str, service: str, region: str) -> Any:
    config = Config(
        retries={"total_max_attempts": 1},  # retried in sandbox/retry.py, where waiting can be cancelled
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=READ_TIMEOUT_S,
        max_pool_connections=32,
        s3={"addressing_style": "path"},
        proxies={},
    )
    make: Any = session.client  # typed per service name, which only the tables know
    client = make(service, region_name=region, endpoint_url=endpoint, config=config)
    client.meta.events.register("before-sign.s3-control.*", _without_account_host)
    return client


def _without_account_host(request: Any, **_: Any) -> None:
    """S3 Control puts the account id before the host name, which an address on loopback cannot carry."""
    request.url = _ACCOUNT_HOST.sub(r"\1", request.url)


CLIENTS = Clients()
