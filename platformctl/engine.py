"""Starts the Pulumi engine, follows its events, and says what it printed when it fails."""

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from platformctl.errors import CommandError, Exit
from platformctl.host.hosting import hosted
from platformctl.target import Target
from sandbox.lifetime import interrupts

PACKS = ("access_control", "compliance", "operations")
_POLL_S = 0.05
# The engine writes the whole state before and after each step: most of the time of an update of hundreds of resources.
WITHOUT_CHECKPOINTS = {"PULUMI_EXPERIMENTAL": "true", "PULUMI_SKIP_CHECKPOINTS": "true"}

Event = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What one run of the engine left: its events in order, the policy packs' reports, and how it ended."""

    exit_code: int
    events: tuple[Event, ...]
    reports: tuple[dict[str, Any], ...]
    output: str
    seconds: float

    @property
    def errors(self) -> list[str]:
        """The engine's error diagnostics, one text each, without those that only repeat a policy's verdict."""
        texts = [
            event["diagnosticEvent"]["message"].strip()
            for event in self.events
            if event.get("diagnosticEvent", {}).get("severity") == "error"
        ]
        return [text for text in dict.fromkeys(texts) if text and "policy violation" not in text.lower()]

    @property
    def warnings(self) -> list[str]:
        """What providers and engine warn of, each text once."""
        diagnostics = (event.get("diagnosticEvent", {}) for event in self.events)
        return list(dict.fromkeys(d["message"].strip() for d in diagnostics if d.get("severity") == "warning"))


def run(
    target: Target,
    command: str,
    *arguments: str,
    policies: bool = True,
    on_event: Callable[[Event], None] | None = None,
) -> Outcome:
    """Runs `pulumi <command>` on the target and returns its outcome; the caller judges the exit code.

    Ctrl-C reaches the engine too, which saves its state and lets go of the stack before this returns. Around a command
    that writes the state, the state is sealed, and what a bucket does not take is kept: platformctl.states.
    """
    from platformctl.states.keeping import kept  # which asks the engine for nothing, and knows targets

    with kept(target, command, arguments) as around:
        return _run(around, command, *arguments, policies=policies, on_event=on_event)


def _run(
    target: Target,
    command: str,
    *arguments: str,
    policies: bool,
    on_event: Callable[[Event], None] | None,
) -> Outcome:
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="platformctl-") as folder:
        log, findings, printed = Path(folder, "events"), Path(folder, "findings"), Path(folder, "printed")
        packs = [target.project.root / "policies" / pack for pack in PACKS] if policies else []
        # Asked for by the engine's own automation interface, too: without it the event log is not to be had.
        variables = {**target.variables, "PULUMI_DEBUG_COMMANDS": "true", "PLATFORM_FINDINGS": str(findings)}
        with hosted(replace(target, variables=variables), command, packs, Path(folder)) as host:
            options = (*host.options, f"--event-log={log}", "--non-interactive", "--color=never")
            with interrupts() as count:
                with printed.open("w") as sink:
                    process = subprocess.Popen(  # noqa: S603  # the engine, found by us
                        [*_command(target, command), *options, *arguments],
                        cwd=target.project.folder,
                        env=variables,
                        stdout=sink,
                        stderr=subprocess.STDOUT,
                        stdin=subprocess.DEVNULL,
                        pass_fds=host.files,
                        start_new_session=True,  # a terminal's Ctrl-C reaches it once, through us: two mean abort
                    )
                try:
                    with _interrupted_when_we_die(process.pid):
                        events = tuple(_follow(process, log, on_event, count))
                finally:
                    _end_children(process.pid)
        reports = tuple(json.loads(text) for text in _lines(findings))
        return Outcome(process.returncode, events, reports, printed.read_text(), time.monotonic() - started)


def without_checkpoints(target: Target) -> Target:
    """The target with an engine that saves the state once, at its end: an engine that is killed leaves the state as
    it was.
    """
    return replace(target, variables={**target.variables, **WITHOUT_CHECKPOINTS})


