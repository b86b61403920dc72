"""Puts a stack right after its engine died in mid-update: a dead lock is lifted, what exists is adopted."""

import json
import os
import re
import socket
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformctl import engine
from platformctl.errors import CommandError, Exit
from platformctl.recovery import adoption
from platformctl.recovery.replaced import taken_in
from platformctl.recovery.untold import as_asked
from platformctl.state import Resource, deployment
from platformctl.states.sealing import sealed
from platformctl.target import Target
from sandbox.process import Running

# How providers say that a call was sent and not answered: the sandbox's own (sandbox/retry.py), then the AWS SDK's.
_UNANSWERED = re.compile("NoAnswer|connection reset|unexpected EOF|i/o timeout|deadline exceeded|RequestTimeout")
_CREATES = ("create", "create-replacement")


@dataclass(frozen=True)
class Left:
    """What an update that did not end left behind: the engine's operations under way, and what the cloud has of them.

    `found`: creations that took effect, with their import ids. `told`: a line for each creation.
    """

    state: dict[str, Any]  # the stack's deployment, without the operations
    pending: list[dict[str, Any]]
    found: list[tuple[Resource, str]]
    told: list[str]


def recover(target: Target, still_ours: Callable[[], None] = lambda: None) -> list[str]:
    """Mends what an update that was killed left behind; returns what was done, one line each, nothing when all is well.

    An interrupted creation may or may not have reached the cloud. What it was about to make is looked for by its own
    name (the Name tag, or what identifies it in its service); found, it is imported into the state and the next update
    goes on from there; not found, it is made anew. In a shared backend nothing is written, because an update of
    another machine may be under way: CommandError says what is pending, what exists, and what to do. `still_ours` is
    called right before each write, and raises when the lock of the environment is another's by now.
    """
    lines = list(lift_dead_locks(target))
    left = left_behind(target)
    if not left.pending:
        return lines
    if target.sandbox is None:
        raise CommandError(_by_hand(left, target.name), Exit.ENGINE)
    mend(target, left, still_ours)
    return lines + left.told


def left_behind(target: Target) -> Left:
    """Looks, and changes nothing."""
    state = deployment(target)
    pending = [*state.pop("pending_operations"), *_remembered(target)]
    known = adoption.places(state["resources"])
    left = Left(state, pending, [], [])
    for operation in pending:
        resource = operation["resource"]
        if operation["type"] == "creating":
            id_ = _looked_for(target, resource, known)
            if id_:
                known.add(adoption.place(resource, id_))
                left.found.append((resource, id_))
            left.told.append(_said(resource, id_))
    return left


def _looked_for(target: Target, resource: Resource, known: Collection[adoption.Place]) -> str | None:
    from botocore.exceptions import BotoCoreError, ClientError  # late: only an update that was killed needs it

    try:
        return adoption.find(target, resource, known)
    except (BotoCoreError, ClientError) as error:
        name = resource["urn"].rpartition("::")[2]
        raise CommandError(
            f"an earlier update did not end, and whether it made {name} ({resource['type']}) cannot be told: {error}",
            Exit.ENGINE,
        ) from None


def mend(target: Target, left: Left, still_ours: Callable[[], None] = lambda: None) -> None:
    """Takes the operations out of the state, and what exists into it. No update may be under way meanwhile."""
    if left.pending:
        recorded = {resource["urn"] for resource in left.state["resources"]}
        replaced = {resource["urn"]: id_ for resource, id_ in left.found if resource["urn"] in recorded}
        still_ours()
        _write(target, {**left.state, "resources": taken_in(left.state["resources"], replaced)})
        _read_again(target, replaced)
        still_ours()
        adopt(target, [(resource, id_) for resource, id_ in left.found if resource["urn"] not in recorded], still_ours)
    if target.sandbox is not None:
        _unanswered(target.sandbox, target).unlink(missing_ok=True)


def remember(target: Target, events: Iterable[engine.Event]) -> list[str]:
    """Notes which creations of a failed update may have taken effect although their answer was lost.

    The engine forgets a creation that fails, and takes no word of it into the state. For the sandbox it is kept in a
    file beside the state, so that the next update looks for it; elsewhere a line says what exists and how to import it.
    """
    told = list(events)
    diagnostics = [event["diagnosticEvent"] for event in told if "diagnosticEvent" in event]
    lost = {d.get("urn") for d in diagnostics if d["severity"] == "error" and _UNANSWERED.search(d["message"])}
    steps = [event["resOpFailedEvent"]["metadata"] for event in told if "resOpFailedEvent" in event]
    made = [_pending(step["new"]) for step in steps if step["op"] in _CREATES and step["urn"] in lost]
    if not made:
        return []
    if target.sandbox is None:
        found = ((resource, adoption.find(target, resource)) for resource in made)
        return [f"created without an answer: {import_line(resource, id_)}" for resource, id_ in found if id_]
    operations = [{"type": "creating", "resource": resource} for resource in made]
    _unanswered(target.sandbox, target).write_text(json.dumps(operations))
    names = ", ".join(resource["urn"].rpartition("::")[2] for resource in made)
    return [f"the next update looks whether these were created: {names}"]


