"""Orders faults of a small checkout's sandbox, and waits for what comes of them."""

import json
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.engine.conftest import Checkout

DEADLINE_S = 60


def post_fault(checkout: Checkout, fault: dict[str, Any]) -> None:
    url = f"http://127.0.0.1:{checkout.sandbox.aws_port}/_sandbox/faults"
    request = urllib.request.Request(
        url, json.dumps(fault).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 200


def open_faults(checkout: Checkout) -> dict[str, Any]:
    """The orders that are still open."""
    url = f"http://127.0.0.1:{checkout.sandbox.aws_port}/_sandbox/faults"
    with urllib.request.urlopen(url, timeout=10) as answer:
        open_orders: dict[str, Any] = json.load(answer)
    return open_orders


def engine_of(checkout: Checkout, environment: str) -> int:
    """The engine's process id, from the lock it holds on the stack; a dead one's lock does not count."""
    folder = checkout.sandbox.directory / "state"
    until = time.monotonic() + DEADLINE_S
    while time.monotonic() < until:
        for lock in folder.glob(f".pulumi/locks/*/*/{environment}/*.json"):
            text = lock.read_text()
            if text and Path(f"/proc/{(pid := int(json.loads(text)['pid']))}").exists():
                return pid
        time.sleep(0.05)
    raise AssertionError("no update took the lock")


def wait_until(condition: Callable[[], bool], deadline_s: float = DEADLINE_S) -> None:
    until = time.monotonic() + deadline_s
    while not condition():
        assert time.monotonic() < until, "the condition did not come true in time"
        time.sleep(0.05)