def query(target: Target, *arguments: str) -> str:
    """What a short `pulumi` command prints; CommandError with its own words when it fails."""
    result = subprocess.run(  # noqa: S603
        [*_command(target, *arguments), "--non-interactive", "--color=never"],
        cwd=target.project.folder,
        env=dict(target.variables),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if result.returncode:
        raise CommandError(
            f"`pulumi {' '.join(arguments)}` failed: {explain(result.stderr or result.stdout)}", Exit.ENGINE
        )
    return result.stdout


def stack_exists(target: Target) -> bool:
    """Whether the target's backend holds this environment's stack."""
    listed: list[dict[str, Any]] = json.loads(query(target, "stack", "ls", "--json"))
    return any(stack["name"].rpartition("/")[2] == target.environment for stack in listed)


def initialise(target: Target) -> None:
    """Makes the stack in the sandbox's backend where it is missing; real stacks are made once, by a person."""
    if stack_exists(target):
        return
    if target.sandbox is None:
        raise CommandError(
            f"the backend holds no stack {target.environment!r}: the README's 'Real accounts' says how it is made"
        )
    try:
        query(target, "stack", "init", target.environment)
    except CommandError:
        if not stack_exists(target):  # else another command has just made it
            raise


def explain(printed: str) -> str:
    """The engine's words in a form that says what to do next."""
    text = printed.strip()
    if "currently locked" in text:
        held = next((line.strip() for line in text.splitlines() if "created by" in line), "an unknown holder")
        return (
            f"the stack is locked: {held}. Wait for that update to end; `pulumi cancel` removes the lock of a dead one"
        )
    return text.removeprefix("error: ")


def _command(target: Target, *words: str) -> list[str]:
    config = [f"--config-file={target.config_file}"] if target.config_file and words[0] != "stack" else []
    return ["pulumi", *words, *config]


@contextmanager
def _interrupted_when_we_die(engine: int) -> Iterator[None]:
    """Killed, we can neither renew the deploy lock nor interrupt the engine. A shell does, whose input ends with us:
    the engine ends what is under way, saves and lets go. (The kernel's own signal, prctl(2) PR_SET_PDEATHSIG, comes
    once for each of our threads, and two mean abort.)
    """
    line = ["/bin/sh", "-c", 'read -r _ || kill -INT "$0"', str(engine)]
    nowhere = subprocess.DEVNULL
    guard = subprocess.Popen(  # noqa: S603  # nothing in it but our own number
        line, stdin=subprocess.PIPE, stdout=nowhere, stderr=nowhere, start_new_session=True
    )
    try:
        yield
    finally:
        guard.communicate(b"over\n")


def _follow(
    process: "subprocess.Popen[bytes]",
    log: Path,
    on_event: Callable[[Event], None] | None,
    interrupted: Callable[[], int],
) -> Iterator[Event]:
    position, raised, passed_on, ended = 0, 0, 0, False
    while not ended:
        try:
            ended = process.poll() is not None
            fresh, position = _complete_lines(log, position)
            for text in fresh:
                event: Event = json.loads(text)
                if on_event:
                    on_event(event)
                yield event
        except KeyboardInterrupt:  # of whom the events are told
            raised += 1
        while passed_on < interrupted() + raised:
            passed_on += 1
            # The first asks the engine to end what is under way and save; the second to stop at once; then it must.
            process.send_signal(signal.SIGINT if passed_on <= 2 else signal.SIGKILL)
        if not ended:
            time.sleep(_POLL_S)
    if passed_on:
        raise KeyboardInterrupt


def _end_children(session: int) -> None:
    """Ends what an engine that was killed leaves running: its language host, the program and the policy packs.

    They are in process groups of their own, but in the session that the engine was started in. Without /proc, which
    tells the session, they are left alone.
    """
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()  # state, parent, group, session: proc(5)
            if int(fields[3]) == session:
                os.kill(int(stat.parent.name), signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue  # it ended meanwhile


def _complete_lines(log: Path, position: int) -> tuple[Sequence[str], int]:
    if not log.exists():
        return (), position
    with log.open("rb") as file:
        file.seek(position)
        text = file.read()
    complete = text[: text.rfind(b"\n") + 1]
    return complete.decode().splitlines(), position + len(complete)


def _lines(file: Path) -> Sequence[str]:
    return file.read_text().splitlines() if file.exists() else ()
