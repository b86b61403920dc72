"""Looks at a stack's state where it lies, before anything is asked of engine or cloud."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from platformctl.errors import CommandError
from platformctl.states import integrity, seals
from platformctl.states.backend import Backend, open_backend
from platformctl.states.integrity import Checkpoint, Problem
from platformctl.states.keys import Keys
from platformctl.target import Target

_SHOWN = 12  # problems in a message; `state verify --json` has all


@dataclass(frozen=True)
class Examined:
    """A stack's state as it lies there, and what is wrong with it."""

    content: bytes | None
    checkpoint: Checkpoint | None
    seal: seals.Seal | None
    problems: tuple[Problem, ...]

    @property
    def serial(self) -> int:
        """Of the seal; 0 while there is none."""
        return self.seal.serial if self.seal else 0

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        held = self.checkpoint
        return {
            "sound": not self.problems,
            "serial": self.serial,
            "digest": integrity.digest(self.content) if self.content is not None else None,
            "resources": len(held.resources) if held else None,
            "pending": [_pending(one) for one in held.pending] if held else [],
            "sealed": self.seal.as_dict() if self.seal else None,
            "problems": [problem.as_dict() for problem in self.problems],
        }


def keys_of(target: Target) -> Keys:
    return Keys(target.project.name, target.environment)


def backend_of(target: Target) -> Backend:
    """Where the target's states are; BackendError where we cannot read it."""
    return open_backend(target.variables)


def read_state(backend: Backend, keys: Keys) -> bytes | None:
    """The state's bytes: the compressed one where that is what the engine writes."""
    plain = backend.read(keys.state)
    return plain if plain is not None else backend.read(keys.compressed)


def examine(backend: Backend, keys: Keys) -> Examined:
    """The state, its seal and the engine's history, held against each other."""
    with ThreadPoolExecutor(3) as at_once:
        reading = at_once.submit(read_state, backend, keys)
        seal_reading = at_once.submit(read_seal, backend, keys)
        history = at_once.submit(newest_recorded, backend, keys)
        content, (seal, broken), recorded = reading.result(), seal_reading.result(), history.result()
    checkpoint, problems = integrity.read(content, keys.project, keys.stack) if content is not None else (None, [])
    if content is None or checkpoint is not None:
        problems = [*problems, *seals.compared(checkpoint, seal, recorded)]
    return Examined(content, checkpoint, seal, (*problems, *broken))


def read_seal(backend: Backend, keys: Keys) -> tuple[seals.Seal | None, list[Problem]]:
    content = backend.read(keys.seal)
    if content is None:
        return None, []
    seal = seals.parse(content)
    return seal, [] if seal else [Problem("seal", f"its seal {keys.seal} cannot be read")]


def newest_recorded(backend: Backend, keys: Keys) -> seals.Recorded | None:
    """The state that the last update ended with, from the engine's history."""
    found = [
        e.key for e in backend.entries(keys.history) if e.key.endswith((".checkpoint.json", ".checkpoint.json.gz"))
    ]
    content = backend.read(max(found)) if found else None
    checkpoint = integrity.read(content, keys.project, keys.stack)[0] if content is not None else None
    if checkpoint is None:
        return None
    return seals.Recorded(checkpoint.digest, str((checkpoint.latest.get("manifest") or {}).get("time", "")))


def demand(target: Target) -> None:
    """Ends the command with what is wrong with the state and what mends it; does nothing when it is sound.

    Operations under way are no problem here: the commands that go on after a killed engine judge those.
    """
    from platformctl.states.journal import journal_of

    if (waiting := journal_of(target)) is not None:
        live = "" if target.sandbox else " --live"
        raise CommandError(
            f"an update of {waiting.since} could not save its state, which waits on this machine in "
            f"{target.project.shown(waiting.file)}: `platformctl state replay {target.name}{live}` first"
        )
    found = examine(backend_of(target), keys_of(target))
    if found.problems:
        raise CommandError(refusal(target, found))


def refusal(target: Target, found: Examined) -> str:
    """What people are told of a damaged state; nothing was asked of the cloud."""
    live = "" if target.sandbox else " --live"
    told = [f"  {one.kind}: {one.message}{f' ({one.urn})' if one.urn else ''}" for one in found.problems[:_SHOWN]]
    more = [f"  and {rest} more"] if (rest := len(found.problems) - _SHOWN) > 0 else []
    remedy = f"`platformctl state history {target.name}{live}` lists what there is to go back to, "
    remedy += f"`platformctl state restore {target.name}{live}` goes back"
    if any(one.kind in ("altered", "seal") for one in found.problems):
        remedy += f", `platformctl state accept {target.name}{live} --reason ...` keeps it as it is"
    where = f"the state of {target.name} in {backend_of(target).url} is not sound; nothing was asked of the cloud:"
    return "\n".join([where, *told, *more, remedy])


def _pending(operation: Mapping[str, Any]) -> dict[str, str]:
    return {"type": str(operation.get("type")), "urn": str((operation.get("resource") or {}).get("urn"))}
