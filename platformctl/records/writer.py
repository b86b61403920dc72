"""Hands the journal's records over: each takes the next number of the chain, which one writer alone can get."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from platformctl.errors import CommandError
from platformctl.records import places
from platformctl.records.journal import Journal
from platformctl.records.record import chained, head, head_name, record_name, sealed
from platformctl.records.stores import Store, Unreachable
from platformctl.signing.canonical import digest
from platformctl.signing.signature import Signer
from platformctl.signing.trust import signer
from platformctl.target import Target

_TRIES = 100  # writers that may come first, one after another
HEAD = "head.kept"  # in the journal's folder: the newest head that this machine wrote


def hand_over(target: Target) -> list[str]:
    """Writes what waits in the journal, and copies what the archive lacks. What could not be done is said, one line
    each, and done by the next command.
    """
    journal = Journal(places.journal_folder(target))
    with journal.alone():
        try:
            waiting = journal.waiting()
            store = places.beside_state(target)
            key = signer(target) if waiting else None
            for name, entry in waiting:
                assert key is not None
                _append(store, journal, name, entry, key)
                journal.done(name)
            if archive := places.archive(target):
                return list(copy(store, archive))
        except (Unreachable, CommandError) as problem:
            return [f"the change record waits in {journal.folder} for the next command: {problem}"]
    return []


def copy(store: Store, archive: Store) -> Iterator[str]:
    """Copies what the archive lacks, and tells what it has otherwise: there it cannot have been changed."""
    there = set(archive.names())
    for name in store.names():
        content = store.read(name)
        if name in there or content is None:
            continue
        if not archive.add(name, content) and archive.read(name) != content:
            yield f"{name} is not the same in {store.place} and in {archive.place}: `platformctl changes verify`"


def _append(store: Store, journal: Journal, name: str, entry: dict[str, Any], key: Signer) -> None:
    tried = entry.get("tried")
    if tried and (record := _read(store, tried)) and record["id"] == entry["record"]["id"]:
        _finish(store, journal, record, key)  # it was written, and the answer was lost
        return
    numbers = [int(one[:-5]) for one in store.names() if one[:-5].isdigit()]
    last = max(numbers, default=0)
    for number in range(last + 1, last + 1 + _TRIES):
        before = _read(store, number - 1) if number > 1 else None
        record = chained(entry["record"], number, digest(before) if before else None)
        journal.write(name, {**entry, "tried": number})
        if store.add(record_name(number), sealed(record, key)):
            _finish(store, journal, record, key)
            return
    raise Unreachable(f"{store.place}: {_TRIES} other writers came first")


def _finish(store: Store, journal: Journal, record: Mapping[str, Any], key: Signer) -> None:
    content = head(dict(record), key)
    store.add(head_name(record["sequence"]), content)
    kept = journal.folder / HEAD
    new = kept.with_suffix(".new")
    new.write_bytes(content)
    new.replace(kept)


def _read(store: Store, number: int) -> dict[str, Any] | None:
    content = store.read(record_name(number))
    try:
        record: dict[str, Any] = json.loads(content)["record"] if content else {}
    except (ValueError, KeyError, TypeError):
        raise Unreachable(f"{store.place}: {record_name(number)} is no record: `platformctl changes verify`") from None
    return record or None
