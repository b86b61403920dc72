"""Ports that nobody else gets: bound by us for as long as the control plane lives, listened on by its processes."""

from __future__ import annotations

import socket

HOST = "127.0.0.1"


class Ports:
    """Numbers of ports on loopback, one per name.

    A port that is bound, but not listened on, is given to no one who asks for any free port, and can be bound again
    by a process that sets SO_REUSEADDR, as every server written in Go does (socket(7); Linux inet_csk_bind_conflict).
    So there is no moment in which another program could take it, also while a process is restarted.
    """

    def __init__(self, names: tuple[str, ...]):
        self._sockets = {name: _bound() for name in names}

    def __getitem__(self, name: str) -> int:
        port: int = self._sockets[name].getsockname()[1]
        return port

    def close(self) -> None:
        for one in self._sockets.values():
            one.close()


def _bound() -> socket.socket:
    one = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.bind((HOST, 0))
    return one
