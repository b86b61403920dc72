"""Puts a stack right after its engine died in mid-update: a dead lock is lifted, and what exists is adopted, not made twice."""

import json
import os
import socket
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from platformctl import engine
from platformctl.state import Resource, deployment
from platformctl.target import Target

Inputs = Mapping[str, Any]
Find = Callable[[Any, Inputs], str | None]  # (boto3 session, inputs) -> id of what exists, None where nothing does


def recover(target: Target) -> list[str]:
    """Mends what an update that was killed left behind; returns what was done, one line each, nothing when all is well.

    An interrupted creation may or may not have reached the cloud. What it was about to make is looked for by its own
    name (the Name tag, or what identifies it in its service); found, it becomes part of the state and the next update
    goes on from there; not found, it is made anew.
    """
    lines = list(_lift_dead_locks(target))
    state = deployment(target)
    pending = [operation for operation in state["pending_operations"] if operation["type"] == "creating"]
    if not state["pending_operations"]:
        return lines
    from platformctl.search import find

    known = {resource.get("id") for resource in state["resources"]}
    adopted: list[str] = []
    for resource in (operation["resource"] for operation in pending):
        found = find(target, resource)
        if found and found not in known:
            state["resources"].append({**resource, "id": found, "outputs": resource.get("inputs", {})})
            adopted.append(resource["urn"])
        lines.append(_said(resource, found))
    state["pending_operations"] = []
    _import(target, state)
    if adopted:
        arguments = [f"--target={urn}" for urn in adopted]
        outcome = engine.run(target, "refresh", "--yes", "--skip-preview", *arguments, policies=False)
        lines.extend(f"reading an adopted resource failed: {text}" for text in outcome.errors)
    return lines


def _said(resource: Resource, found: str | None) -> str:
    name = resource["urn"].rpartition("::")[2]
    if found:
        return f"an earlier update died while it created {name}: it exists as {found} and is adopted"
    return f"an earlier update died while it created {name}: it does not exist and is created anew"


def _lift_dead_locks(target: Target) -> Iterator[str]:
    if target.sandbox is None:
        return  # a lock in a shared backend may be of another machine: a person judges that
    for file in (target.sandbox.directory / "state").glob(f".pulumi/locks/*/*/{target.environment}/*.json"):
        lock = json.loads(file.read_text())
        if lock["hostname"] == socket.gethostname() and not _alive(lock["pid"]):
            file.unlink()
            yield f"the lock of process {lock['pid']}, which is dead, is lifted"


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _import(target: Target, state: dict[str, Any]) -> None:
    folder = target.sandbox.directory if target.sandbox else target.project.root / ".sandbox"
    folder.mkdir(exist_ok=True)
    file = folder / f"recovered-{target.environment}.json"
    file.write_text(json.dumps({"version": 3, "deployment": state}))
    try:
        engine.query(target, "stack", "import", f"--file={file}")
    finally:
        file.unlink()
