"""What a control plane says of itself in its folder, and whether that is still so. Light to import."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from sandbox.lifetime import start_ticks

FOLDER = "cluster"  # below the sandbox's directory
RECORD, SUPERVISOR, FAILURE, CONTROL, LOG = "plane.json", "supervisor.json", "failure.txt", "control", "serve.log"
_PATHS = ("ca", "certificate", "key", "directory", "kubeconfig", "targets", "rules")


@dataclass(frozen=True)
class ControlPlane:
    """One that answers. `pids` are its processes by name, `supervisor` among them; files are PEM."""

    url: str
    ca: Path
    certificate: Path  # of the administrator
    key: Path
    prometheus_url: str
    directory: Path
    pids: Mapping[str, int]
    kubeconfig: Path
    targets: Path  # folder of Prometheus's file_sd: NAME.json is read within a second
    rules: Path  # folder of its rules: NAME.yaml, read by `reload`


def find(directory: Path) -> ControlPlane | None:
    """The control plane of the sandbox in `directory`; None when there is none, or it has died (`why_dead`)."""
    folder = directory / FOLDER
    if not supervised(folder):
        return None
    try:
        content = json.loads((folder / RECORD).read_text())
        paths = {name: Path(content[name]) for name in _PATHS}
        return ControlPlane(**{**content, **paths})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def why_dead(directory: Path) -> str:
    """What ended the control plane of this directory, when nobody asked for its end; else empty."""
    folder = directory / FOLDER
    if not (folder / SUPERVISOR).exists() or supervised(folder):
        return ""
    try:
        return (folder / FAILURE).read_text().strip()
    except OSError:
        return "its processes were killed"


def record(plane: ControlPlane) -> None:
    """Written by the supervisor whenever all processes are as they should be: whole or not at all."""
    content = {**asdict(plane), **{name: str(getattr(plane, name)) for name in _PATHS}}
    new = plane.directory / f"{RECORD}.new"
    new.write_text(json.dumps(content))
    new.replace(plane.directory / RECORD)


def supervised(folder: Path) -> int:
    """The supervisor's process id while it lives; 0 when it does not."""
    try:
        content = json.loads((folder / SUPERVISOR).read_text())
        pid = int(content["pid"])
        return pid if start_ticks(pid) == content["ticks"] else 0
    except (OSError, ValueError, KeyError, TypeError):
        return 0
