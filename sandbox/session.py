"""One configured provider: account, region, default tags, and AWS calls with retries that can be cancelled."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
)

ATTEMPTS = (
    26  # the official provider's 25 retries; 20 throttled answers in a row are survived by one call alone
)
BACKOFF_FIRST_S = 0.05
BACKOFF_MOST_S = 1.0
CONNECT_TIMEOUT_S = 5
READ_TIMEOUT_S = 60
THROTTLED = frozenset(
    {
        "RequestLimitExceeded",
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "TooManyRequestsException",
        "RequestThrottled",
        "SlowDown",
        "ServiceUnavailable",
        "LimitExceededException",
    }
)
REPEATABLE = (  # operations that may be sent again although the first one may have taken effect
    "describe_", "get_", "list_", "head_", "put_", "modify_", "replace_", "update_", "delete_", "tag_", "untag_",
    "enable_", "disable_", "create_tags", "assume_role", "schedule_",
)  # fmt: skip


class Cancelled(RuntimeError):
    """The engine gave up on this update, or is gone."""


class AwsError(RuntimeError):
    """AWS (moto) refused a call; `code` is the service's error code."""

    def __init__(self, operation: str, code: str, message: str):
        super().__init__(f"{operation}: {code}: {message}")
        self.code = code

    @property
    def not_found(self) -> bool:
        return "NotFound" in self.code or self.code.startswith("NoSuch") or self.code == "404"


@dataclass
class Session:
    """Credentials for one account in the sandbox's cloud, with one boto3 client per service and region."""

    endpoint: str
    region: str
    account: str
    default_tags: Mapping[str, str] = field(default_factory=dict)
    ignored_tags: frozenset[str] = frozenset()
    cancelled: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, str], Any] = {}
        self._boto = boto3.session.Session("sandbox", "sandbox", region_name=self.region)
        role = {
            "RoleArn": f"arn:aws:iam::{self.account}:role/platform-sandbox",
            "RoleSessionName": "sandbox-provider",
        }
        keys = self.call("sts", "assume_role", role)["Credentials"]
        self._clients.clear()
        self._boto = boto3.session.Session(
            keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], region_name=self.region
        )

    def client(self, service: str, region: str = "") -> Any:
        key = (service, region or self.region)
        with self._lock:  # creating clients is not safe in threads, using them is
            if key not in self._clients:
                config = Config(
                    retries={"total_max_attempts": 1},  # retried below, where waiting can be cancelled
                    connect_timeout=CONNECT_TIMEOUT_S,
                    read_timeout=READ_TIMEOUT_S,
                    max_pool_connections=32,
                    s3={"addressing_style": "path"},
                    proxies={},
                )
                client = self._boto.client(
                    service, region_name=key[1], endpoint_url=self.endpoint, config=config
                )
                client.meta.events.register("before-sign.s3-control.*", _without_account_host)
                self._clients[key] = client
            return self._clients[key]

    def call(
        self,
        service: str,
        operation: str,
        args: Mapping[str, Any],
        *,
        region: str = "",
        gone: Callable[[], bool] = lambda: False,
    ) -> dict[str, Any]:
        """One AWS call. Throttling and lost connections are retried with exponential backoff and full jitter.

        A call that creates something is not repeated after its answer was lost: that would make a second one.
        """
        method = getattr(self.client(service, region), operation)
        repeatable = operation.startswith(REPEATABLE)
        for attempt in range(1, ATTEMPTS + 1):
            self.check(gone)
            try:
                answer: dict[str, Any] = method(**args)
            except ClientError as error:
                code = str(error.response.get("Error", {}).get("Code", ""))
                if code not in THROTTLED or attempt == ATTEMPTS:
                    raise _clean(operation, error) from None
            except (EndpointConnectionError, ConnectTimeoutError):  # the call was never sent
                if attempt == ATTEMPTS:
                    raise AwsError(operation, "NoConnection", "the sandbox's cloud does not answer") from None
            except HTTPClientError as error:
                if not repeatable or attempt == ATTEMPTS:
                    raise AwsError(operation, "NoAnswer", _LOST.format(type(error).__name__)) from None
            except BotoCoreError as error:
                raise AwsError(operation, type(error).__name__, str(error)) from None
            else:
                answer.pop("ResponseMetadata", None)
                return answer
            self._wait(random.uniform(0, min(BACKOFF_MOST_S, BACKOFF_FIRST_S * 2**attempt)), gone)  # noqa: S311  jitter
        raise AssertionError("unreachable")

    def _wait(self, seconds: float, gone: Callable[[], bool]) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.check(gone)
            self.cancelled.wait(min(left, 0.1))

    def check(self, gone: Callable[[], bool]) -> None:
        if self.cancelled.is_set() or gone():
            raise Cancelled("cancelled by the engine")


_ACCOUNT_HOST = re.compile(r"^(https?://)\d{12}\.")
_LOST = "the answer was lost ({}); the call may have taken effect: look for the resource and import it"


def _clean(operation: str, error: ClientError) -> AwsError:
    details = error.response.get("Error", {})
    code, message = str(details.get("Code", "")), str(details.get("Message", ""))
    if code == "500":  # moto raised; its HTML page says nothing, the log has the stack
        message = "moto failed on this call or does not implement it; sandbox.log has the details"
    return AwsError(operation, code, message)


def _without_account_host(request: Any, **_: Any) -> None:
    """S3 Control puts the account id before the host name, which an address on loopback cannot carry."""
    request.url = _ACCOUNT_HOST.sub(r"\1", request.url)
