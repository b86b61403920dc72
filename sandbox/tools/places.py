"""Looks for a package of tools on PATH and in the per-user cache, and says why what it found will not do."""

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from sandbox.tools.table import Package

Source = Literal["path", "cache", "installer", "built"]
manifest = "installed.json"  # written last: a folder of the cache without it is not an installation


@dataclass(frozen=True)
class Located:
    """An executable that is ready to run."""

    name: str
    version: str
    path: Path
    source: Source
    origin: Source  # how it came to this machine; differs from `source` for what lies in the cache


@dataclass
class Search:
    """What a search found, and what it saw and refused."""

    found: dict[str, Located] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


def cache() -> Path:
    """The folder of the tools that this user has downloaded or built; shared by all checkouts."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "billing-platform" / "tools"


def home(package: Package) -> Path:
    """The folder of the cache that holds the package's executables once it is installed."""
    return cache() / package.name / package.version


def search(package: Package) -> Search:
    """PATH first, then the cache; runs only an executable on PATH that it has not seen before."""
    result = Search()
    _on_path(package, result)
    if not result.found:
        in_cache(package, result)
    return result


def in_cache(package: Package, result: Search) -> None:
    """Adds the cached package to `result`, or why there is none."""
    folder = home(package)
    try:
        installed = json.loads((folder / manifest).read_text())
        versions, origin, files = installed["executables"], installed["origin"], installed.get("files", {})
    except (OSError, ValueError, KeyError):
        result.refused.append(f"cache: nothing complete in {folder}")
        return
    if gone := [name for name in package.executables if not os.access(folder / name, os.X_OK)]:
        result.refused.append(f"cache: {folder} has lost {', '.join(gone)}")
        return
    pinned = {name: file.origin for name, file in package.files.items()}
    if pinned != files or any(not (folder / name).is_file() for name in pinned):
        result.refused.append(f"cache: {folder} has other files than those pinned")
        return
    for name in package.executables:
        result.found[name] = Located(name, versions.get(name, package.version), folder / name, "cache", origin)


def _on_path(package: Package, result: Search) -> None:
    if package.files:
        result.refused.append(f"PATH: {package.name} on it comes without the files that are used with it")
        return
    first = shutil.which(package.main)
    if first is None:
        result.refused.append(f"PATH: no {package.main}")
        return
    path = Path(first)
    if path.is_relative_to(cache()):  # our own, put there by `platformctl env`
        return
    version = _version_of(path, package)
    if version is None:
        result.refused.append(f"PATH: {path} does not tell its version")
    elif numbers(version) < package.at_least or numbers(version)[0] != package.at_least[0]:
        wanted = ".".join(map(str, package.at_least))
        result.refused.append(f"PATH: {path} is {version}, needed is {wanted} or a later {package.at_least[0]}")
    else:
        beside = os.pathsep.join([str(path.parent), str(path.resolve().parent), os.environ.get("PATH", "")])
        places = {name: shutil.which(name, path=beside) for name in package.executables}
        if missing := [name for name, place in places.items() if place is None]:
            result.refused.append(f"PATH: {path} comes without {', '.join(missing)}")
            return
        for name, place in places.items():
            result.found[name] = Located(name, version, Path(str(place)), "path", "path")


def numbers(version: str) -> tuple[int, ...]:
    """The leading numbers of a version: `v3.200.1-alpha` is (3, 200, 1)."""
    match = re.match(r"\D*(\d+(?:\.\d+)*)", version)
    return tuple(map(int, match[1].split("."))) if match else (0,)


def ask_version(executable: Path, package: Package) -> str | None:
    """What the executable says its version is; None if it fails or does not answer within 20 seconds."""
    try:
        answer = subprocess.run(  # noqa: S603  # an executable that is to be run anyway
            [executable, *package.version_arguments],
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
        )
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r"\d+\.\d+\.\d+\S*", answer.stdout)
    return match[0] if match else None


def _version_of(executable: Path, package: Package) -> str | None:
    """`ask_version`, remembered for as long as the file stays the same."""
    notes = cache() / "versions.json"
    status = executable.stat()
    key = f"{executable.resolve()} {status.st_size} {status.st_mtime_ns}"
    try:
        known = json.loads(notes.read_text())
    except (OSError, ValueError):
        known = {}
    if key not in known and (version := ask_version(executable, package)):
        known[key] = version
        write(notes, json.dumps(known))
    answer: str | None = known.get(key)
    return answer


def write(file: Path, text: str) -> None:
    """Writes a whole file or none of it; a cache that cannot be written is not an error here."""
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(text)
        unfinished.replace(file)
    except OSError:
        unfinished.unlink(missing_ok=True)
