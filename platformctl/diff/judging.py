"""Verdicts of a revision's own rules, made in a process that loads them while the state is still being made.

`python -P -m platformctl.diff.judging ROOT` takes the name of a file with the state on standard input.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformctl.diff.program import around
from platformctl.errors import CommandError, Exit

Report = dict[str, Any]


@dataclass(frozen=True)
class Judging:
    """The process, and the file that it is handed the state in."""

    process: "subprocess.Popen[str]"
    file: Path

    def begin(self, state: dict[str, Any]) -> None:
        """Hands over a state as `pulumi stack export` prints it."""
        assert self.process.stdin
        self.file.write_text(json.dumps(state))
        self.process.stdin.write(f"{self.file}\n")
        self.process.stdin.flush()

    def end(self) -> Report:
        """Waits for the report; CommandError where the revision's rules do not run."""
        printed, complaint = self.process.communicate()
        if self.process.returncode:
            last = (complaint.strip().splitlines() or ["no reason given"])[-1]
            raise CommandError(f"the policies of {self.file.stem} cannot judge: {last}", Exit.ENGINE)
        report: Report = json.loads(printed)
        return report


@contextmanager
def judged(root: Path, file: Path) -> Iterator[Judging]:
    """Starts the process with the rules of the checkout at `root`; it ends with the block."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    line = [sys.executable, "-P", "-m", __spec__.name, str(root)]
    process = subprocess.Popen(line, cwd=root, env=around(), text=True, start_new_session=True, **pipes)  # type: ignore[call-overload]  # noqa: S603
    try:
        yield Judging(process, file)
    finally:
        process.kill()
        process.communicate()


def _main(root: str) -> None:
    sys.path.insert(0, root)  # before all that loads the rules: those of this process's own checkout are not meant
    from policies import waivers
    from policies.adapters import from_state
    from policies.engine import evaluate
    from policies.rules import ALL

    known = waivers.load()
    if file := sys.stdin.readline().strip():
        print(json.dumps(evaluate(from_state(Path(file).read_bytes()), ALL, known).as_dict()))


if __name__ == "__main__":
    _main(sys.argv[1])
