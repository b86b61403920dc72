"""What a fault case is given: a small checkout of its own with a sandbox and the real engine, empty at the start."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from sandbox import process
from tests.engine.conftest import ROOT, Checkout
from tests.engine.small import FOUNDATION, small_checkout
from tests.faults.command import DEADLINE_S, Command

_KEPT = {"lock", "process.json", "pulumi-home", "sandbox.log"}  # what the sandbox's process itself works with
_LOOK_EVERY_S = 0.02


class World:
    """One checkout for the cases of an area, one after another. The sandbox starts with the first use of `checkout`:
    a case that needs neither engine nor cloud does not pay for them."""

    target = FOUNDATION  # the environment that the cases work on

    def __init__(self, root: Path) -> None:
        self.root = root
        self._open = ExitStack()
        self.commands: list[Command] = []

    @cached_property
    def checkout(self) -> Checkout:
        made = self._open.enter_context(small_checkout(self.root))
        self._files = {file: file.read_bytes() for file in self._own_files()}
        return made

    @property
    def program(self) -> Path:
        """The folder of the target's program, settings and settings module."""
        return self.checkout.root / "stacks" / "foundation"

    @property
    def state(self) -> Path:
        """The folder that the engine keeps its state and its locks in."""
        return self.checkout.sandbox.directory / "state"

    def start(self, *arguments: str, packs: Sequence[str] = ()) -> Command:
        """Starts platformctl, with these policy packs only, and does not wait."""
        line = [sys.executable, "-m", "tests.faults.ctl", *arguments]
        variables = {**os.environ, "FAULTS_PACKS": ",".join(packs), "PYTHONPATH": str(ROOT)}
        self.commands.append(Command(line, self.checkout.root, variables))
        return self.commands[-1]

    def run(self, *arguments: str, packs: Sequence[str] = (), code: int | None = 0) -> Command:
        """Runs platformctl to its end and checks its exit code (None: any)."""
        return self.start(*arguments, packs=packs).end(code)

    def deploy(self) -> None:
        """Brings the program into the cloud in the cheapest way: for what has to be there before the fault."""
        if not list(self.state.glob(".pulumi/stacks/*/sandbox.json")):
            self.checkout.pulumi(self.target, "stack", "init", "sandbox")
        self.checkout.pulumi(self.target, "up", "--yes", "--skip-preview")

    def deployment(self) -> dict[str, Any]:
        """The state: `resources` and `pending_operations`, both lists."""
        found = json.loads(self.checkout.pulumi(self.target, "stack", "export").stdout)["deployment"]
        return {key: found.get(key) or [] for key in ("resources", "pending_operations")}

    def order(self, **faults: Any) -> None:
        """Orders a fault of the sandbox's cloud, in place of what is still open: fields of sandbox.faults.Faults."""
        self._ask("/_sandbox/faults", json.dumps(faults).encode())

    def ordered(self) -> dict[str, Any]:
        """What of the order is still open."""
        return dict(json.loads(self._ask("/_sandbox/faults")))

    def engine(self, running: Command) -> int:
        """The process id of the engine that has the stack's lock for `running`, once it has."""
        self.wait(lambda: bool(self._holders()) or not running.running)
        found = self._holders()
        assert found, f"the update ended before it had the lock:\n{running.end(None).said}"
        return found[0]

    def locks(self) -> list[Path]:
        """The lock files of the engine, whoever holds them."""
        return sorted(self.state.glob(".pulumi/locks/*/*/sandbox/*.json"))

    def processes(self) -> set[int]:
        """What works on the checkout besides its sandbox."""
        mine = {os.getpid(), *([self.checkout.sandbox.pid] if "checkout" in self.__dict__ else [])}
        return set(_working_on(self.root)) - mine

    @staticmethod
    def wait(condition: Callable[[], bool], deadline_s: float = DEADLINE_S) -> None:
        """Waits until the condition holds; AssertionError when it does not in time."""
        until = time.monotonic() + deadline_s
        while not condition():
            assert time.monotonic() < until, f"the condition did not come true in {deadline_s} s"
            time.sleep(_LOOK_EVERY_S)

    def fresh(self) -> None:
        """Empties the cloud, the state and the checkout, for the next case."""
        if "checkout" not in self.__dict__:
            return
        self.commands.clear()
        self.order()
        self._ask("/_sandbox/empty", b"{}")
        directory = self.checkout.sandbox.directory
        for path in directory.iterdir():
            if path.name not in _KEPT:
                _remove(path)
        self.state.mkdir()
        for file in self._own_files():
            if file not in self._files:
                file.unlink()
        for file, content in self._files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        left = process.status(self.checkout.sandbox)["resources"]
        assert not left, f"the cloud could not be emptied: it still has {left}"

    def end_processes(self) -> list[str]:
        """Ends what still works on the checkout and says what that was; nothing, when all is as it should be."""
        ended = []
        for pid in sorted(self.processes()):
            with suppress(OSError):
                words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
                os.kill(pid, signal.SIGKILL)
                ended.append(f"{pid} {' '.join(words).strip()}")
        for command in self.commands:
            with suppress(subprocess.TimeoutExpired):
                command.process.wait(DEADLINE_S)
        return ended

    def close(self) -> None:
        """Ends the sandbox, and what still works on the checkout."""
        self.end_processes()
        self._open.close()
        shutil.rmtree(self.root, ignore_errors=True)

    def _own_files(self) -> list[Path]:
        """The checkout's files, without what is linked to the repository's and without the sandbox's."""
        found = []
        for folder, folders, names in os.walk(self.root):
            folders[:] = [name for name in folders if name not in (".sandbox", "__pycache__")]
            found += [Path(folder, name) for name in names]
        return sorted(file for file in found if not file.is_symlink())

    def _holders(self) -> list[int]:
        pids = []
        for lock in self.locks():
            with suppress(OSError, ValueError):  # let go of meanwhile, or being written
                pids.append(int(json.loads(lock.read_text())["pid"]))
        return [pid for pid in pids if _is_update(pid)]

    def _ask(self, path: str, body: bytes | None = None) -> bytes:
        request = urllib.request.Request(self.checkout.sandbox.aws_url + path, body)
        with urllib.request.urlopen(request, timeout=DEADLINE_S) as answer:
            return bytes(answer.read())


@contextmanager
def world(root: Path) -> Iterator[World]:
    """A world for the length of a block."""
    made = World(root)
    try:
        yield made
    finally:
        made.close()


def _is_update(pid: int) -> bool:
    """Whether it lives and is an engine at work: short commands such as `pulumi stack import` take the lock, too."""
    with suppress(OSError):
        return b"--event-log=" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def _working_on(folder: Path) -> Iterator[int]:
    """The processes that name the folder in their command line, or work somewhere in it."""
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (entry / "cwd").readlink().is_relative_to(folder) or bytes(folder) in (entry / "cmdline").read_bytes():
                yield int(entry.name)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
