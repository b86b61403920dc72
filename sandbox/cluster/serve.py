"""The supervisor: starts the control plane's processes, and ends all when one ends or nobody wants them."""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from sandbox import cluster
from sandbox.cluster import bootstrap, monitoring, pki, stages
from sandbox.cluster.client import ApiError, Client
from sandbox.cluster.commands import COMMANDS, ENVIRONMENT, FIRST, RESTARTABLE
from sandbox.cluster.layout import PORTS, Layout, Options, kubeconfig
from sandbox.cluster.ports import HOST, Ports
from sandbox.lifetime import start_ticks
from sandbox.tools import files

WATCH_S = 0.25
LOG_LINES = 15  # of a process that died
_SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)
_AUDIT_POLICY = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "omitStages": ["RequestReceived"],
    "rules": [
        {"level": "None", "users": ["system:apiserver", "system:kube-controller-manager", "system:kube-scheduler"]},
        {"level": "None", "userGroups": ["system:serviceaccounts:kube-system"]},
        {"level": "None", "verbs": ["get", "list", "watch"]},
        {"level": "None", "resources": [{"group": "coordination.k8s.io"}, {"group": "", "resources": ["events"]}]},
        {"level": "Metadata"},
    ],
}


class Ended(Exception):  # noqa: N818  it may have been asked for
    """The control plane must end; the text says why, and is empty when that was asked for."""


class Supervisor:
    """The processes of one control plane. One thread: a child dies with the thread that started it."""

    def __init__(self, layout: Layout, owners: list[tuple[int, int]]):
        self.layout, self.owners = layout, owners
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.orphaned = False

    def start(self, name: str) -> None:
        parent = os.getpid()

        def die_with_us() -> None:
            ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)
            if os.getppid() != parent:
                os._exit(1)

        with self.layout.log(name).open("ab") as log:
            self.children[name] = subprocess.Popen(  # noqa: S603  tools that were found or built by us
                COMMANDS[name](self.layout),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.layout.directory,
                env={"PATH": os.defpath, "HOME": str(self.layout.directory), **ENVIRONMENT},
                preexec_fn=die_with_us,
            )

    def check(self) -> None:
        """Raises Ended when a process died or an owner is gone."""
        for name, child in self.children.items():
            if (code := child.poll()) is not None:
                raise Ended(_death(name, child.pid, code, self.layout.log(name)))
        if any(start_ticks(pid) != begun for pid, begun in self.owners):
            self.orphaned = True
            raise Ended("")

    def end(self) -> None:
        """What they hold is thrown away: nothing is gained by asking them."""
        for child in self.children.values():
            child.kill()
        for child in self.children.values():
            child.wait()

    def await_(self, what: str, done: Callable[[], bool]) -> None:
        try:
            bootstrap.wait(what, done, look=self.check)
        except TimeoutError as error:
            raise Ended(str(error)) from None


def main() -> int:
    options = _options()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, _asked_to_end)
    request = json.loads((options.directory / "request.json").read_text())
    tools = {name: Path(path) for name, path in request["tools"].items()}
    chosen = Options(**{**request["options"], "zones": tuple(request["options"]["zones"])})
    layout = Layout(options.directory, Ports(PORTS), tools, chosen)
    supervisor = Supervisor(layout, options.die_with)
    try:
        _prepare(layout)
        _bring_up(supervisor)
        _serve(supervisor)
    except (Ended, ApiError, OSError) as ended:
        if text := str(ended):
            (layout.directory / cluster.FAILURE).write_text(text)
            print(text, file=sys.stderr)
        return 1 if text else 0
    finally:
        supervisor.end()
        (layout.directory / cluster.RECORD).unlink(missing_ok=True)
        if supervisor.orphaned:  # the owner would have removed it
            shutil.rmtree(layout.directory, ignore_errors=True)
            with contextlib.suppress(OSError):
                (layout.directory.parent / f"{cluster.FOLDER}.lock").unlink(missing_ok=True)
                layout.directory.parent.rmdir()


def _asked_to_end(*_: object) -> None:
    raise Ended("")


def _prepare(layout: Layout) -> None:
    for folder in ("logs", "data"):
        (layout.directory / folder).mkdir()
    pki.create(layout.directory / "pki")
    for user in pki.USERS:
        file = layout.kubeconfig(user)
        file.touch(mode=0o600)
        file.write_text(kubeconfig(layout, user))
    (layout.directory / "audit-policy.json").write_text(json.dumps(_AUDIT_POLICY))
    stages.write(layout.directory / stages.FILE, files("kwok") / "stages")
    monitoring.write(layout)


