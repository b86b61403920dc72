"""The server that one command has for all that it starts, and its children as files."""

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from platformctl.host.framing import LENGTH
from platformctl.project import Project


@dataclass
class Server:
    """Asked for children; it loads meanwhile what they need, so that nobody waits for it before the first answer."""

    project: Project
    folder: Path  # for what the children print
    _socket: socket.socket
    _asked: int = field(default=0, init=False)

    def ask(
        self, task: str, lifeline: int, variables: Mapping[str, str], folder: Path, **arguments: Any
    ) -> tuple[IO[bytes], Path]:
        """Has a child do a task of `platformctl.host.tasks`. Returns its answer, which ends early where the child
        does, and the file of what it prints. It lives as long as the other side of `lifeline` is held.
        """
        self._asked += 1
        said = self.folder / f"{self._asked}-{task}"
        said.touch()
        request = {"task": task, "variables": dict(variables), "folder": str(folder), "said": str(said)}
        document = json.dumps({**request, "arguments": arguments}).encode()
        read, write = os.pipe()
        with suppress(BrokenPipeError, ConnectionResetError):  # it has died, which the answer's end tells
            socket.send_fds(self._socket, [LENGTH.pack(len(document))], [lifeline, write])
            self._socket.sendall(document)
        os.close(write)
        return os.fdopen(read, "rb"), said


@contextmanager
def serving(project: Project) -> Iterator[Server]:
    """Starts the server for the program and the policies of a checkout; it ends with the block."""
    ours, its = socket.socketpair()
    line = [sys.executable, "-P", "-m", "platformctl.host.server", str(project.root), str(project.program)]
    with tempfile.TemporaryDirectory(prefix="platformctl-") as folder, ours:
        with its, Path(folder, "server").open("w") as said:
            process = subprocess.Popen(  # noqa: S603  our own interpreter and module
                line,
                cwd=project.root,
                stdin=its.fileno(),
                stdout=said,
                stderr=said,
                start_new_session=True,  # Ctrl-C reaches the engine first, which asks for no more
            )
        try:
            yield Server(project, Path(folder), ours)
        finally:
            process.kill()
            process.wait()


@contextmanager
def lifeline() -> Iterator[tuple[int, int]]:
    """A pipe: children get the first side, and end when nobody holds the second any more."""
    theirs, ours = os.pipe()
    try:
        yield theirs, ours
    finally:
        for side in (theirs, ours):
            os.close(side)
