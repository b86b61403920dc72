"""Faults while an update runs: killed, raced and throttled, with nothing made twice and nothing lost."""

import json
import os
import re
import signal
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from sandbox import process
from tests.engine.conftest import Checkout
from tests.engine.small import FOUNDATION, small_checkout, written_program

DEADLINE_S = 60


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    with small_checkout(tmp_path_factory.mktemp("faults")) as small:
        written_program(small, "foundation")
        yield small


def _post_fault(checkout: Checkout, fault: dict[str, Any]) -> None:
    url = f"http://127.0.0.1:{checkout.sandbox.aws_port}/_sandbox/faults"
    request = urllib.request.Request(
        url, json.dumps(fault).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 200


def _faults(checkout: Checkout) -> dict[str, Any]:
    """The orders that are still open."""
    url = f"http://127.0.0.1:{checkout.sandbox.aws_port}/_sandbox/faults"
    with urllib.request.urlopen(url, timeout=10) as answer:
        open_orders: dict[str, Any] = json.load(answer)
    return open_orders


def _engine_of(checkout: Checkout, environment: str) -> int:
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


def _processes_on(checkout: Checkout) -> set[int]:
    """The processes that work on the checkout."""
    found = set()
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if bytes(checkout.root) in command.read_bytes():
                found.add(int(command.parent.name))
    return found


def _wait_until(condition: Callable[[], bool], deadline_s: float = DEADLINE_S) -> None:
    until = time.monotonic() + deadline_s
    while not condition():
        assert time.monotonic() < until, "the condition did not come true in time"
        time.sleep(0.05)


LISTED = (
    ("describe_vpcs", "Vpcs"),
    ("describe_subnets", "Subnets"),
    ("describe_route_tables", "RouteTables"),
    ("describe_security_groups", "SecurityGroups"),
    ("describe_network_acls", "NetworkAcls"),
    ("describe_internet_gateways", "InternetGateways"),
    ("describe_nat_gateways", "NatGateways"),
    ("describe_addresses", "Addresses"),
    ("describe_vpc_endpoints", "VpcEndpoints"),
    ("describe_flow_logs", "FlowLogs"),
)


def _names_in_the_cloud(checkout: Checkout) -> list[str]:
    """Kind and name of everything that lives in the account under a name of ours, once per resource."""
    ec2, kms = checkout.aws("ec2", FOUNDATION), checkout.aws("kms", FOUNDATION)
    found = []
    for operation, key in LISTED:
        for one in getattr(ec2, operation)()[key]:
            tags = {tag["Key"]: tag["Value"] for tag in one.get("Tags", ())}
            if "Name" in tags and one.get("State") != "deleted":
                found.append(f"{key} {tags['Name']}")
    for key in kms.list_keys()["Keys"]:
        described = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
        if described["KeyState"] != "PendingDeletion":
            found.append(f"key {described['Description']}")
    return found


def _killed_in(checkout: Checkout, operation: str) -> str:
    """Kills the engine of an update in the middle of the operation, and gives what the update said until then."""
    _post_fault(checkout, {"delay_s": 3, "operation": operation, "times": 1})  # S3 names operations by method
    running = checkout.start("up", FOUNDATION, "--yes")
    _wait_until(lambda: _faults(checkout)["times"] == 0 or running.poll() is not None, deadline_s=3 * DEADLINE_S)
    assert running.poll() is None, running.communicate()  # the call took effect, and its answer is being delayed
    os.kill(_engine_of(checkout, "sandbox"), signal.SIGKILL)
    _, said = running.communicate(timeout=DEADLINE_S)
    assert running.returncode != 0
    assert _processes_on(checkout) == {checkout.sandbox.pid}
    time.sleep(3.2)  # the provider's call ends after its caller is gone
    return said


# The program grows, so that each operation is still to come when its turn is.
KILLS = (
    ("CreateKey", "access_logs ="),
    ("PUT", "network ="),
    ("CreateVpc", None),
    ("CreateSubnet", None),
    ("CreateRoute", None),
)


def test_an_engine_killed_in_mid_update_over_and_over_resumes_without_duplicates(checkout: Checkout) -> None:
    said = []
    for operation, before in KILLS:
        written_program(checkout, "foundation", before=before)
        said.append(_killed_in(checkout, operation))
    said.append(checkout.ctl("up", FOUNDATION, "--yes").stderr)
    for resumed in said[1:]:
        assert "is lifted" in resumed
        assert "is adopted" in resumed, resumed
    names = _names_in_the_cloud(checkout)
    assert sorted(names) == sorted(set(names))
    assert checkout.json("preview", FOUNDATION)["changes"] == []
    checkout.ctl("destroy", FOUNDATION, "--yes")
    assert [vpc for vpc in checkout.aws("ec2", FOUNDATION).describe_vpcs()["Vpcs"] if not vpc["IsDefault"]] == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_update_ends_what_is_under_way_and_lets_go(checkout: Checkout, number: signal.Signals) -> None:
    _post_fault(checkout, {"delay_s": 3, "operation": "CreateVpc", "times": 1})
    running = checkout.start("up", FOUNDATION, "--yes")
    _wait_until(lambda: _faults(checkout)["times"] == 0 or running.poll() is not None, deadline_s=3 * DEADLINE_S)
    os.killpg(running.pid, number)  # as a terminal does, while the call is under way
    running.communicate(timeout=DEADLINE_S)
    assert running.returncode == 130
    assert not list((checkout.sandbox.directory / "state").glob(".pulumi/locks/*/*/sandbox/*.json"))
    state = json.loads(checkout.pulumi(FOUNDATION, "stack", "export").stdout)["deployment"]
    assert not state.get("pending_operations")
    checkout.ctl("up", FOUNDATION, "--yes")
    names = _names_in_the_cloud(checkout)
    assert sorted(names) == sorted(set(names))
    checkout.ctl("destroy", FOUNDATION, "--yes")


def test_of_two_updates_at_once_one_proceeds_and_the_other_names_the_holder(checkout: Checkout) -> None:
    _post_fault(checkout, {"delay_s": 15, "operation": "CreateVpc", "times": 1})
    first = checkout.start("up", FOUNDATION, "--yes")
    _engine_of(checkout, "sandbox")
    second = checkout.ctl("up", FOUNDATION, "--yes", code=5)
    assert re.search(r"is locked by \S+@\S+ since .* UTC for 'up' until .* UTC", second.stderr)
    assert first.poll() is None
    first.communicate(timeout=DEADLINE_S * 2)
    assert first.returncode == 0
    checkout.ctl("destroy", FOUNDATION, "--yes")


def test_twenty_throttled_calls_are_retried_and_the_update_succeeds(checkout: Checkout) -> None:
    before = process.status(checkout.sandbox)["throttled"]
    running = checkout.start("up", FOUNDATION, "--yes", "--json")
    _engine_of(checkout, "sandbox")
    _post_fault(checkout, {"throttle": 20})
    printed, _ = running.communicate(timeout=DEADLINE_S * 2)
    assert running.returncode == 0
    assert json.loads(printed)["counts"]["create"] > 30
    assert process.status(checkout.sandbox)["throttled"] - before == 20
    checkout.ctl("destroy", FOUNDATION, "--yes")