def _bring_up(supervisor: Supervisor) -> None:
    layout = supervisor.layout
    client = Client(layout.url, layout.pki("ca.crt"), layout.pki("admin.crt"), layout.pki("admin.key"))
    for name in FIRST:
        supervisor.start(name)
    supervisor.await_("kube-apiserver", lambda: client.get("/readyz") == "ok")
    _note("kube-apiserver is ready")
    bootstrap.rights(client)
    for name in ("kube-controller-manager", "kube-scheduler", "kwok"):
        supervisor.start(name)
    for node in bootstrap.nodes(layout):
        client.create("/api/v1/nodes", node)
    bootstrap.definitions(client)
    _note("the definitions are served")
    supervisor.start("rollouts-controller")
    for what, done in _signs(supervisor, client).items():
        supervisor.await_(what, done)
        _note(f"{what}: ready")
    _record(supervisor)


def _signs(supervisor: Supervisor, client: Client) -> dict[str, Callable[[], bool]]:
    """What shows that each part works."""
    layout = supervisor.layout
    count = len(list(bootstrap.nodes(layout)))

    def _health(name: str, path: str) -> bool:
        return bool(Client(f"https://{HOST}:{layout.ports[name]}", layout.pki("ca.crt")).get(f"/{path}") == "ok")

    def ready_nodes() -> int:
        answers = client.get("/api/v1/nodes")["items"]
        conditions = [one for node in answers for one in node["status"].get("conditions", [])]
        return sum(one["type"] == "Ready" and one["status"] == "True" for one in conditions)

    return {
        "the default service account": lambda: bool(client.get("/api/v1/namespaces/default/serviceaccounts/default")),
        "the nodes": lambda: ready_nodes() == count,
        "kube-controller-manager": lambda: _health("kube-controller-manager", "healthz"),
        "kube-scheduler": lambda: _health("kube-scheduler", "readyz"),
        **{name: lambda name=name: _answers(supervisor.layout, name) for name in RESTARTABLE},  # type: ignore[misc]
    }


def _answers(layout: Layout, name: str) -> bool:
    path, port = {
        "kwok": ("healthz", "kwok"),
        "prometheus": ("-/ready", "prometheus"),
        "rollouts-controller": ("healthz", "rollouts-health"),
    }[name]
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://{HOST}:{layout.ports[port]}/{path}", timeout=5) as answer:
        return bool(answer.status == 200)


def _serve(supervisor: Supervisor) -> NoReturn:
    """Answer requests until there is a reason to end."""
    os.chdir(supervisor.layout.directory)  # a socket's path may have 107 bytes at most
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(cluster.CONTROL)
        server.listen()
        server.settimeout(WATCH_S)
        while True:
            supervisor.check()
            try:
                connection, _ = server.accept()
            except TimeoutError:
                continue
            connection.settimeout(5)
            with connection, contextlib.suppress(OSError, ValueError):
                request = json.loads(connection.makefile().readline())
                answer = {"error": _obey(supervisor, request)}
                connection.sendall(json.dumps(answer).encode() + b"\n")


def _obey(supervisor: Supervisor, request: dict[str, str]) -> str:
    name = request.get("name", "")
    if name not in RESTARTABLE:
        return f"{name!r} cannot be killed alone; these can: {', '.join(RESTARTABLE)}"
    if child := supervisor.children.pop(name, None):
        child.kill()
        child.wait()
    if request["do"] == "restart":
        supervisor.start(name)
        supervisor.await_(name, lambda: _answers(supervisor.layout, name))
    _record(supervisor)
    return ""


def _record(supervisor: Supervisor) -> None:
    layout = supervisor.layout
    cluster.record(
        cluster.ControlPlane(
            url=layout.url,
            ca=layout.pki("ca.crt"),
            certificate=layout.pki("admin.crt"),
            key=layout.pki("admin.key"),
            prometheus_url=layout.prometheus_url,
            directory=layout.directory,
            pids={"supervisor": os.getpid(), **{name: child.pid for name, child in supervisor.children.items()}},
            kubeconfig=layout.kubeconfig("admin"),
            targets=layout.directory / "prometheus" / monitoring.TARGETS,
            rules=layout.directory / "prometheus" / monitoring.RULES,
        )
    )


def _death(name: str, pid: int, code: int, log: Path) -> str:
    how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
    with log.open(errors="replace") as lines:
        last = "".join(deque(lines, LOG_LINES)).strip()
    return f"{name} (process {pid}) {how}; {log} ends:\n{last}"


def _note(text: str) -> None:
    print(f"{time.monotonic() - BEGUN:.1f} s: {text}")


BEGUN = time.monotonic()


def _options() -> argparse.Namespace:
    def owner(text: str) -> tuple[int, int]:
        pid, _, begun = text.partition(":")
        return int(pid), int(begun)

    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--directory", type=Path, required=True)
    arguments.add_argument("--die-with", type=owner, action="append", default=[], metavar="PID:TICKS")
    return arguments.parse_args()


if __name__ == "__main__":
    sys.exit(main())
