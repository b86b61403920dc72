"""A process that has the SDKs loaded and forks one for each round, so that a round loads only what was changed."""

import gc
import json
import os
import signal
import sys
from collections.abc import Collection
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from platformctl.errors import CommandError, Exit
from platformctl.watching.rounds import Round, of_program

PROGRAM = ("stacks", "components")
RULES = ("policies", "platformctl")  # the command line holds on to what it took from the rules
_SDKS = ("pulumi_aws.", "pulumi_kubernetes.")


class Server:
    """Asked for one round at a time, by the process that watches; ends with the block.

    Its first round is its own, and loads the SDKs. If that one fails the next is the first of a new process.
    """

    def __init__(self, target: str, root: Path) -> None:
        self._target, self._root, self._pid = target, root, 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop()

    def round(self, files: Collection[Path] = ()) -> Round:
        """The next round. `files`: all that were changed since the first; CommandError if the process has died."""
        if not self._pid:
            self._start()
        try:
            os.write(self._ask, (json.dumps(stale(files, self._root)) + "\n").encode())
            line = self._answers.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            self._stop()
            raise CommandError("the process that renders has died: start the watch again", Exit.ENGINE)
        answer = json.loads(line)
        if not answer.pop("loaded"):
            self._stop()
        return Round(**answer)

    def _start(self) -> None:
        asked, self._ask = os.pipe()
        answers, answer = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._ask)
            os.close(answers)
            _serve(self._target, asked, answer)
        os.close(asked)
        os.close(answer)
        self._answers = os.fdopen(answers)

    def _stop(self) -> None:
        if not self._pid:
            return
        os.close(self._ask)
        self._answers.close()
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        self._pid = 0


def stale(files: Collection[Path], root: Path) -> tuple[str, ...]:
    """The packages of the repository that a round must load anew."""
    own = {file.relative_to(root).parts[0] for file in files if file.is_relative_to(root)}
    return PROGRAM + RULES if own.intersection(RULES) else PROGRAM


def _serve(target: str, asked: int, answer: int) -> None:
    """Answers until it is asked no more; never returns."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's Ctrl-C is for the process that watches
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    sys.stdout = sys.stderr  # what the program prints is no answer
    try:
        with os.fdopen(asked) as requests:
            requests.readline()
            first = of_program(target)
            _write(answer, {**first, "loaded": not first.get("error")})
            for request in requests:
                _write(answer, {**_forked(target, json.loads(request)), "loaded": True})
    finally:
        os._exit(0)


def _forked(target: str, packages: Collection[str]) -> dict[str, Any]:
    """A round in a process of its own; of the SDKs what that one loads stays loaded here, too."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        _round_of_child(target, packages, write)
    os.close(write)
    with os.fdopen(read) as stream:
        text = stream.read()
    _, status = os.waitpid(child, 0)
    if not text:
        return {"error": f"the program ended the process that rendered it (status {status})"}
    answer = json.loads(text)
    for name in answer["sdk"]:
        if name not in sys.modules:
            with suppress(ImportError):
                import_module(name)
    fields: dict[str, Any] = answer["fields"]
    return fields


def _round_of_child(target: str, packages: Collection[str], answer: int) -> None:
    try:
        gc.disable()  # it ends within seconds, and what it has from the server would be walked for nothing
        _forget(packages)
        made = of_program(target)
        _write(answer, {"fields": made, "sdk": [name for name in sys.modules if name.startswith(_SDKS)]})
    except BaseException as error:
        _write(answer, {"fields": {"error": f"{type(error).__name__}: {error}"}, "sdk": []})
    finally:
        os._exit(0)


def _forget(packages: Collection[str]) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] in packages]:
        if not name.startswith(__package__):
            del sys.modules[name]


def _write(to: int, document: dict[str, Any]) -> None:
    with os.fdopen(os.dup(to), "w") as stream:
        stream.write(json.dumps(document) + "\n")
