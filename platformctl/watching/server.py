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
from typing import Self

from platformctl.errors import CommandError, Exit
from platformctl.watching.modules import PROGRAM, RULES, forget, loaded, stale
from platformctl.watching.rounds import Round, of_program

_SDKS = ("pulumi_aws", "pulumi_kubernetes")


class Server:
    """Asked for one round at a time, by the process that watches; ends with the block.

    It loads what a round has loaded, for the next one, but runs nothing of the program.
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
            os.write(self._ask, (json.dumps([str(file) for file in files]) + "\n").encode())
            line = self._answers.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            self._stop()
            raise CommandError("the process that renders has died: start the watch again", Exit.ENGINE)
        return Round(**json.loads(line))

    def _start(self) -> None:
        asked, self._ask = os.pipe()
        answers, answer = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._ask)
            os.close(answers)
            _serve(self._target, self._root, asked, answer)
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


def _serve(target: str, root: Path, asked: int, answer: int) -> None:
    """Answers until it is asked no more; never returns."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's Ctrl-C is for the process that watches
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    sys.stdout = sys.stderr  # what the program prints is no answer
    try:
        _prepare(target, root)
        with os.fdopen(asked) as requests:
            for request in requests:
                _look_through(root)
                files = [Path(file) for file in json.loads(request)]
                fields, modules = _forked(target, stale(files, root))
                _load(modules)  # before anybody knows that there is something to change
                _write(answer, fields)
    finally:
        os._exit(0)


def _prepare(target: str, root: Path) -> None:
    """Loads what takes the longest; what else a round needs is loaded after the first."""
    from platformctl.host import preload
    from platformctl.project import Project

    _load(("platformctl.render", "policies.rules"))
    preload.sdk(root, Project.choose(target, root)[0].program)


def _look_through(root: Path) -> None:
    """For credentials, through each file that was changed: the round finds what was found already."""
    from platformctl import sources
    from platformctl.project import Project

    with suppress(OSError):  # a file went meanwhile
        sources.plaintext(Project(root))


def _load(modules: Collection[str]) -> None:
    for name in modules:
        if name not in sys.modules:
            with suppress(Exception):  # it was changed meanwhile: the next round says what is wrong with it
                import_module(name)


def _forked(target: str, modules: Collection[str]) -> tuple[str, list[str]]:
    """A round in a process of its own: the fields of a Round as JSON, and the modules that it ended with."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        _round_of_child(target, modules, write)
    os.close(write)
    with os.fdopen(read) as stream:
        fields, used = stream.readline(), stream.readline()
    _, status = os.waitpid(child, 0)
    if not used:
        error = f"the program ended the process that rendered it (status {status})"
        return json.dumps({"error": error}), []
    return fields.rstrip(), json.loads(used)


def _round_of_child(target: str, modules: Collection[str], answer: int) -> None:
    try:
        gc.disable()  # it ends within seconds, and what it has from the server would be walked for nothing
        forget(modules)
        made = of_program(target)
        used = [] if made.get("error") else loaded(PROGRAM + RULES + _SDKS)
    except BaseException as error:
        made, used = {"error": f"{type(error).__name__}: {error}"}, []
    try:
        _write(answer, json.dumps(made), json.dumps(used))
    finally:
        os._exit(0)


def _write(to: int, *lines: str) -> None:
    with os.fdopen(os.dup(to), "w") as stream:
        stream.writelines(f"{line}\n" for line in lines)
