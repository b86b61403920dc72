"""Lists what the commands need: versions, where they came from, what is missing and what mends it."""

import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import metadata
from json import dumps
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.table import Table

from platformctl.errors import Exit
from platformctl.project import Project
from sandbox.tools.places import Located, search
from sandbox.tools.table import packages

# Groups of tools that `preview` does without.
_LATER = {
    "cluster": "built when a control plane is asked for, or by make tools-cluster",
    "workflows": "built when the workflows are tested, or by make test",
    "telemetry": "built when the collector's configuration is tested, or by make tools-telemetry",
}
origins = {"path": "PATH", "installer": "the official installer", "built": "built from its Go module"}


@dataclass(frozen=True)
class Requirement:
    """One thing that the commands need. Only what is `missing` keeps `preview` from running."""

    name: str
    state: Literal["ok", "warning", "missing"]
    version: str = ""
    source: str = ""  # where it came from
    problem: str = ""
    remedy: str = ""  # the command that mends the problem


def doctor(json: bool) -> int:
    """Prints every requirement; 0 if `preview` can run here, else 2. CommandError outside of a checkout."""
    requirements = list(examine(Project.find().root))
    ready = all(one.state != "missing" for one in requirements)
    if json:
        rows = [asdict(one) for one in requirements]
        print(dumps({"schema": 1, "ready": ready, "requirements": rows}, indent=2))
    else:
        _print(requirements, ready)
    return Exit.FINE if ready else Exit.USAGE


def examine(root: Path) -> Iterator[Requirement]:
    """The requirements of the checkout at `root`, the machine's first; downloads and builds nothing."""
    yield Requirement("python", "ok", ".".join(map(str, sys.version_info[:3])), sys.executable)
    yield _set_up(root)
    yield _locked(root)
    tools = list(_tools())
    yield from tools
    yield _prometheus()
    yield _program("go", "version", needed=any(tool.state == "missing" for tool in tools))
    yield _program("git", "--version")
    yield _program("make", "--version")


def _set_up(root: Path) -> Requirement:
    """Reads the stamp of `make set-up`: a comment with the checkout's path, then sha256 sums of the pins."""
    name, place = ".venv", str(Path(sys.prefix))
    if Path(sys.prefix) != root / ".venv":
        problem = f"this runs from {sys.prefix}, not from the checkout's .venv"
        return Requirement(name, "warning", "", place, problem, f"make set-up, then {root}/.venv/bin/platformctl")
    try:
        comment, *sums = (root / ".venv" / ".installed").read_text().splitlines()
    except (OSError, ValueError):
        return Requirement(name, "warning", "", place, "the set-up did not finish", "make set-up")
    if comment != f"# {root}":
        return Requirement(name, "warning", "", place, "the checkout was moved since", "make set-up")
    for line in sums:
        digest, file = line.split()
        pins = root / file
        if not pins.is_file() or hashlib.sha256(pins.read_bytes()).hexdigest() != digest:
            return Requirement(name, "warning", "", place, f"{file} has changed since", "make set-up")
    return Requirement(name, "ok", "", place)


def _locked(root: Path) -> Requirement:
    lock = (root / "requirements.lock").read_text()
    pins: dict[str, list[str]] = {}  # several versions, each with a condition, where Pythons differ
    optional = set()
    for name, version, condition in re.findall(r"^([\w.-]+)==(\S+)( ;)?", lock, re.MULTILINE):
        pins.setdefault(name, []).append(version)
        optional |= {name} if condition else set()
    installed = {name: _installed(name) for name in pins}
    wrong = [
        f"{name} is {installed[name] or 'absent'}, locked is {' or '.join(versions)}"
        for name, versions in pins.items()
        if installed[name] not in versions and (installed[name] or name not in optional)
    ]
    if wrong:
        more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        return Requirement("packages", "missing", problem="; ".join(wrong[:3]) + more, remedy="make set-up")
    return Requirement("packages", "ok", f"{len(pins)} as locked", "requirements.lock")


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _tools() -> Iterator[Requirement]:
    for package in packages:
        result = search(package)
        for name in package.executables:
            if name in result.found:
                yield _tool(result.found[name])
            elif package.group in _LATER:
                yield Requirement(name, "ok", "none", _LATER[package.group])
            else:
                yield Requirement(name, "missing", problem="; ".join(result.refused), remedy="make tools")


def _tool(tool: Located) -> Requirement:
    cached = "cache, " if tool.source == "cache" else ""
    return Requirement(tool.name, "ok", tool.version, f"{cached}{origins[tool.origin]}: {tool.path}")


def _prometheus() -> Requirement:
    if shutil.which("prometheus") and shutil.which("promtool"):
        return _program("prometheus", "--version")
    return Requirement("prometheus", "ok", "none", "for a control plane, with promtool: make prometheus")


def _program(name: str, argument: str, needed: bool = True) -> Requirement:
    place = shutil.which(name)
    if place is None and not needed:
        return Requirement(name, "ok", "none", "not needed: the tools that it would build are here")
    if place is None:
        mend = "apt-get install golang-go (1.24 or newer: go.dev/dl)" if name == "go" else f"apt-get install {name}"
        return Requirement(name, "warning", problem="not on PATH", remedy=mend)
    answer = subprocess.run(  # noqa: S603  # a name from the list above
        [place, argument], capture_output=True, text=True, check=False
    )
    version = re.search(r"\d+(\.\d+)+", answer.stdout)
    return Requirement(name, "ok", version[0] if version else "?", f"PATH: {place}")


def _print(requirements: list[Requirement], ready: bool) -> None:
    console = Console(highlight=False, width=200)  # the paths are for copying: never cut or folded by us
    colours = {"ok": "green", "warning": "yellow", "missing": "red"}
    table = Table("requirement", "state", "version", "from", box=None, pad_edge=False, header_style="bold")
    problems: dict[tuple[str, str, str], list[str]] = {}
    for one in requirements:
        state = f"[{colours[one.state]}]{one.state}[/]"
        table.add_row(one.name, state, one.version, one.source.replace(str(Path.home()), "~"))
        if one.problem:
            problems.setdefault((one.state, one.problem, one.remedy), []).append(one.name)
    console.print(table)
    for (state, problem, remedy), names in problems.items():
        console.print(f"[{colours[state]}]{', '.join(names)}[/]: {problem}\n  mend it with: {remedy}")
    console.print("`preview` can run here." if ready else "`preview` cannot run here.")
