"""Puts an earlier version of a state in the place of a damaged one."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from platformctl.errors import CommandError
from platformctl.states import history, integrity, sealing
from platformctl.states.backend import Backend
from platformctl.states.examine import Examined, backend_of, examine, keys_of, read_state
from platformctl.states.history import Version
from platformctl.states.integrity import Checkpoint
from platformctl.states.keys import Keys
from platformctl.states.locking import locked
from platformctl.target import Target


@dataclass(frozen=True)
class Difference:
    """What going back from one state to another means, by URN."""

    forgotten: tuple[str, ...]  # in the present one alone: they stay in the cloud, and no state tells of them
    returned: tuple[str, ...]  # in the other alone
    changed: tuple[str, ...]  # in both, with another id or other inputs
    readable: bool  # whether the present one could be read at all

    def as_dict(self) -> dict[str, Any]:
        """The JSON form: the fields by name."""
        return asdict(self)


def difference(present: Checkpoint | None, other: Checkpoint) -> Difference:
    """How the two differ."""
    now, then = _by_urn(present.resources if present else ()), _by_urn(other.resources)
    return Difference(
        forgotten=tuple(sorted(now.keys() - then.keys())) if present else (),
        returned=tuple(sorted(then.keys() - now.keys())) if present else (),
        changed=tuple(sorted(urn for urn in now.keys() & then.keys() if _seen(now[urn]) != _seen(then[urn]))),
        readable=present is not None,
    )


def choose(found: Examined, versions: Iterable[Version], asked: str | None) -> Version:
    """The version to go back to: the one asked for, else the sealed one, else the newest sound one."""
    told = list(versions)
    if asked:
        fitting = [version for version in told if asked and asked in (version.object_version, version.name)]
        fitting = fitting or [version for version in told if version.digest.startswith(asked)]
        if len(fitting) != 1:
            known = ", ".join(version.name for version in told) or "none"
            raise CommandError(
                f"--version {asked}: {'several' if fitting else 'no'} versions are called so; there are: {known}"
            )
        if not fitting[0].sound:
            raise CommandError(f"--version {asked}: that version is not sound itself")
        return fitting[0]
    if not found.problems:
        raise CommandError("the state is sound: name the version to go back to with --version")
    sound = [version for version in told if version.sound and version.kept_by != "damaged"]
    sealed = [version for version in sound if found.seal and version.digest == found.seal.digest]
    if not sound:
        raise CommandError(
            "there is no sound version to go back to: docs/foundation.md, 'When the state is lost', has the copy in "
            "the recovery region"
        )
    return (sealed or sound)[0]


def restore(target: Target, found: Examined, version: Version) -> str:
    """Writes the version over the state, under the engine's lock; returns where the damaged one was kept, or nothing.

    CommandError when the state is no longer the one that was examined: somebody else wrote it meanwhile.
    """
    backend, keys = backend_of(target), keys_of(target)
    content = history.content_of(backend, version)
    if integrity.digest(content) != version.digest:
        raise CommandError(f"version {version.name} is no longer what it was: begin anew")
    with locked(backend, keys):
        if read_state(backend, keys) != found.content:
            raise CommandError("the state was written meanwhile, so nothing was restored: begin anew")
        kept = keep(backend, keys, found.content) if found.content is not None else ""
        backend.write(keys.compressed if version.key.endswith(".gz") else keys.state, content)
        if version.key.endswith(".gz"):
            backend.delete(keys.state)
        sealing.seal(target, "restore")
        again = examine(backend, keys)
        wrong = [problem.message for problem in again.problems if problem.kind != "rolled-back"]
        if again.content != content or wrong:
            raise CommandError(f"the restored state is not sound: {'; '.join(wrong) or 'it was not kept as written'}")
    return kept


def keep(backend: Backend, keys: Keys, content: bytes) -> str:
    """Keeps a damaged state for whoever finds out what happened; returns its key."""
    key = f"{keys.damaged}{datetime.now(UTC):%Y%m%dT%H%M%S}-{integrity.digest(content)[:12]}.json"
    backend.write(key, content)
    return key


def _by_urn(resources: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {str(one.get("urn")): one for one in resources if not one.get("delete")}


def _seen(resource: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(resource.get(key) for key in ("id", "inputs", "outputs", "protect", "retainOnDelete"))
