"""What engineers wait for: check, preview and update of an environment, and how each grows with ten networks in it.

Wall time of whole commands, start-up included, and the largest memory of any of this project's processes meanwhile
(VmHWM of Python processes that work on the checkout). The last column is the figure the project promises.
"""

import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformctl.project import Project
from platformctl.render import render
from sandbox import process

ROOT = Path(__file__).resolve().parents[1]
COPIES = 10  # networks in the large program: about ten times the resources
ONE_NETWORK = "network = deploy_network(settings, aws, audit)"
MANY_NETWORKS = f"""
import stacks.network
made = stacks.network.Network
for number in range({COPIES}):
    stacks.network.Network = lambda name, args, opts: made(f"{{name}}-{{number}}", args, opts)
    network = deploy_network(settings, aws, audit)
"""


@dataclass(frozen=True)
class Row:
    what: str
    resources: int
    seconds: float
    mib: int
    promised: str


def main() -> None:
    """Run everything and print a table; takes a few minutes, without the large program (`1` as argument) one."""
    rows: list[Row] = []
    for copies in (1,) if sys.argv[1:] == ["1"] else (1, COPIES):
        with _checkout(copies) as root:
            rows.extend(_commands(root, copies))
    print(f"{'command':<28}{'resources':>10}{'seconds':>10}{'MiB':>8}   promised")
    for row in rows:
        print(f"{row.what:<28}{row.resources:>10}{row.seconds:>10.1f}{row.mib:>8}   {row.promised}")


def _commands(root: Path, copies: int) -> Iterator[Row]:
    count = {env: len(_registrations(root, env)) for env in ("prod", "staging")}
    plan = (
        ("check prod", ["check", "prod"], "prod", "under 7 s"),
        ("preview staging", ["preview", "staging"], "staging", ""),
        ("up staging", ["up", "staging", "--yes"], "staging", "under 120 s"),
        ("preview staging, unchanged", ["preview", "staging"], "staging", ""),
    )
    for what, arguments, environment, promised in plan:
        seconds, mib = _run(root, arguments)
        limits = f"{promised}, " if promised and copies == 1 else ""
        yield Row(what, count[environment], seconds, mib, f"{limits}under 400 MiB")


def _registrations(root: Path, environment: str) -> list[dict[str, Any]]:
    resources = render(Project(root), environment)
    return [item for item in resources if not item["type"].startswith("pulumi:")]


def _run(root: Path, arguments: list[str]) -> tuple[float, int]:
    with _peak_memory(root) as peak:
        started = time.monotonic()
        line = [sys.executable, "-m", "platformctl", *arguments]
        subprocess.run(line, cwd=root, check=True, capture_output=True)  # noqa: S603  # our own command
        seconds = time.monotonic() - started
    return seconds, peak[0]


@contextmanager
def _checkout(copies: int) -> Iterator[Path]:
    """The project in a folder of its own, its program with `copies` networks, and its sandbox running."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for file in ROOT.glob("Pulumi*.yaml"):
            shutil.copy(file, root)
        for name in ("components", "policies", ".venv"):
            (root / name).symlink_to(ROOT / name)
        shutil.copytree(ROOT / "stacks", root / "stacks")
        program = root / "stacks" / "__main__.py"
        text = program.read_text()
        assert ONE_NETWORK in text, f"{program} no longer holds: {ONE_NETWORK}"
        program.write_text(text if copies == 1 else text.replace(ONE_NETWORK, MANY_NETWORKS))
        process.start(root)
        try:
            yield root
        finally:
            process.stop(root)


@contextmanager
def _peak_memory(root: Path) -> Iterator[list[int]]:
    """The largest resident set, in MiB, of any Python process that works on this checkout inside the block."""
    peak, done = [0], threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            for status in Path("/proc").glob("[0-9]*/status"):
                peak[0] = max(peak[0], _mib(status.parent, root.resolve()))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peak
    finally:
        done.set()
        thread.join()


def _mib(folder: Path, root: Path) -> int:
    try:
        command, variables = ((folder / name).read_bytes() for name in ("cmdline", "environ"))
        here = bytes(root) in command + variables or (folder / "cwd").resolve() == root
        if not here or b"python" not in command.partition(b"\0")[0]:
            return 0
        lines = (folder / "status").read_text().splitlines()
    except OSError:
        return 0  # it ended meanwhile, or is somebody else's
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)


if __name__ == "__main__":
    main()
