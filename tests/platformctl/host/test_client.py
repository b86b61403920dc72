"""How long children live: as long as somebody who needs them, however the others end."""

import os
import socket
import time
from pathlib import Path

import pytest

from platformctl import gate
from platformctl.errors import CommandError
from platformctl.host.client import Server, lifeline, serving
from platformctl.project import Project
from tests.platformctl.host.checkout import written

DEADLINE_S = 60


def _program(server: Server, held_by: int) -> int:
    answer, _ = server.ask("program", held_by, os.environ, server.project.root, executor="none")
    with answer:
        return int(answer.readline())


def _serves(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def _ends(port: int) -> bool:
    until = time.monotonic() + DEADLINE_S
    while _serves(port) and time.monotonic() < until:
        time.sleep(0.05)
    return not _serves(port)


def test_a_child_ends_when_nobody_holds_its_lifeline_any_more(tmp_path: Path) -> None:
    written(tmp_path)
    theirs, ours = os.pipe()
    with serving(Project(tmp_path)) as server:
        port = _program(server, theirs)
        os.close(theirs)
        another = os.dup(ours)  # the engine's
        os.close(ours)
        assert _serves(port)
        os.close(another)
        assert _ends(port)


def test_a_child_outlives_the_server_for_an_engine_that_still_needs_it(tmp_path: Path) -> None:
    written(tmp_path)
    with lifeline() as (theirs, _):
        with serving(Project(tmp_path)) as server:
            port = _program(server, theirs)
        assert _serves(port)
    assert _ends(port)


def test_children_differ_in_environment_and_place(tmp_path: Path) -> None:
    pack = written(tmp_path, "import os\nprint(os.environ['NUMBER'], os.getcwd())\n")
    with serving(Project(tmp_path)) as server, lifeline() as (theirs, _):
        for number in ("1", "2"):
            answer, _ = server.ask("pack", theirs, {**os.environ, "NUMBER": number}, pack)
            with answer:
                assert answer.read().decode() == f"{number} {pack}\n"


def test_what_the_server_cannot_load_is_told_by_who_needs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path)
    (tmp_path / "policies" / "__init__.py").write_text("raise LookupError('no rules today')\n")
    (tmp_path / "Pulumi.staging.yaml").write_text("config: {}\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with (
        serving(Project(tmp_path)) as server,
        gate.rendering(server, "staging") as inputs_are_clean,
        pytest.raises(CommandError, match="could not be rendered: LookupError: no rules today"),
    ):
        inputs_are_clean()
