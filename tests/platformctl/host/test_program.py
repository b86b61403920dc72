"""A program's end reaches the engine as the SDK's own host tells it, with all that was printed before."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2_grpc

from platformctl.host import program


class Engine(engine_pb2_grpc.EngineServicer):
    """What it was told, in order."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def Log(self, request: Any, context: Any) -> Any:  # noqa: N802
        self.told.append(request.message)
        return empty_pb2.Empty()


def _request(engine: str) -> SimpleNamespace:
    return SimpleNamespace(
        args=[engine],
        monitor_address="127.0.0.1:1",
        project="p",
        stack="s",
        pwd="/somewhere",
        program=".",
        dryRun=True,
        parallel=16,
        organization="",
        config={"p:key": "value"},
        configSecretKeys=["p:key"],
    )


@pytest.mark.parametrize(
    ("end", "error", "bail"),
    [
        ("", "", False),
        ("sys.exit(0)", "", False),
        ("sys.exit()", "", False),
        ("sys.exit(32)", "", True),
        ("sys.exit(1)", "program exited with non-zero exit code: 1", False),
        ("sys.exit('no')", "program exited with non-zero exit code: 1", False),
    ],
)
def test_the_executors_exit_code_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    end: str,
    error: str,
    bail: bool,
) -> None:
    monkeypatch.setattr("sys.argv", [])
    for name in ("PULUMI_CONFIG", "PULUMI_CONFIG_SECRET_KEYS"):
        monkeypatch.setenv(name, "")
    executor = tmp_path / "executor"
    executor.write_text(
        "import os, subprocess, sys\n"
        "print(sys.argv[1:], os.environ['PULUMI_CONFIG'], os.environ['PULUMI_CONFIG_SECRET_KEYS'])\n"
        f"subprocess.run(['echo', 'of its own process'])\n{end}\n"
    )
    engine, server = Engine(), grpc.server(ThreadPoolExecutor(2))
    engine_pb2_grpc.add_EngineServicer_to_server(engine, server)
    address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    try:
        with capfd.disabled():  # for its own standard output is the engine's while it runs
            answer = program._answer(_request(address), str(executor))
    finally:
        server.stop(None).wait()
    assert (answer.error, answer.bail) == (error, bail)
    given = ["--monitor", "127.0.0.1:1", "--engine", address, "--project", "p", "--stack", "s", "--pwd", "/somewhere"]
    given += ["--dry_run", "true", "--parallel", "16", "."]
    assert sorted(engine.told) == sorted([f'{given} {{"p:key": "value"}} ["p:key"]\n', "of its own process\n"])
