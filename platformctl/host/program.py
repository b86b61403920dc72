"""A program of the checkout, run for the engine by the SDK's own executor, as `pulumi-language-python` has it run."""

import json
import os
import runpy
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import grpc
from pulumi.runtime import stack
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, language_pb2

from platformctl import sdk
from platformctl.host.language import Language

_SHOWN = 32  # the executor's exit code when it has told the engine why
_STREAM = 1  # what the engine shows together, as lines of one output
_WAIT_FOR_RPCS = stack.wait_for_rpcs


def serve(told: Callable[[int], None], executor: str) -> None:
    """Waits for the engine's request and runs the program in its folder; `told` is given the port. Never returns.

    `executor`: the file of `pulumi-language-python-exec`.
    """
    sdk.install()
    stack.wait_for_rpcs = _settled
    language = Language()
    told(language.serve())
    request = language.requests.get()
    language.answer.put(_answer(request, executor))
    threading.Event().wait()  # until it is ended


async def _settled(await_all_outstanding_tasks: bool = True) -> None:
    """The SDK's wait, for which there is nothing left to do."""
    await sdk.settled()
    await _WAIT_FOR_RPCS(await_all_outstanding_tasks)


def _answer(request: Any, executor: str) -> Any:
    """As `Run` of pulumi-language-python/main.go tells the executor's exit code."""
    (engine,) = request.args  # what it adds where it connects to a host instead of starting one
    with _told(engine):
        code = _run(request, engine, executor)
    if code == _SHOWN:
        return language_pb2.RunResponse(bail=True)
    return language_pb2.RunResponse(error=f"program exited with non-zero exit code: {code}" if code else "")


def _run(request: Any, engine: str, executor: str) -> int:
    options = {
        "monitor": request.monitor_address,
        "engine": engine,
        "project": request.project,
        "stack": request.stack,
        "pwd": request.pwd,
        "dry_run": str(request.dryRun).lower(),
        "parallel": str(request.parallel),
        "organization": request.organization,
    }
    given = [word for name, value in options.items() if value for word in (f"--{name}", value)]
    os.environ["PULUMI_CONFIG"] = json.dumps(dict(request.config))
    os.environ["PULUMI_CONFIG_SECRET_KEYS"] = json.dumps(list(request.configSecretKeys))
    sys.argv = [executor, *given, request.program or "."]
    try:
        runpy.run_path(executor, run_name="__main__")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


@contextmanager
def _told(engine: str) -> Iterator[None]:
    """Tells the engine what the program and its own processes print, line by line, as it tells people."""
    read, write = os.pipe()
    before = os.dup(1)
    for place in (1, 2):
        os.dup2(write, place)
    os.close(write)
    teller = threading.Thread(target=_tell, args=(read, engine), daemon=True)
    teller.start()
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        for place in (1, 2):
            os.dup2(before, place)
        teller.join(5)  # a process that the program has left running keeps it open


def _tell(read: int, engine: str) -> None:
    with os.fdopen(read, errors="replace") as lines, grpc.insecure_channel(engine) as channel:
        stub = engine_pb2_grpc.EngineStub(channel)
        for line in lines:
            if line.strip():
                with suppress(grpc.RpcError):  # the engine went: nobody reads it
                    stub.Log(engine_pb2.LogRequest(severity=engine_pb2.INFO, message=line, streamId=_STREAM))
