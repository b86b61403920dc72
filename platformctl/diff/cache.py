"""What was made of a base, its applied state above all, kept for this user by all that decides it."""

import fcntl
import gzip
import hashlib
import json
import os
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

import platformctl
import sandbox
from platformctl.errors import CommandError
from sandbox.tools import places

SCHEMA = 1
MOST_BYTES = 200_000_000  # of all entries; one of 850 resources has half a million
_LEVEL = 3  # of gzip: a higher one saves a tenth of the bytes and takes five times as long
# What the program of a checkout does not read. Of the two tools those of this process run, not the revision's.
_UNREAD = frozenset(("docs", "tests", "benchmarks", "platformctl", "sandbox", "Makefile"))
_UNREAD_SUFFIXES = (".md",)
Content = dict[str, Any]


def folder() -> Path:
    """Where entries lie: in the per-user cache, shared by all checkouts."""
    return places.cache().parent / "applied"


def key(listed: Mapping[str, str], target: str, passphrase: str, engine: Path) -> str:
    """The name of what a revision's program comes to: by its files (`listed` by git, name and hash), the target, the
    engine's executable, the installed packages, and the code that runs and answers the program.
    """
    program = {
        name: hash_
        for name, hash_ in listed.items()
        if name not in _UNREAD and not name.startswith(".") and not name.endswith(_UNREAD_SUFFIXES)
    }
    code = [*_sources(sandbox), *_sources(platformctl, "diff", "engine.py", "sdk.py")]
    decided = {
        "schema": SCHEMA,
        "program": program,
        "target": target,
        "passphrase": hashlib.sha256(passphrase.encode()).hexdigest(),
        "engine": engine.parent.name,  # of tools in the cache this is their version
        "python": sys.version,
        "packages": sorted(name for path in sys.path for name in _packages(Path(path))),
        "code": [hashlib.sha256(file.read_bytes()).hexdigest() for file in code],
    }
    return hashlib.sha256(json.dumps(decided, sort_keys=True).encode()).hexdigest()


def of_day(name: str, day: date) -> str:
    """The name of what is made of an entry and holds for a day, such as verdicts: waivers end."""
    return hashlib.sha256(f"{name} {day.isoformat()}".encode()).hexdigest()


def find(name: str) -> Content | None:
    """The entry of that name; None if there is none. One that is damaged is removed."""
    file = _file(name)
    try:
        entry = json.loads(gzip.decompress(file.read_bytes()))
        if (entry["schema"], entry["name"]) != (SCHEMA, name):
            raise ValueError("an entry of another name")
        found: Content = entry["content"]
        os.utime(file)  # the longest unused go first
    except FileNotFoundError:
        return None
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError):
        file.unlink(missing_ok=True)
        return None
    return found


def keep(name: str, content: Content) -> None:
    """Adds an entry, whole or not at all, and removes the longest unused of too many."""
    file = _file(name)
    new = file.with_name(f".{name}.{os.getpid()}")
    entry = {"schema": SCHEMA, "name": name, "content": content}
    try:
        new.touch(mode=0o600)
        new.write_bytes(gzip.compress(json.dumps(entry).encode(), _LEVEL))
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)
    _remove_old(file.parent)


@contextmanager
def claimed(name: str) -> Iterator[None]:
    """Holds the right to make the entry: two that need the same make it once. The kernel frees it with this process."""
    with _lock(name) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("waiting for another command that applies the same base ...", file=sys.stderr)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _lock(name: str) -> Iterator[Any]:
    try:
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (folder() / f"{name}.lock").open("w")
    except OSError as error:
        raise CommandError(f"{folder()}: {error.strerror}; XDG_CACHE_HOME can name another folder") from None
    with lock:
        yield lock


def _file(name: str) -> Path:
    return folder() / f"{name}.json.gz"


def _remove_old(kept: Path) -> None:
    """Removes what is over the limit, oldest first, and the locks of entries that are gone."""
    found = []
    for file in kept.glob("*.json.gz"):
        with suppress(FileNotFoundError):  # another command removes, too
            found.append((file.stat().st_mtime, file.stat().st_size, file))
    total = sum(size for _, size, _ in found)
    for _, size, file in sorted(found)[:-1]:
        if total <= MOST_BYTES:
            break
        file.unlink(missing_ok=True)
        file.with_name(file.name.replace(".json.gz", ".lock")).unlink(missing_ok=True)
        total -= size


def _sources(package: Any, *parts: str) -> Iterable[Path]:
    root = Path(package.__file__).parent
    places = [root / part for part in parts] or [root]
    return sorted(file for place in places for file in (place.rglob("*.py") if place.is_dir() else (place,)))


def _packages(folder: Path) -> Iterator[str]:
    if folder.is_dir():
        yield from (entry.name for entry in os.scandir(folder) if entry.name.endswith(".dist-info"))
