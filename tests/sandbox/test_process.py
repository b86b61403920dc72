"""The background process: found, dead, replaced, raced for, and always ended."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest

from sandbox import process
from sandbox.lifetime import start_ticks
from sandbox.process import Dead, Running
from tests.sandbox.conftest import Engine
from tests.sandbox.examples import MAKERS, Made


def alive(pid: int) -> bool:
    return start_ticks(pid) is not None


def serving(directory: Path) -> list[int]:
    """Processes that were started for this directory."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if str(directory.resolve()) in file.read_text().split("\0"):
                found.append(int(file.parent.name))
    return found


@pytest.fixture
def root(tmp_path: Path) -> Any:
    yield tmp_path
    process.stop(tmp_path)


def edit_record(root: Path, **changes: Any) -> None:
    record = root / ".sandbox" / "process.json"
    record.write_text(json.dumps({**json.loads(record.read_text()), **changes}))


def test_nothing_is_found_before_the_first_start(tmp_path: Path) -> None:
    assert process.find(tmp_path) is None


def test_start_is_found_and_repeats_to_the_same_process(root: Path) -> None:
    running = process.start(root)
    assert process.find(root) == running
    assert process.start(root) == running
    assert (running.directory / "state").is_dir()
    assert (running.directory / "pulumi-home").is_dir()
    process.stop(root)
    assert not alive(running.pid)
    assert process.find(root) is None


def test_two_starts_at_once_give_one_process(root: Path) -> None:
    code = f"from pathlib import Path; from sandbox import process; print(process.start(Path({str(root)!r})).pid)"

    def start(_: int) -> str:
        return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(start, range(2))
    assert first == second
    assert serving(root / ".sandbox") == [int(first)]


def test_a_killed_process_is_dead_and_its_state_goes_with_the_next_start(root: Path) -> None:
    running = process.start(root)
    (running.directory / "state" / "stack.json").write_text("{}")
    os.kill(running.pid, signal.SIGKILL)
    os.waitpid(running.pid, 0)
    found = process.find(root)
    assert isinstance(found, Dead)
    assert found.reason == f"process {running.pid} is gone"
    again = process.start(root)
    assert again.pid != running.pid
    assert list((again.directory / "state").iterdir()) == []


def test_a_reused_process_id_is_dead_and_is_left_alone(root: Path) -> None:
    running = process.start(root)
    edit_record(root, pid=os.getpid())
    found = process.find(root)
    assert isinstance(found, Dead)
    assert "is another program now" in found.reason
    process.stop(root)  # must not end us
    os.kill(running.pid, signal.SIGTERM)
    os.waitpid(running.pid, 0)


def test_a_silent_port_is_dead_and_the_process_is_ended_by_the_next_start(root: Path) -> None:
    running = process.start(root)
    edit_record(root, aws_port=1)
    found = process.find(root)
    assert isinstance(found, Dead)
    assert "does not answer on port 1" in found.reason
    process.start(root)
    assert not alive(running.pid)


def test_an_unreadable_record_is_dead_and_cleared(root: Path) -> None:
    (root / ".sandbox").mkdir()
    (root / ".sandbox" / "process.json").write_text("{")
    assert isinstance(process.find(root), Dead)
    assert isinstance(process.start(root), Running)


def test_reset_gives_an_empty_cloud(root: Path) -> None:
    first = process.start(root)
    (first.directory / "state" / "stack.json").write_text("{}")
    second = process.reset(root)
    assert second.instance != first.instance
    assert list((second.directory / "state").iterdir()) == []


def test_sigterm_ends_it_cleanly(root: Path) -> None:
    running = process.start(root)
    os.kill(running.pid, signal.SIGTERM)
    assert os.waitpid(running.pid, 0)[1] == 0


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_a_temporary_one_ends_with_its_block_whatever_happens(tmp_path: Path, error: type[BaseException]) -> None:
    with pytest.raises(error), process.temporary(tmp_path) as running:
        raise error
    assert not alive(running.pid)
    assert not running.directory.exists()


def test_a_temporary_one_ends_when_its_owner_is_killed(tmp_path: Path) -> None:
    code = (
        "import time; from pathlib import Path; from sandbox import process\n"
        f"with process.temporary(Path({str(tmp_path)!r})) as it:\n"
        "    print(it.pid, it.directory, flush=True); time.sleep(60)"
    )
    owner = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    number, directory = owner.stdout.readline().split()
    pid = int(number)
    owner.kill()
    owner.wait()
    until = time.monotonic() + 20
    while alive(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not alive(pid)
    assert not Path(directory).exists()


def test_one_without_a_cloud_takes_engines_and_refuses_every_call(tmp_path: Path) -> None:
    with process.temporary(tmp_path, cloud=False) as running:
        assert process.find(tmp_path) is None
        assert process.environment(running, "111111111111", "eu-central-1")["AWS_SECRET_ACCESS_KEY"] == "none"
        assert process.status(running)["resources"] == {}
        with pytest.raises(urllib.error.HTTPError, match="501"):
            urllib.request.urlopen(running.aws_url)
        engine = Engine(running)
        assert engine.create("aws:kms/key:Key", {"description": "d"}, preview=True)[1]["description"] == "d"
        with pytest.raises(grpc.RpcError, match="this preview has no cloud"):
            engine.create("aws:kms/key:Key", {"description": "d"})
    assert not alive(running.pid)


def test_it_listens_on_loopback_only(sandbox: Running) -> None:
    ports = {sandbox.aws_port, sandbox.provider_port}
    rows = [line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]]
    listening = {
        row[1].rpartition(":")[0] for row in rows if row[3] == "0A" and int(row[1].rpartition(":")[2], 16) in ports
    }
    assert listening <= {"0100007F", "0000000000000000FFFF00000100007F"}  # 127.0.0.1, also as IPv6 spells it
    assert listening


def test_environment_gives_each_account_its_own_credentials(sandbox: Running) -> None:
    one, two = (process.environment(sandbox, account, "eu-central-1") for account in ("111111111111", "222222222222"))
    served = f"aws:{sandbox.provider_port},kubernetes:{sandbox.kubernetes_port}"
    assert one["PULUMI_DEBUG_PROVIDERS"] == served
    assert one["PULUMI_BACKEND_URL"] == f"file://{sandbox.directory}/state?metadata=skip"
    assert one["AWS_ACCESS_KEY_ID"] not in ("", two["AWS_ACCESS_KEY_ID"])


def test_asking_for_the_sandbox_loads_neither_boto3_nor_moto_nor_grpc() -> None:
    heavy = ("boto3", "moto", "grpc", "pulumi")
    code = f"import sys; import sandbox.process; print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_memory_stays_under_400_mb_with_three_environments(tmp_path: Path) -> None:
    with process.temporary(tmp_path) as running:
        for _ in range(3):
            ids = Made(Engine(running))
            assert all(ids[name] for name in MAKERS)
        lines = Path(f"/proc/{running.pid}/status").read_text().splitlines()
    (resident_kb,) = [int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
    assert resident_kb < 400_000
