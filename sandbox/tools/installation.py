"""Installs a package of tools into the per-user cache: all of it or nothing, by one process at a time."""

import fcntl
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.tools.golang import build, copy_files, go_needed
from sandbox.tools.places import Located, Search, Source, ask_version, cache, home, in_cache, manifest
from sandbox.tools.running import ProcessError, Report, run
from sandbox.tools.table import Package

unfinished = ".unfinished-"  # folders of the cache that begin so belong to an installation under way, or to a dead one

_unreachable: dict[str, str] = {}  # package: why its download failed, which will not change within a run


class ToolError(Exception):
    """A tool that is not to be had here: what was tried, in order, and the command that mends it."""

    def __init__(self, message: str, remedy: str):
        super().__init__(f"{message}\nTo mend it: {remedy}")
        self.message, self.remedy = message, remedy


def install(package: Package, refused: list[str], report: Report) -> dict[str, Located]:
    """Downloads or builds the package; ToolError says all that was tried, beginning with `refused`."""
    begin = time.monotonic()
    tried = list(refused)
    try:
        with _alone(package, report):
            another = Search()
            in_cache(package, another)
            if another.found:  # by the process that we waited for
                return another.found
            with tempfile.TemporaryDirectory(prefix=unfinished, dir=cache() / package.name) as folder:
                origin = _mend(package, Path(folder)) or _fill(package, Path(folder), tried, report)
            seconds = time.monotonic() - begin
    except OSError as error:
        raise ToolError(
            f"{package.name} {package.version} cannot be installed: {error}",
            f"make room and write access for {cache()}, or name another folder in XDG_CACHE_HOME",
        ) from None
    report(f"{package.name} {package.version} is ready after {seconds:.0f} s: {home(package)}")
    result = Search()
    in_cache(package, result)
    return {name: Located(one.name, one.version, one.path, origin, origin) for name, one in result.found.items()}


def _fill(package: Package, folder: Path, tried: list[str], report: Report) -> Source:
    ways: tuple[tuple[Source, str, Callable[[Package, Path, Report], dict[str, str]]], ...] = (
        ("installer", "official installer", _download),
        ("built", "build from the Go module", _build),
    )
    for origin, title, way in ways:
        if way is _download and package.installer is None:
            continue
        whole = folder / origin
        whole.mkdir()
        try:
            versions = way(package, whole, report)
            _check(package, whole)
        except ProcessError as error:
            tried.append(f"{title}: {error}")
            if way is not _build:  # the last way's reason is in the error
                report(f"{package.name} {package.version}: {tried[-1]}")
            continue
        _put(package, whole, origin, versions)
        return origin
    or_on_path = "" if package.files else f"or put {package.name} {package.version} or newer on PATH, "
    attempts = "".join(f"\n  {line}" for line in tried)
    raise ToolError(
        f"{package.name} {package.version} is not to be had here. Tried, in this order:{attempts}",
        f"install Go {go_needed(package)} or newer (where Debian's golang-go is older: the archive from go.dev/dl) "
        f"{or_on_path}and repeat the command",
    )


def _mend(package: Package, folder: Path) -> Source | None:
    """Replaces the files alone where the executables are whole: new pins of data must not cost minutes of compiling."""
    old, whole = home(package), folder / "mended"
    if not package.files:
        return None
    try:
        installed = json.loads((old / manifest).read_text())
        origin: Source = installed["origin"]
        whole.mkdir()
        for name in package.executables:
            os.link(old / name, whole / name)
        copy_files(package, whole)
        _check(package, whole)
    except (OSError, ValueError, KeyError, ProcessError):
        return None
    _put(package, whole, origin, installed["executables"])
    return origin


def _put(package: Package, whole: Path, origin: Source, versions: dict[str, str]) -> None:
    """Moves what is complete to where it is looked for."""
    pinned = {name: file.origin for name, file in package.files.items()}
    (whole / manifest).write_text(json.dumps({"origin": origin, "executables": versions, "files": pinned}))
    target = home(package)
    if target.exists():  # damaged, or we would not be here
        target.rename(whole.parent / "damaged")
    whole.rename(target)


def _check(package: Package, folder: Path) -> None:
    if missing := [name for name in package.executables if not os.access(folder / name, os.X_OK)]:
        raise ProcessError(f"came without {', '.join(missing)}")
    version = ask_version(folder / package.main, package)
    if version != package.version:
        raise ProcessError(f"gave {package.main} {version} instead of {package.version}")


def _download(package: Package, target: Path, report: Report) -> dict[str, str]:
    if package.name in _unreachable:
        raise ProcessError(_unreachable[package.name])
    root, log = target.parent / "download", target.parent / "download.log"
    try:
        run(
            [sys.executable, Path(__file__).parent / str(package.installer), root, package.version],
            log=log,
            report=report,
            note=lambda: f"{package.name} {package.version}: downloading",
            timeout_s=300,
        )
    except ProcessError as error:
        _unreachable[package.name] = str(error)
        raise
    for file in (root / "bin").iterdir():
        shutil.move(file, target / file.name)
    return dict.fromkeys(package.executables, package.version)


def _build(package: Package, target: Path, report: Report) -> dict[str, str]:
    build(package, target, target.parent / "build.log", report)
    return {name: recipe.version for name, recipe in package.executables.items()}


@contextmanager
def _alone(package: Package, report: Report) -> Iterator[None]:
    """Holds the package's lock; the kernel frees it when we die, so what is unfinished then has no owner."""
    folder = cache() / package.name
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        waiting = False
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not waiting:
                    report(f"waiting for another process that installs {package.name}")
                waiting = True
                time.sleep(0.1)
        for leftover in folder.glob(f"{unfinished}*"):
            shutil.rmtree(leftover, ignore_errors=True)
        yield
