"""A real Kubernetes control plane on loopback, with nodes and pods that kwok plays, Argo Rollouts and Prometheus.

Light to import: every command that may find one running asks it.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sandbox.cluster.layout import ZONES, Options
from sandbox.cluster.records import (
    CONTROL,
    FAILURE,
    FOLDER,
    LOG,
    SUPERVISOR,
    ControlPlane,
    find,
    supervised,
    why_dead,
)
from sandbox.lifetime import SandboxError, children, end, interrupts, locked, start_ticks

__all__ = ["ControlPlane", "find", "kill", "memory_mib", "reload", "restart", "start", "stop", "why_dead"]

START_TIMEOUT_S = 240  # ten seconds is usual; a machine with twenty other programs to run takes over a minute
_ROOT = Path(__file__).resolve().parents[2]


def start(
    directory: Path,
    report: Callable[[str], None] = print,
    *,
    zones: tuple[str, ...] = ZONES,
    scrape_interval_s: float = 15.0,
    die_with: int = 0,
) -> ControlPlane:
    """The running control plane of this directory, started if need be; two starts at once give one.

    The first time its tools are built, half an hour on two cores, with progress to `report`; else it takes about ten
    seconds. It ends with the sandbox's cloud when that runs in the same directory, and with the process `die_with`.
    `zones` are those of its nodes. Raises SandboxError with what to do, and ValueError for a bad argument.
    """
    options = Options(zones=zones, scrape_interval_s=scrape_interval_s)
    if found := find(directory):
        return found
    tools = _tools(report)
    directory.mkdir(parents=True, exist_ok=True)
    directory = directory.resolve()
    with locked(directory / f"{FOLDER}.lock"):
        if found := find(directory):
            return found
        if stacks := sorted(file.stem for file in directory.glob("state/.pulumi/stacks/*/*.json")):
            raise SandboxError(
                f"the sandbox holds {', '.join(stacks)}, updated without a control plane: "
                "a new one would not hold what they recorded.\nTo mend it: platformctl sandbox reset --cluster"
            )
        _clear(directory)
        report("starting the control plane: about ten seconds")
        request = {"tools": tools, "options": asdict(options)}
        return _spawn(directory, request, _owners(directory, die_with))


def stop(directory: Path) -> None:
    """End all of its processes and remove its files; nothing happens when there is none."""
    if (directory / FOLDER).exists():
        with locked(directory / f"{FOLDER}.lock"):
            _clear(directory)


def kill(plane: ControlPlane, name: str) -> None:
    """End kwok, prometheus or rollouts-controller as a crash would, by SIGKILL; the others go on without it."""
    _ask(plane.directory, {"do": "kill", "name": name})


def restart(plane: ControlPlane, name: str) -> ControlPlane:
    """Start again what was killed, or is running, on the same port with the same data; waits until it answers."""
    _ask(plane.directory, {"do": "restart", "name": name})
    return _now(plane)


def reload(plane: ControlPlane) -> None:
    """Let Prometheus read its rules again; it says in its log when it cannot. Targets need no reload."""
    pid = _now(plane).pids.get("prometheus")
    if pid is None:
        raise SandboxError("prometheus was killed and not restarted: it cannot read its rules")
    os.kill(pid, signal.SIGHUP)


def memory_mib(plane: ControlPlane) -> dict[str, int]:
    """Resident memory now of each of its processes; 0 for one that is gone."""
    return {name: _resident_kib(pid) // 1024 for name, pid in plane.pids.items()}


def _now(plane: ControlPlane) -> ControlPlane:
    """The same control plane with the processes that it has now: single ones may have been restarted since."""
    found = find(plane.directory.parent)
    if found is None:
        raise SandboxError(f"the control plane has ended: {why_dead(plane.directory.parent)}")
    return found


def _tools(report: Callable[[str], None]) -> dict[str, str]:
    from sandbox.tools import ToolError, ensure, in_group

    found = {"prometheus": shutil.which("prometheus"), "promtool": shutil.which("promtool")}
    if missing := [name for name, path in found.items() if path is None]:
        raise SandboxError(
            f"the control plane needs {' and '.join(missing)}, which is not on PATH.\n"
            "To mend it: make prometheus (it keeps the package from starting a service), or apt-get install prometheus"
        )
    try:
        built = ensure(in_group["cluster"], report)
    except ToolError as error:
        raise SandboxError(str(error)) from None
    return {"prometheus": str(found["prometheus"]), **{one.name: str(one.path) for one in built}}


def _owners(directory: Path, die_with: int) -> list[str]:
    """PID:TICKS of the processes whose end is also the control plane's."""
    pids = [die_with] if die_with else []
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        pids.append(int(json.loads((directory / "process.json").read_text())["pid"]))
    return [f"{pid}:{begun}" for pid in pids if (begun := start_ticks(pid)) is not None]


def _spawn(directory: Path, request: dict[str, Any], owners: list[str]) -> ControlPlane:
    folder = directory / FOLDER
    folder.mkdir(mode=0o700)
    (folder / "request.json").write_text(json.dumps(request))
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH", "")])]
    command = [sys.executable, "-m", "sandbox.cluster.serve", "--directory", str(folder)]
    command += [word for owner in owners for word in ("--die-with", owner)]
    child = None
    try:
        with (folder / LOG).open("wb") as log, interrupts():
            child = subprocess.Popen(  # noqa: S603  our own interpreter and module
                command,
                cwd=folder,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            children[child.pid] = child
        (folder / SUPERVISOR).write_text(json.dumps({"pid": child.pid, "ticks": start_ticks(child.pid)}))
        return _awaited(directory, child)
    except BaseException:
        if child:
            end(child.pid)
        (folder / SUPERVISOR).unlink(missing_ok=True)  # what never was ready has not died
        raise


def _awaited(directory: Path, child: subprocess.Popen[bytes]) -> ControlPlane:
    until = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < until:
        if child.poll() is not None:
            log = directory / FOLDER / LOG
            failure = directory / FOLDER / FAILURE
            said = (failure if failure.exists() else log).read_text(errors="replace")[-3000:]
            raise SandboxError(f"the control plane ended while starting: {said.strip()}\nIts files: {log.parent}")
        if found := find(directory):
            return found
        time.sleep(0.05)
    raise SandboxError(
        f"the control plane was not ready within {START_TIMEOUT_S} s; see the logs in {directory / FOLDER / 'logs'}"
    )


def _clear(directory: Path) -> None:
    if pid := supervised(directory / FOLDER):
        end(pid)
    shutil.rmtree(directory / FOLDER, ignore_errors=True)


def _ask(folder: Path, request: dict[str, str]) -> None:
    """One request of the supervisor; its socket is reached by descriptor: a path of one may have 107 bytes at most."""
    where = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(f"/proc/self/fd/{where}/{CONTROL}")
            connection.sendall(json.dumps(request).encode() + b"\n")
            answer = json.loads(connection.makefile().readline())
    except (OSError, ValueError) as error:
        raise SandboxError(f"the control plane in {folder} does not answer: {error}") from None
    finally:
        os.close(where)
    if answer["error"]:
        raise SandboxError(answer["error"])


def _resident_kib(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)