def _unanswered(sandbox: Running, target: Target) -> Path:
    return sandbox.directory / f"{target.project.name}.{target.environment}.unanswered.json"


def _remembered(target: Target) -> list[dict[str, Any]]:
    """The creations of an earlier update that were not answered, in the form of operations under way."""
    if target.sandbox is None or not (file := _unanswered(target.sandbox, target)).exists():
        return []
    operations: list[dict[str, Any]] = json.loads(file.read_text())
    return operations


def _pending(resource: Mapping[str, Any]) -> Resource:
    return {key: resource[key] for key in ("urn", "type", "custom", "inputs", "parent", "provider") if key in resource}


def import_line(resource: Resource, id_: str) -> str:
    """The engine's command that takes what exists into the state."""
    return f"pulumi import {resource['type']} {resource['urn'].rpartition('::')[2]} {id_}"


def _said(resource: Resource, found: str | None) -> str:
    name = f"{resource['urn'].rpartition('::')[2]} ({resource['type']})"
    made = f"an earlier update ended before it knew whether it had created {name}"
    if found:
        return f"{made}: it exists as {found} and is adopted"
    if adoption.is_known(resource["type"]):
        return f"{made}: it is created anew"
    return f"{made}: it cannot be looked for, so it is created anew and may exist twice; look for it by hand"


def _by_hand(left: Left, name: str) -> str:
    told = [f"  {operation['type']} {operation['resource']['urn']}" for operation in left.pending]
    imports = [f"  {import_line(resource, id_)}" for resource, id_ in left.found]
    return "\n".join(
        [
            "an earlier update did not end; its state lists as under way:",
            *told,
            f"See that no update runs, then `platformctl resume {name} --live` takes in what exists and does the rest.",
            *(["These exist already:"] if imports else []),
            *imports,
        ]
    )


def lift_dead_locks(target: Target) -> Iterator[str]:
    """Takes the engine's own lock from a process of this machine that is dead; CommandError for one that lives."""
    if target.sandbox is None:
        return  # a lock in a shared backend may be of another machine: a person judges that
    for file in (target.sandbox.directory / "state").glob(
        f".pulumi/locks/*/{target.project.name}/{target.environment}/*.json"
    ):
        try:
            lock = json.loads(file.read_text())
        except (FileNotFoundError, ValueError):
            continue  # let go of meanwhile, or being written: the engine will tell
        if lock["hostname"] == socket.gethostname() and not _alive(lock["pid"]):
            file.unlink(missing_ok=True)
            yield f"the lock of process {lock['pid']}, which is dead, is lifted"
        else:
            holder = f"process {lock['pid']} of {lock['username']}@{lock['hostname']} since {lock['timestamp']}"
            raise CommandError(f"the stack is locked by {holder}: wait for that update to end", Exit.ENGINE)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _write(target: Target, state: dict[str, Any]) -> None:
    with _json_file({"version": 3, "deployment": state}) as file, sealed(target, "recover"):
        engine.query(target, "stack", "import", f"--file={file}")


def _read_again(target: Target, urns: Iterable[str]) -> None:
    targets = [f"--target={urn}" for urn in urns]
    if not targets:
        return
    outcome = engine.run(target, "refresh", "--yes", "--skip-preview", *targets, policies=False)
    if outcome.exit_code:
        raise CommandError("adopting failed:\n" + "\n".join(outcome.errors or [outcome.output]), Exit.ENGINE)


def adopt(target: Target, found: list[tuple[Resource, str]], still_ours: Callable[[], None] = lambda: None) -> None:
    """Imports what exists under the URNs that the program has for it; CommandError when the engine cannot."""
    if not found:
        return
    names: dict[str, str] = {}  # URN -> the name by which the import file speaks of it

    def named(urn: str) -> str:
        return names.setdefault(urn, f"known-{len(names)}")

    entries = [
        {
            "type": resource["type"],
            "name": resource["urn"].rpartition("::")[2],
            "id": id_,
            "parent": named(resource["parent"]),
            "provider": named(resource["provider"].rpartition("::")[0]),
        }
        for resource, id_ in found
    ]
    table = {name: urn for urn, name in names.items()}
    with _json_file({"nameTable": table, "resources": entries}) as file:
        options = ("--yes", "--skip-preview", "--protect=false", "--generate-code=false")
        outcome = engine.run(target, "import", f"--file={file}", *options, policies=False)
    if outcome.exit_code:
        raise CommandError("adopting failed:\n" + "\n".join(outcome.errors or [outcome.output]), Exit.ENGINE)
    state = deployment(target)
    state.pop("pending_operations")
    told = as_asked(state["resources"], {resource["urn"]: resource for resource, _ in found})
    if told != state["resources"]:
        still_ours()
        _write(target, {**state, "resources": told})


@contextmanager
def _json_file(content: Any) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="platformctl-") as folder:
        file = Path(folder, "content.json")
        file.write_text(json.dumps(content))
        yield file
