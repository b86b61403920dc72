"""One account with the caller's credentials: calls that only read, each answered once, retried by botocore."""

import copy
import json
import os
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from platformctl.errors import CommandError
from platformctl.live.permissions import permit
from sandbox.retry import AwsError, Cancelled

CONNECT_TIMEOUT_S = 5
READ_TIMEOUT_S = 30
ATTEMPTS = 5  # of a call, where AWS_MAX_ATTEMPTS says nothing else
_ACCOUNT_HOST = re.compile(r"^(https?://)\d{12}\.")
EXPIRED = ("ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired")
# Errors that are answers: a trail without insights, a key of a kind that does not rotate.
_ANSWERS: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("get_insight_selectors", "InsightNotEnabledException"): {},
    ("get_key_rotation_status", "UnsupportedOperationException"): {"KeyRotationEnabled": False},
}


def settings(endpoint: str = "") -> Config:
    """How every client is made: retries wait longer each time, and adapt to throttling. A host of one's own has no
    names of buckets before it.
    """
    retries: Any = {"mode": "adaptive"}
    if "AWS_MAX_ATTEMPTS" not in os.environ:
        retries["total_max_attempts"] = ATTEMPTS
    own: dict[str, Any] = {"s3": {"addressing_style": "path"}} if endpoint else {}
    return Config(
        retries=retries,
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=READ_TIMEOUT_S,
        max_pool_connections=32,
        user_agent_extra="platformctl-audit-live",
        **own,
    )


@dataclass
class Account:
    """What the sandbox's tables call a session: they read through it, and cannot do anything else.

    `boto` is a boto3 session; `region` the environment's own, where services without regions are asked.
    """

    boto: Any
    account: str
    region: str
    endpoint: str = ""
    default_tags: Mapping[str, str] = field(default_factory=dict)  # none: every tag counts as the resource's own
    made: set[tuple[str, str]] = field(default_factory=set)  # calls by service and method, for the tests' books
    cancelled: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict)
    _answers: dict[str, dict[str, Any]] = field(default_factory=dict)

    def client(self, service: str, region: str = "", **_: Any) -> Any:
        key = (service, region or self.region)
        with self._lock:  # creating clients is not safe in threads, using them is
            if key not in self._clients:
                config = settings(self.endpoint)
                made = self.boto.client(service, region_name=key[1], endpoint_url=self.endpoint or None, config=config)
                if self.endpoint:
                    made.meta.events.register("before-sign.s3-control.*", _without_account_host)
                self._clients[key] = made
            return self._clients[key]

    def call(
        self, service: str, operation: str, args: Mapping[str, Any], *, region: str = "", **_: Any
    ) -> dict[str, Any]:
        """The answer, asked for once however many readers need it; raises AwsError, or Cancelled after Ctrl-C."""
        key = json.dumps([service, operation, args, region or self.region], sort_keys=True, default=str)
        if key not in self._answers:
            method = getattr(self.client(service, region), operation)
            self._answers[key] = self._ask(service, operation, lambda: method(**args))
        return copy.deepcopy(self._answers[key])

    def pages(self, service: str, operation: str, args: Mapping[str, Any], region: str) -> Iterator[dict[str, Any]]:
        """Every page of a listing."""
        client = self.client(service, region)
        if not client.can_paginate(operation):
            yield self.call(service, operation, args, region=region)
            return
        pages = iter(client.get_paginator(operation).paginate(**args))
        while (page := self._ask(service, operation, lambda: next(pages, None))) is not None:
            yield page

    def _ask(self, service: str, operation: str, send: Callable[[], Any]) -> Any:
        permit(service, operation)
        self.made.add((service, operation))
        self.check()
        try:
            answer = send()
        except ClientError as error:
            told = error.response.get("Error", {})
            code = str(told.get("Code", ""))
            if code in EXPIRED:
                raise CommandError(f"the AWS credentials expired while the account was read ({code})") from None
            if (operation, code) in _ANSWERS:
                return dict(_ANSWERS[operation, code])
            raise AwsError(operation, code, str(told.get("Message", ""))) from None
        except ResponseParserError:
            raise AwsError(operation, "NoAnswer", "the answer is not one of AWS") from None
        except BotoCoreError as error:
            raise AwsError(operation, type(error).__name__, str(error)) from None
        if answer is not None:
            answer.pop("ResponseMetadata", None)
        return answer

    def check(self, *_: Any, **__: Any) -> None:
        """Raise Cancelled once the command is interrupted."""
        if self.cancelled.is_set():
            raise Cancelled("interrupted")


def _without_account_host(request: Any, **_: Any) -> None:
    """S3 Control puts the account id before the host name, which an address of one's own cannot carry."""
    request.url = _ACCOUNT_HOST.sub(r"\1", request.url)
