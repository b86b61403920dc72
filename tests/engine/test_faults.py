"""Faults while an update runs: killed, raced and throttled, with nothing made twice and nothing lost."""

import json
import os
import re
import signal
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.engine.conftest import Checkout

DEADLINE_S = 60


def _post_fault(checkout: Checkout, fault: dict[str, Any]) -> None:
    url = f"http://127.0.0.1:{checkout.sandbox.aws_port}/_sandbox/faults"
    request = urllib.request.Request(
        url, json.dumps(fault).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 200


def _engine_of(checkout: Checkout, environment: str) -> int:
    """The engine's process id, from the lock it holds on the stack."""
    folder = checkout.sandbox.directory / "state"
    until = time.monotonic() + DEADLINE_S
    while time.monotonic() < until:
        for lock in folder.glob(f".pulumi/locks/*/*/{environment}/*.json"):
            text = lock.read_text()
            if text:
                return int(json.loads(text)["pid"])
        time.sleep(0.05)
    raise AssertionError("no update took the lock")


def _wait_until(condition: Any) -> None:
    until = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < until, "the condition did not come true in time"
        time.sleep(0.05)


def _named(checkout: Checkout) -> list[str]:
    """The Name tag of everything in the account that carries one, once per resource."""
    tags = checkout.aws("ec2", "sandbox").describe_tags(Filters=[{"Name": "key", "Values": ["Name"]}])["Tags"]
    gateways = checkout.aws("ec2", "sandbox").describe_nat_gateways()["NatGateways"]
    gone = {gateway["NatGatewayId"] for gateway in gateways if gateway["State"] == "deleted"}
    return [tag["Value"] for tag in tags if tag["ResourceId"] not in gone]


@pytest.mark.parametrize("operation", ["CreateVpc", "CreateSubnet", "CreateRoute", "CreateKey", "PUT"])
def test_an_engine_killed_in_mid_update_resumes_without_duplicates(checkout: Checkout, operation: str) -> None:
    _post_fault(checkout, {"delay_s": 3, "operation": operation, "times": 1})
    running = checkout.start("up", "sandbox", "--yes")
    engine = _engine_of(checkout, "sandbox")
    # Preview is over once the update holds the lock; the delayed call is under way when the state names it as pending.
    state = checkout.sandbox.directory / "state" / ".pulumi" / "stacks" / "billing-platform" / "sandbox.json"
    pending = re.compile(r'"type":\s*"creating"')
    token = {
        "CreateVpc": ":Vpc",
        "CreateSubnet": ":Subnet",
        "CreateRoute": ':Route"',
        "CreateKey": ':Key"',
        "PUT": ':Bucket"',  # S3 names its operations by method
    }
    _wait_until(lambda: _is_pending(state, pending, token[operation]))
    time.sleep(0.3)
    os.kill(engine, signal.SIGKILL)
    running.communicate(timeout=DEADLINE_S)
    assert running.returncode != 0
    time.sleep(3.2)  # the provider's call ends after its caller is gone

    resumed = checkout.ctl("up", "sandbox", "--yes")
    assert "is lifted" in resumed.stderr
    assert "is adopted" in resumed.stderr, resumed.stderr
    names = _named(checkout)
    assert sorted(names) == sorted(set(names))
    assert checkout.json("preview", "sandbox")["changes"] == []
    checkout.ctl("destroy", "sandbox", "--yes")
    assert [vpc for vpc in checkout.aws("ec2", "sandbox").describe_vpcs()["Vpcs"] if not vpc["IsDefault"]] == []


def _is_pending(state: Path, pending: re.Pattern[str], token: str) -> bool:
    if not state.exists():
        return False
    text = state.read_text()
    try:
        operations = json.loads(text)["checkpoint"]["latest"].get("pending_operations") or []
    except (ValueError, KeyError):
        return False
    return any(json.dumps(operation["resource"]["type"]).endswith(token.rstrip('"') + '"') for operation in operations)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_update_ends_what_is_under_way_and_lets_go(checkout: Checkout, number: signal.Signals) -> None:
    _post_fault(checkout, {"delay_s": 2, "operation": "CreateVpc", "times": 1})
    running = checkout.start("up", "sandbox", "--yes")
    _engine_of(checkout, "sandbox")
    time.sleep(1.5)
    os.killpg(running.pid, number)  # as a terminal does
    running.communicate(timeout=DEADLINE_S)
    assert running.returncode == 130
    assert not list((checkout.sandbox.directory / "state").glob(".pulumi/locks/*/*/sandbox/*.json"))
    state = json.loads(checkout.pulumi("sandbox", "stack", "export").stdout)["deployment"]
    assert not state.get("pending_operations")
    checkout.ctl("up", "sandbox", "--yes")
    names = _named(checkout)
    assert sorted(names) == sorted(set(names))
    checkout.ctl("destroy", "sandbox", "--yes")


def test_of_two_updates_at_once_one_proceeds_and_the_other_names_the_holder(checkout: Checkout) -> None:
    _post_fault(checkout, {"delay_s": 6, "operation": "CreateVpc", "times": 1})
    first = checkout.start("up", "sandbox", "--yes")
    engine = _engine_of(checkout, "sandbox")
    second = checkout.ctl("up", "sandbox", "--yes", code=5)
    assert "locked" in second.stderr
    assert str(engine) in second.stderr
    first.communicate(timeout=DEADLINE_S * 2)
    assert first.returncode == 0
    checkout.ctl("destroy", "sandbox", "--yes")


def test_twenty_throttled_calls_are_retried_and_the_update_succeeds(checkout: Checkout) -> None:
    _post_fault(checkout, {"throttle": 20})
    document = checkout.json("up", "sandbox", "--yes")
    assert document["counts"].get("create", 0) > 30
    with urllib.request.urlopen(f"http://127.0.0.1:{checkout.sandbox.aws_port}/_sandbox/faults", timeout=10) as answer:
        assert json.load(answer)["throttle"] == 0
    checkout.ctl("destroy", "sandbox", "--yes")
