"""Parts of the tests at the same time: what they print and how they end."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.side_by_side import heed_interrupts, run, total

SHELL = ("sh", "-c")


def test_parts_run_at_the_same_time_and_their_lines_come_last(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def once(other: str, own: str) -> str:
        """Each waits for the other, a minute at most."""
        wait = f"for _ in $(seq 600); do [ -e {tmp_path / other} ] && break; sleep 0.1; done"
        return f"touch {tmp_path / own}; {wait}; [ -e {tmp_path / other} ] || exit 1"

    code = run(
        {
            "rest": (f"{once('engine', 'rest')}; echo ....; echo '4 passed, 1 warning in 1.00s'",),
            "engine": (f"{once('rest', 'engine')}; echo sandbox says; echo '2 passed, 1 skipped in 1.01s (0:00:01)'",),
        },
        SHELL,
    )
    assert code == 0
    lines = capfd.readouterr().out.splitlines()
    assert lines[:3] == ["== rest", "....", "4 passed, 1 warning in 1.00s"]
    assert lines[3:6] == ["== engine", "sandbox says", "2 passed, 1 skipped in 1.01s (0:00:01)"]
    assert lines[6:8] == ["rest: 4 passed, 1 warning in 1.00s", "engine: 2 passed, 1 skipped in 1.01s (0:00:01)"]
    assert lines[8].startswith("6 passed, 1 skipped, 1 warning in ")


@pytest.mark.parametrize(("first", "second", "expected"), [(0, 1, 1), (2, 0, 2), (3, 1, 3), (0, 0, 0)])
def test_the_exit_code_is_that_of_the_first_part_that_failed(first: int, second: int, expected: int) -> None:
    assert run({"a": (f"exit {first}",), "b": (f"exit {second}",)}, SHELL) == expected


def test_a_part_that_dies_is_no_success(capfd: pytest.CaptureFixture[str]) -> None:
    assert run({"a": ("kill -9 $$",), "b": ("echo '1 passed in 0.01s'",)}, SHELL) == -signal.SIGKILL
    assert "a: ended without a summary\nb: 1 passed in 0.01s\n1 passed in " in capfd.readouterr().out


def test_what_pytest_counts_is_added_up() -> None:
    lines = ["1 failed, 3 passed, 2 errors in 3.00s", "= 10 passed, 1 error, 4 deselected in 1.00s ="]
    assert total(lines, 4.5) == "1 failed, 13 passed, 4 deselected, 3 errors in 4.50s"
    assert total([], 0.1) == "no tests ran in 0.10s"


def test_an_interrupt_ends_the_parts(tmp_path: Path) -> None:
    """Each part is interrupted, as pytest must be for its fixtures to end what they started."""
    part = f"trap 'touch {tmp_path}/ended-$0; exit 130' INT; touch {tmp_path}/begun-$0; while true; do sleep 0.05; done"
    code = f"from tests.side_by_side import run; run({{'a': ({part!r}, 'a'), 'b': ({part!r}, 'b')}}, {SHELL!r})"
    with subprocess.Popen(
        [sys.executable, "-c", code], stderr=subprocess.DEVNULL, preexec_fn=heed_interrupts
    ) as process:
        while len(list(tmp_path.glob("begun-*"))) < 2:
            time.sleep(0.05)
        os.kill(process.pid, signal.SIGINT)
        process.wait(10)
    assert sorted(file.name for file in tmp_path.glob("ended-*")) == ["ended-a", "ended-b"]
