"""A target's records: read from its store or a folder, checked or not."""

import json
from pathlib import Path
from typing import Any

from platformctl.errors import CommandError, Exit
from platformctl.records import places
from platformctl.records.stores import FolderStore, Store, Unreachable
from platformctl.records.writer import HEAD
from platformctl.target import Target


def store_of(target: Target, source: str | None) -> Store:
    """`source`: None the store beside the state; `s3` the archive; else a folder. CommandError where there is none."""
    if source is None:
        return places.beside_state(target)
    if source != "s3":
        return folder(source)
    found = places.archive(target)
    if found is None:
        raise CommandError(f"{target.name} has no archive of evidence yet: leave --from out, or name a folder")
    return found


def folder(name: str) -> Store:
    """The store in a folder; CommandError where there is none."""
    if not Path(name).is_dir():
        raise CommandError(f"--from {name}: no such folder; give one with records, or s3 for the environment's archive")
    return FolderStore(Path(name))


def files(store: Store) -> dict[str, bytes]:
    """Everything in the store; CommandError when it cannot be read."""
    try:
        return {name: content for name in store.names() if (content := store.read(name)) is not None}
    except Unreachable as problem:
        raise CommandError(str(problem), Exit.ENGINE) from None


def records(content: dict[str, bytes]) -> list[dict[str, Any]]:
    """The records that can be read, in order, believed as they are."""
    found = []
    for name, text in sorted(content.items()):
        if not name.endswith(".head.json"):
            try:
                found.append(json.loads(text)["record"])
            except (ValueError, KeyError, TypeError):
                continue  # `verify` names it
    return found


def kept_head(target: Target) -> list[bytes]:
    """The newest head that this machine wrote for the target, if it wrote one."""
    file = places.journal_folder(target) / HEAD
    return [file.read_bytes()] if file.is_file() else []
