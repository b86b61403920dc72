"""The bucket of the state goes away while an update saves into it: nothing is lost, and nothing more is begun."""

import json
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox import process
from tests.engine.live import Live, live_checkout
from tests.engine.small import FOUNDATION, program

DEADLINE_S = 120
KEYS = """
before = None
for i in range(4):
    before = kms.Key(f"data{i}", description="one", opts=given(depends_on=[before] if before else []), **sound)
"""


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with live_checkout(tmp_path_factory.mktemp("outage")) as made:
        program(made.checkout, KEYS)
        yield made


def _post_fault(live: Live, fault: dict[str, Any]) -> None:
    url = f"{live.checkout.sandbox.aws_url}/_sandbox/faults"
    request = urllib.request.Request(url, json.dumps(fault).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 200


def _wait_for_the_delayed_call(live: Live, running: Any) -> None:
    until = time.monotonic() + DEADLINE_S
    while running.poll() is None and time.monotonic() < until:
        with urllib.request.urlopen(f"{live.checkout.sandbox.aws_url}/_sandbox/faults", timeout=10) as answer:
            if json.load(answer)["times"] == 0:
                return
        time.sleep(0.05)
    raise AssertionError(running.communicate())


def _keys(live: Live) -> list[str]:
    kms = live.checkout.aws("kms", FOUNDATION)
    return [key["KeyId"] for key in kms.list_keys()["Keys"]]


def test_a_bucket_that_goes_away_leaves_a_whole_journal_and_ends_the_update(live: Live) -> None:
    _post_fault(live, {"delay_s": 4, "operation": "CreateKey", "times": 1})
    running = live.start("up", FOUNDATION, "--yes")
    _wait_for_the_delayed_call(live, running)  # the key exists, and its answer is being delayed
    live.wire.cut()
    cut = time.monotonic()
    _, said = running.communicate(timeout=4 * DEADLINE_S)
    print(f"from the cut to the end: {time.monotonic() - cut:.0f} s")
    assert running.returncode == 5, said
    made = _keys(live)
    assert len(made) == 1  # the one under way; the other three were not begun
    calls = process.status(live.checkout.sandbox)["calls"]

    live.wire.mend()
    refused = live.ctl("up", FOUNDATION, "--yes", code=2)
    assert "could not save its state" in refused.stderr
    assert "state replay foundation/sandbox --live" in refused.stderr
    assert _keys(live) == made
    assert process.status(live.checkout.sandbox)["calls"] - calls < 20
    live.ctl("state", "replay", FOUNDATION)
    held = json.loads(live.state())["checkpoint"]["latest"]
    assert [one["id"] for one in held["resources"] if one["type"] == "aws:kms/key:Key"] == made
    assert not held.get("pending_operations")
    assert "sound" in live.ctl("state", "verify", FOUNDATION).stdout

    live.ctl("up", FOUNDATION, "--yes", "--wait-for-lock", "120")  # the lease of the dead update ends by itself
    assert len(_keys(live)) == 4
    assert set(made) <= set(_keys(live))
    assert live.ctl("preview", FOUNDATION, "--json").stdout.count('"operation"') == 0
