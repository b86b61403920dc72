"""The supervisor: starts the control plane's processes, and ends all when one ends or nobody wants them."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import socket
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from sandbox.cluster import audit, bootstrap, monitoring, pki, records, stages
from sandbox.cluster.client import ApiError, Client
from sandbox.cluster.commands import FIRST, RESTARTABLE
from sandbox.cluster.layout import PORTS, Layout, Options, kubeconfig
from sandbox.cluster.ports import HOST, Ports
from sandbox.cluster.supervisor import Ended, Supervisor
from sandbox.tools import files

WATCH_S = 0.25


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
            (layout.directory / records.FAILURE).write_text(text)
            print(text, file=sys.stderr)
        return 1 if text else 0
    finally:
        supervisor.end()
        (layout.directory / records.RECORD).unlink(missing_ok=True)
        if supervisor.orphaned:  # the owner would have removed it
            shutil.rmtree(layout.directory, ignore_errors=True)
            with contextlib.suppress(OSError):
                (layout.directory.parent / f"{records.FOLDER}.lock").unlink(missing_ok=True)
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
    (layout.directory / "audit-policy.json").write_text(json.dumps(audit.POLICY))
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
        server.bind(records.CONTROL)
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
    records.record(
        records.ControlPlane(
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
