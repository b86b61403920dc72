"""A process that has the SDKs loaded and forks one for each round, so that a round loads only what was changed."""

import gc
import json
import os
import signal
import sys
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from platformctl.errors import CommandError, Exit
from platformctl.watching.files import stamp
from platformctl.watching.modules import (
    COMMAND,
    POLICIES,
    PROGRAM,
    RULES,
    belongs,
    forget,
    judging_otherwise,
    loaded,
    stale,
)
from platformctl.watching.rounds import Earlier, Round, of_program

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
    learned = Learned()
    try:
        compile_once(root)
        _prepare(target, root)
        with os.fdopen(asked) as requests:
            for request in requests:
                _look_through(root)
                files = [Path(file) for file in json.loads(request)]
                now = _stamps(files)
                made = Made(target, stale(files, root), learned.recalled(now, root), own=(asked, answer))
                _load(made.modules)  # before anybody knows that there is something to change
                _write(answer, made.fields)
                learned = made.learned(now)
    finally:
        os._exit(0)


Files = frozenset[tuple[Path, tuple[int, int] | tuple[()]]]  # those that were changed, each as it was changed last


@dataclass(frozen=True)
class Learned:
    """Of a round, with the `files` as they were: what may stand of it, and the modules of each rule."""

    files: Files = frozenset()
    earlier: Earlier = field(default_factory=Earlier)
    homes: Mapping[str, Collection[str]] = field(default_factory=dict)

    def recalled(self, now: Files, root: Path) -> Earlier:
        """What stands with the files as they are now: what is registered, if only policies were changed, and the
        verdicts of rules that read nothing changed.
        """
        changed = {file for file, _ in self.files ^ now}
        if any(belongs(file, COMMAND, root) for file in changed):
            return Earlier()
        rules = {file for file in changed if belongs(file, POLICIES, root)}
        registrations = self.earlier.registrations if rules == changed else None
        return Earlier(self._of(judging_otherwise(rules) if rules else frozenset()), registrations)

    def _of(self, otherwise: frozenset[str] | None) -> Mapping[str, Any]:
        if otherwise is None:
            return {}
        same = {rule for rule, modules in self.homes.items() if not otherwise.intersection(modules)}
        return {key: verdict for key, verdict in self.earlier.verdicts.items() if key.partition(" ")[0] in same}


def _stamps(files: Collection[Path]) -> Files:
    """Looked at before a round loads them."""
    return frozenset((file, stamp(file)) for file in files)


def _prepare(target: str, root: Path) -> None:
    """Loads what takes the longest; what else a round needs is loaded after the first."""
    from platformctl.host import preload
    from platformctl.project import Project

    _load(("platformctl.render", "policies.rules"))
    preload.sdk(root, Project.choose(target, root)[0].program)


def compile_once(root: Path) -> None:
    """Keeps what was compiled of the checkout: rounds load hundreds of modules that import what was saved, and Python
    may be told to write no bytecode, or have no place for it.
    """
    compiled: dict[Any, tuple[Any, Any]] = {}
    compile_ = SourceFileLoader.source_to_code

    def source_to_code(self: SourceFileLoader, data: Any, path: Any, **options: Any) -> Any:
        if not Path(path).is_relative_to(root):
            return compile_(self, data, path, **options)
        if compiled.get(path, ("",))[0] != data:
            compiled[path] = data, compile_(self, data, path, **options)
        return compiled[path][1]

    SourceFileLoader.source_to_code = source_to_code  # type: ignore[method-assign, assignment]


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


class Made:
    """A round in a process of its own: the fields of a Round as JSON, and the modules that it ended with.

    `own`: files that the process does not need. Whoever waits at their other sides would never hear of the end of this
    one while it held them; nor would it of the end of whoever reads it, while it held what that reads.
    """

    def __init__(self, target: str, modules: Collection[str], earlier: Earlier, own: Collection[int] = ()) -> None:
        read, write = os.pipe()
        self._child = os.fork()
        if self._child == 0:
            for file in (read, *own):
                os.close(file)
            _round_of_child(target, modules, earlier, write)
        os.close(write)
        self._answer = os.fdopen(read)
        self.fields, used = self._answer.readline().rstrip(), self._answer.readline()
        self.modules: list[str] = json.loads(used) if used else []
        if not used:
            error = f"the program ended the process that rendered it (status {self._ended()})"
            self.fields = json.dumps({"error": error})

    def learned(self, files: Files) -> Learned:
        """What the round has learned for the next, and what the SDK knows of its classes."""
        if self._answer.closed:
            return Learned()
        told = self._answer.readline()
        self._ended()
        if not told:
            return Learned()
        classes, homes, *earlier = json.loads(told)
        if classes:
            from platformctl import sdk

            sdk.meet(classes)
        return Learned(files, Earlier(*earlier), homes)

    def _ended(self) -> int:
        self._answer.close()
        return os.waitpid(self._child, 0)[1]


def _round_of_child(target: str, modules: Collection[str], earlier: Earlier, answer: int) -> None:
    kept = Earlier()
    try:
        gc.disable()  # it ends within seconds, and what it has from the server would be walked for nothing
        forget(modules)
        made, kept = of_program(target, earlier)
        used = [] if made.get("error") else loaded(PROGRAM + RULES + _SDKS)
    except BaseException as error:
        made, used = {"error": f"{type(error).__name__}: {error}"}, []
    try:
        _write(answer, json.dumps(made), json.dumps(used))
        _write(answer, json.dumps([_met(), _homes(), kept.verdicts, kept.registrations]))
    finally:
        os._exit(0)


def _homes() -> dict[str, list[str]]:
    """By rule the modules that hold it, of which one defines it; without packages, which list what others hold."""
    from policies.rule import Rule

    found: dict[str, list[str]] = {}
    for name, module in [*sys.modules.items()]:
        if name.startswith(f"{POLICIES}.rules.") and not hasattr(module, "__path__"):
            held = (one if isinstance(one, tuple) else (one,) for one in vars(module).values())
            for rule in {one.id for several in held for one in several if isinstance(one, Rule)}:
                found.setdefault(rule, []).append(name)
    return found


def _met() -> list[tuple[str, str, str]]:
    from platformctl import sdk

    return sdk.met()


def _write(to: int, *lines: str) -> None:
    with os.fdopen(os.dup(to), "w") as stream:
        stream.writelines(f"{line}\n" for line in lines)
