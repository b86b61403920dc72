"""Loads what programs and policy packs load, then forks: `python -P -m platformctl.host.server ROOT PROGRAM`.

Standard input is a socket, over which it is asked: each request is the length of a JSON document, with the two files
of `tasks.do` beside it, then the document. It ends with whoever asks; what it has forked does not.
"""

import gc
import json
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from platformctl.host import preload, tasks
from platformctl.host.framing import LENGTH

# What every child needs of these; one that does not load here tells its child why.
_MODULES = ("pulumi_policy", "policies.pack", "platformctl.render", "platformctl.gate", "platformctl.host.language")


def _main(root: str, program: str) -> None:
    for name in _MODULES:
        with suppress(Exception):
            import_module(name)
    preload.sdk(Path(root), Path(program))
    gc.freeze()  # so that no child copies all that it only reads
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for a child: its files say how it fares
    with socket.socket(fileno=os.dup(0)) as asked:
        for request, files in _requests(asked):
            if os.fork() == 0:
                asked.close()
                tasks.do(request, *files)
            for file in files:
                os.close(file)


def _requests(asked: socket.socket) -> Iterator[tuple[dict[str, Any], list[int]]]:
    while True:
        # Files that are sent along keep what is sent with them apart from what is sent before and after: unix(7).
        head, files, _, _ = socket.recv_fds(asked, LENGTH.size, 2)
        if len(head) < LENGTH.size:
            return
        (left,) = LENGTH.unpack(head)
        parts = []
        while left:
            part = asked.recv(left)
            if not part:
                return
            parts.append(part)
            left -= len(part)
        yield json.loads(b"".join(parts)), files


if __name__ == "__main__":
    _main(*sys.argv[1:])
