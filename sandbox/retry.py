"""AWS calls that survive throttling and lost connections, with waits that can be cancelled."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
)
from botocore.parsers import ResponseParserError

ATTEMPTS = 26  # the official provider's 25 retries: one call alone survives 20 refusals in a row
BACKOFF_FIRST_S = 0.05
BACKOFF_MOST_S = 1.0
LOOK_UP_S = 0.1  # how often a wait looks whether it was cancelled
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
    }
)
_MOTO_FAILED = "moto failed on this call or does not implement it; sandbox.log has the stack"
REPEATABLE = (  # operations that may be sent again although the first one may have taken effect
    *("describe_", "get_", "list_", "head_", "put_", "modify_", "replace_", "update_", "delete_"),
    *("tag_", "untag_", "enable_", "disable_", "create_tags", "assume_role", "schedule_"),
)


class Cancelled(RuntimeError):  # noqa: N818  not a fault
    """The engine gave up on this update, or is gone."""


class CloudError(RuntimeError):
    """A cloud refused a call; the message is for people."""


class Unfinished(RuntimeError):  # noqa: N818  an outcome that the engine keeps
    """The resource exists, but not as asked: the engine keeps its id, inputs and state, with secrets wrapped."""

    def __init__(self, reason: str, id: str, inputs: Mapping[str, Any], state: Mapping[str, Any]):  # noqa: A002
        super().__init__(reason)
        self.id, self.hidden_inputs, self.hidden_state = id, inputs, state


class AwsError(CloudError):
    """AWS (moto) refused a call; `code` is the service's error code."""

    def __init__(self, operation: str, code: str, message: str):
        super().__init__(f"{operation}: {code}: {message}")
        self.code = code

    @property
    def not_found(self) -> bool:
        words = ("NotFound", "NonExistent", "DoesNotExist")
        return self.code == "404" or self.code.startswith("NoSuch") or any(word in self.code for word in words)


def patiently(operation: str, method: Callable[[], Any], check: Callable[[bool], None]) -> dict[str, Any]:
    """The answer of `method`, retried with exponential backoff and jitter; `check` raises when cancelled.

    It is told whether a wait begins: what can be done at once is still done for an engine that is winding up.
    A call that creates something is not repeated after its answer was lost: that would make a second one.
    """
    for attempt in range(1, ATTEMPTS + 1):
        check(False)
        try:
            answer: dict[str, Any] = method()
        except ResponseParserError:
            raise AwsError(operation, "500", _MOTO_FAILED) from None
        except BotoCoreError as error:
            if attempt == ATTEMPTS or not _may_repeat(operation, error):
                raise _named(operation, error) from None
        except ClientError as error:
            if attempt == ATTEMPTS or _code(error) not in THROTTLED:
                raise _clean(operation, error) from None
        else:
            answer.pop("ResponseMetadata", None)
            return answer
        longest_s = min(BACKOFF_MOST_S, BACKOFF_FIRST_S * 2**attempt)
        _wait(random.uniform(0, longest_s), check)  # noqa: S311  jitter is no secret
    raise AssertionError("the last attempt returns or raises")


def _wait(seconds: float, check: Callable[[bool], None]) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        check(True)
        time.sleep(min(left, LOOK_UP_S))


def _may_repeat(operation: str, error: BotoCoreError) -> bool:
    if isinstance(error, (EndpointConnectionError, ConnectTimeoutError)):
        return True  # the call was never sent
    return isinstance(error, HTTPClientError) and operation.startswith(REPEATABLE)


def _named(operation: str, error: BotoCoreError) -> AwsError:
    if isinstance(error, HTTPClientError):
        reason = "the call may have taken effect: look for the resource and import it"
        return AwsError(operation, "NoAnswer", f"the answer was lost ({type(error).__name__}); {reason}")
    return AwsError(operation, type(error).__name__, str(error))


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _clean(operation: str, error: ClientError) -> AwsError:
    code, message = _code(error), str(error.response.get("Error", {}).get("Message", ""))
    if code == "500":
        message = _MOTO_FAILED
    return AwsError(operation, code, message)
