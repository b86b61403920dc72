"""The earlier versions of a state: what the bucket kept of its object, and what the engine kept beside it."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from platformctl.states import integrity, seals
from platformctl.states.backend import Backend, Entry
from platformctl.states.keys import Keys

NEWEST = 50  # versions that are read and judged; a bucket keeps one for every step of every update


@dataclass(frozen=True)
class Version:
    """One version of a state; `name` is what --version takes."""

    name: str
    key: str
    object_version: str  # of S3; empty for an object of its own
    written: datetime  # by the store's clock
    digest: str
    resources: int | None  # None: it cannot be read
    sound: bool
    kept_by: str  # bucket, history, backup or damaged
    note: str  # what the engine's history says of the update that ended with it, or its serial

    def as_dict(self) -> dict[str, Any]:
        """The JSON form: the fields by name, the time in ISO 8601."""
        return {**asdict(self), "written": self.written.isoformat()}


def versions(backend: Backend, keys: Keys, seal: seals.Seal | None, newest: int = NEWEST) -> list[Version]:
    """The newest versions first, each content once, the state as it is now left out."""
    now = next((c for key in (keys.state, keys.compressed) if (c := backend.read(key)) is not None), None)
    entries = sorted(_entries(backend, keys), key=lambda told: told[0].modified, reverse=True)[:newest]
    with ThreadPoolExecutor(8) as at_once:
        read = at_once.map(lambda told: backend.read(told[0].key, told[0].version), entries)
        contents = list(read)
    serials = {digest: serial for serial, digest in [*seal.earlier[::-1], (seal.serial, seal.digest)]} if seal else {}
    found: dict[str, Version] = {}
    for (entry, kept_by), content in zip(entries, contents, strict=True):
        if content is None or content == now:
            continue
        made = _version(entry, kept_by, content, keys, serials)
        known = found.get(made.digest)
        if known is None:
            found[made.digest] = replace(made, note=made.note or _record(backend, entry.key))
        elif kept_by == "history" and not known.note:
            found[made.digest] = replace(known, note=_record(backend, entry.key))
    return list(found.values())


def content_of(backend: Backend, version: Version) -> bytes:
    """The bytes of one version."""
    return backend.read(version.key, version.object_version) or b""


def _entries(backend: Backend, keys: Keys) -> Iterator[tuple[Entry, str]]:
    for key in (keys.state, keys.compressed):
        yield from ((entry, "bucket") for entry in backend.versions(key))
    for prefix, kept_by, ends in (
        (keys.history, "history", (".checkpoint.json", ".checkpoint.json.gz")),
        (keys.backup, "backup", (".bak",)),
        (keys.backups, "backup", (".json", ".json.gz")),
        (keys.damaged, "damaged", (".json",)),
    ):
        yield from ((entry, kept_by) for entry in backend.entries(prefix) if entry.key.endswith(ends))


def _version(entry: Entry, kept_by: str, content: bytes, keys: Keys, serials: dict[str, int]) -> Version:
    checkpoint, problems = integrity.read(content, keys.project, keys.stack)
    known = integrity.digest(content)
    return Version(
        name=known[:12],
        key=entry.key,
        object_version=entry.version,
        written=entry.modified,
        digest=known,
        resources=len(checkpoint.resources) if checkpoint else None,
        sound=not problems,
        kept_by=kept_by,
        note=f"serial {serials[known]}" if known in serials else "",
    )


def _record(backend: Backend, key: str) -> str:
    """In words, the engine's record of the update that ended with this state."""
    if ".checkpoint." not in key:
        return ""
    content = backend.read(key.replace(".checkpoint.", ".history."))
    try:
        told = json.loads(content or b"{}")
        changed = ", ".join(
            f"{number} {operation}" for operation, number in (told.get("resourceChanges") or {}).items()
        )
        return f"{told['kind']} {told['result']}: {changed or 'no changes'}"
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
