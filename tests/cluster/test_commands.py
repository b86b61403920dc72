"""`platformctl sandbox` with a control plane: started, shown, reset, found dead and stopped."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import process
from tests.cluster.conftest import eventually
from tests.cluster.test_plane import none_left
from tests.engine.conftest import make_checkout


class Commands:
    """platformctl in a checkout of its own."""

    def __init__(self, root: Path):
        self.root = root

    def run(self, *arguments: str, code: int = 0) -> str:
        line = [sys.executable, "-m", "platformctl", *arguments]
        answer = subprocess.run(line, cwd=self.root, capture_output=True, text=True, check=False)
        assert answer.returncode == code, answer.stderr
        return answer.stdout


@pytest.fixture
def commands(tmp_path: Path) -> Iterator[Commands]:
    yield Commands(make_checkout(tmp_path))
    process.stop(tmp_path)


def test_the_control_plane_comes_and_goes_with_the_sandbox(commands: Commands) -> None:
    started = commands.run("sandbox", "start", "--cluster")
    assert "AWS at http://127.0.0.1:" in started
    assert "its control plane: Kubernetes at https://127.0.0.1:" in started
    status = json.loads(commands.run("sandbox", "status", "--json"))
    first = status["cluster"]
    assert first["url"] in commands.run("sandbox", "status")
    assert sum(first["memory_mib"].values()) > 300
    assert first["processes"].keys() == first["memory_mib"].keys()
    assert commands.run("sandbox", "start", "--cluster").count(first["url"]) == 1  # the same
    assert f"export KUBECONFIG={first['kubeconfig']}" in commands.run("env", "staging").splitlines()
    assert oct(Path(first["kubeconfig"]).stat().st_mode & 0o777) == "0o600"

    commands.run("sandbox", "reset")
    second = json.loads(commands.run("sandbox", "status", "--json"))["cluster"]
    assert second["processes"]["kube-apiserver"] != first["processes"]["kube-apiserver"]

    os.kill(second["processes"]["etcd"], signal.SIGKILL)
    eventually("the end", lambda: not isinstance(process.find(commands.root), process.Running))
    said = json.loads(commands.run("sandbox", "status", "--json", code=2))
    assert said["reason"].startswith("dead: its control plane died: etcd (process ")
    assert "KUBECONFIG" not in commands.run("env", "staging")
    commands.run("sandbox", "stop")
    none_left(commands.root)


def test_without_it_the_sandbox_says_that_there_is_none(commands: Commands) -> None:
    assert "control plane" not in commands.run("sandbox", "start")
    assert json.loads(commands.run("sandbox", "status", "--json"))["cluster"] is None
