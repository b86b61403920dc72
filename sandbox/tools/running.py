"""Runs long commands: output goes to a log, progress to people, and no process of theirs stays behind."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sandbox.lifetime import interrupts

Report = Callable[[str], None]
first_note_s, notes_every_s = 2.0, 10.0


class ProcessError(Exception):
    """A command that failed or took too long; the text is its last lines."""


def run(
    command: Sequence[str | Path],
    *,
    log: Path,
    report: Report,
    note: Callable[[], str],
    timeout_s: float = 3600,
    directory: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Runs `command` to its end. What takes over two seconds is reported as `note()` with the seconds so far.

    Raises ProcessError. Ctrl-C and a time-out end the command with all the processes that it started.
    """
    begin = time.monotonic()
    with log.open("ab") as output:
        process = None
        try:
            with interrupts():
                try:
                    process = subprocess.Popen(  # noqa: S603  # commands are ours
                        command,
                        stdin=subprocess.DEVNULL,
                        stdout=output,
                        stderr=output,
                        cwd=directory,
                        env={**os.environ, **(environment or {})},
                        start_new_session=True,
                    )
                except OSError as error:
                    raise ProcessError(str(error)) from None
            next_note_s = first_note_s
            while process.poll() is None:
                elapsed_s = time.monotonic() - begin
                if elapsed_s > timeout_s:
                    raise ProcessError(f"no end after {timeout_s:.0f} s")
                if elapsed_s > next_note_s:
                    report(f"  {note()} ({elapsed_s:.0f} s)")
                    next_note_s = elapsed_s + notes_every_s
                time.sleep(0.05)
        finally:
            if process and process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    if process.returncode:
        raise ProcessError(last_lines(log) or f"exit code {process.returncode}")


def last_lines(log: Path, count: int = 4) -> str:
    """The end of a log on one line, without the names of what was downloaded on the way."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines()]
    return " / ".join([line for line in lines if line and not line.startswith("go: downloading")][-count:])
