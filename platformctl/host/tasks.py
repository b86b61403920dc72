"""What a fork of the server is asked for: a program for the engine, a policy pack, a render for the gate."""

import io
import json
import os
import runpy
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from typing import Any, NoReturn


def do(request: Mapping[str, Any], lifeline: int, answer: int) -> NoReturn:
    """Does what is asked, in this process, and ends it.

    `request`: task, with its arguments; variables, the process environment; folder, to be in; said, the file for what
    it prints. `answer`: where its answer is written. It ends at once with the other side of `lifeline`, which
    whoever needs it holds open.
    """
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        threading.Thread(target=lambda: (os.read(lifeline, 1), os._exit(1)), daemon=True).start()
        _put(os.open(os.devnull, os.O_RDONLY), 0)
        _put(os.open(request["said"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), 1, 2)
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]
        os.environ.clear()
        os.environ.update(request["variables"])
        os.chdir(request["folder"])
        _TASKS[request["task"]](answer, **request["arguments"])
    except BaseException as error:
        if not isinstance(error, SystemExit):
            traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(0)


def _put(file: int, *places: int) -> None:
    for place in places:
        os.dup2(file, place)
    os.close(file)


def _write(answer: int, text: str) -> None:
    with os.fdopen(answer, "w") as stream:
        stream.write(text)


def _render(answer: int, target: str) -> None:
    from platformctl import gate

    _write(answer, json.dumps(gate.answer(target)))


def _program(answer: int, executor: str) -> None:
    from platformctl.host import program

    program.serve(lambda port: _write(answer, f"{port}\n"), executor)


def _pack(answer: int) -> None:
    """As `pulumi-analyzer-policy-python` runs it."""
    sys.stdout = io.TextIOWrapper(_FirstLine(answer), write_through=True)
    sys.argv = ["pulumi.policy", "", "."]
    runpy.run_module("pulumi.policy", run_name="__main__", alter_sys=True)


class _FirstLine(io.RawIOBase):
    """A pack's standard output: the port, which is the answer, and what it prints afterwards."""

    def __init__(self, answer: int) -> None:
        self._answer: int | None = answer

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        text = bytes(data)
        if self._answer is None:
            os.write(2, text)
        else:
            os.write(self._answer, text)
            if text.endswith(b"\n"):
                os.close(self._answer)
                self._answer = None
        return len(text)


_TASKS: dict[str, Callable[..., None]] = {"render": _render, "program": _program, "pack": _pack}
