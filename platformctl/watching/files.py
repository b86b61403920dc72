"""Notices that files were saved, by looking: a tenth of a second is soon enough, and no file system is too strange."""

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from platformctl.project import Project

_FOLDERS = ("stacks", "components", "policies", "platformctl")
_SUFFIXES = frozenset({".py", ".yaml", ".json"})
_LOOK_S = 0.1

Stamps = dict[Path, tuple[int, int]]  # when it was changed, in nanoseconds, and its bytes


def saves(project: Project) -> Iterator[list[Path]]:
    """The files of program, rules and settings that were written, made or removed since this was called, each time that
    it has settled.
    """
    return _since(stamps(project), project)


def _since(known: Stamps, project: Project) -> Iterator[list[Path]]:
    while True:
        time.sleep(_LOOK_S)
        seen = stamps(project)
        if seen == known:
            continue
        time.sleep(_LOOK_S / 2)  # an editor writes a file in several steps
        while (again := stamps(project)) != seen:
            seen = again
            time.sleep(_LOOK_S / 2)
        yield sorted(file for file in {*known, *seen} if known.get(file) != seen.get(file))
        known = seen


def stamps(project: Project) -> Stamps:
    """What says of each file whether it is still the same."""
    found: Stamps = {}
    for file in _files(project):
        if changed := stamp(file):
            found[file] = changed
    return found


def stamp(file: Path) -> tuple[int, int] | tuple[()]:
    """When it was changed, and its bytes; nothing of a file that is not there."""
    with suppress(OSError):
        read = file.stat()
        return read.st_mtime_ns, read.st_size
    return ()


def _files(project: Project) -> Iterator[Path]:
    yield from project.root.glob("Pulumi*.yaml")
    for folder in _FOLDERS:
        for file in (project.root / folder).rglob("*"):
            if file.suffix in _SUFFIXES and not file.name.startswith("."):
                yield file
