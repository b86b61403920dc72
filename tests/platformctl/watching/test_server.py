"""Rounds in forked processes: what was saved counts, what was not stays loaded, and an error ends nothing."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

from platformctl.errors import CommandError
from platformctl.project import Project
from platformctl.watching.files import saves
from platformctl.watching.modules import PROGRAM
from platformctl.watching.rounds import Earlier, changed
from platformctl.watching.server import Made, Server, compile_once
from tests.platformctl.test_render import SETTINGS

PROGRAM_TEXT = """
import pulumi
from pulumi_aws import sqs
from components.seconds import WAIT_S
sqs.Queue("work", visibility_timeout_seconds=WAIT_S)
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    for folder in ("stacks", "components"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "__init__.py").touch()
    (tmp_path / "Pulumi.yaml").write_text("name: billing-platform\n")
    (tmp_path / "Pulumi.staging.yaml").write_text("config:\n  billing-platform:any: thing\n")
    policy = 'from types import SimpleNamespace as S\nPOLICY = S(policy=S(undecided="report"))\n'
    (tmp_path / "stacks" / "settings.py").write_text(policy + SETTINGS.replace("return file", "return POLICY"))
    (tmp_path / "stacks" / "__main__.py").write_text(PROGRAM_TEXT)
    (tmp_path / "components" / "seconds.py").write_text("WAIT_S = 30\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    for name in [name for name in sys.modules if name.partition(".")[0] in PROGRAM]:
        monkeypatch.delitem(sys.modules, name)  # the repository's own
    return Project(tmp_path)


@pytest.fixture
def server(project: Project) -> Iterator[Server]:
    with Server("staging", project.root) as started:
        yield started


def _seconds(project: Project, text: str) -> Path:
    file = project.root / "components" / "seconds.py"
    file.write_text(text)
    return file


def test_a_round_shows_what_was_saved_and_an_error_is_mended_by_the_next(project: Project, server: Server) -> None:
    first = server.round()
    assert first.report["summary"]["fail"] > 0  # the queue has no key
    file = _seconds(project, "WAIT_S = 60 * 2\n")
    second = server.round([file])
    (change,) = changed(first.resources, second.resources)
    assert [(one.path, one.before, one.after) for one in change.properties] == [("visibilityTimeoutSeconds", 30, 120)]
    _seconds(project, "WAIT_S = (\n")
    assert "SyntaxError" in server.round([file]).error
    _seconds(project, "WAIT_S = 30\n")
    assert changed(first.resources, server.round([file]).resources) == []


def test_a_round_says_what_a_check_says_whatever_was_saved(project: Project, server: Server) -> None:
    server.round()
    touched: list[Path] = []
    for name, text in (
        ("components/seconds.py", "from components.more import WAIT_S\n"),  # which is not there
        ("components/more.py", "WAIT_S = 61\n"),
        ("stacks/__main__.py", PROGRAM_TEXT + 'sqs.Queue("more", tags={"owner": "payments"})\n'),
        ("Pulumi.staging.yaml", "config:\n  billing-platform:any: other\n"),
        ("components/more.py", None),
    ):
        file = project.root / name
        touched.append(file)
        if text is None:
            file.unlink()
        else:
            file.write_text(text)
        told, checked = server.round(touched), _check(project)
        assert told.report == (json.loads(checked.stdout) if checked.stdout else {}), name
        assert bool(told.error) == (not checked.stdout), name
        if told.error:
            assert "components.more" in told.error
            assert "components.more" in checked.stderr


def _check(project: Project) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "platformctl", "check", "staging", "--format", "json"]
    return subprocess.run(line, cwd=project.root, capture_output=True, text=True, check=False, timeout=120)


def test_a_program_that_does_not_run_at_first_is_rendered_once_it_does(project: Project, server: Server) -> None:
    _seconds(project, "import nothing_of_that_name\n")
    assert "nothing_of_that_name" in server.round().error
    _seconds(project, "WAIT_S = 30 * 1\n")
    assert server.round().resources


def test_a_program_that_ends_its_process_ends_its_round_alone(project: Project, server: Server) -> None:
    server.round()
    file = _seconds(project, "import os\nos._exit(7)\n")
    assert "ended the process" in server.round([file]).error
    _seconds(project, "WAIT_S = 30 + 1\n")
    assert server.round([file]).resources


def test_a_server_that_was_killed_is_an_error_with_what_to_do(server: Server) -> None:
    server.round()
    os.kill(server._pid, signal.SIGKILL)
    with pytest.raises(CommandError, match="start the watch again"):
        server.round()


def test_a_round_ends_with_whoever_reads_what_it_has_learned(project: Project) -> None:
    """It is more than a pipe holds, so that it is written only as it is read."""
    long = "sqs.Queue('long', tags={'a': 'b' * 200_000})\n"
    (project.root / "stacks" / "__main__.py").write_text(PROGRAM_TEXT + long)
    made = Made("staging", [], Earlier())
    assert len(made.fields) > 200_000
    made._answer.close()
    until = time.monotonic() + 60
    while not (ended := os.waitpid(made._child, os.WNOHANG)[0]) and time.monotonic() < until:
        time.sleep(0.05)
    if not ended:
        os.kill(made._child, signal.SIGKILL)
    assert ended


def test_nothing_is_left_when_the_watch_ends(project: Project) -> None:
    with Server("staging", project.root) as started:
        assert started.round().error == ""
        pid = started._pid
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_saves_are_noticed_whole_and_files_of_others_are_not(project: Project) -> None:
    noticed = saves(project)
    for file in (project.root / "stacks" / ".swap.py", project.root / "notes.txt"):
        file.write_text("1")
    file = _seconds(project, "WAIT_S = 1000\n")  # before anybody has asked
    assert next(noticed) == [file]
    file.unlink()
    assert next(noticed) == [file]


def test_the_command_prints_a_document_for_each_save_and_ends_with_an_interrupt(project: Project) -> None:
    line = [sys.executable, "-m", "platformctl", "watch", "staging", "--json"]
    started = subprocess.Popen(line, cwd=project.root, stdout=subprocess.PIPE, text=True, start_new_session=True)
    too_long = Timer(300, started.kill)
    too_long.start()
    try:
        assert started.stdout
        first = json.loads(started.stdout.readline())
        assert (first["files"], first["changes"], first["resources"]) == ([], [], 2)
        _seconds(project, "WAIT_S = 45\n")
        told = json.loads(started.stdout.readline())
        assert told["files"] == ["components/seconds.py"]
        assert [one["operation"] for one in told["changes"]] == ["update"]
        assert told["new"] == told["fixed"] == []
        started.send_signal(signal.SIGINT)
        assert started.wait(30) == 0
    finally:
        too_long.cancel()
        started.kill()
        started.communicate()


def test_what_is_unchanged_is_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Python writes no bytecode, too; and only of the checkout."""
    compiled: list[str] = []
    compile_ = SourceFileLoader.source_to_code

    def counted(self: SourceFileLoader, data: Any, path: Any, **options: Any) -> Any:
        compiled.append(Path(path).name)
        return compile_(self, data, path, **options)

    monkeypatch.setattr(SourceFileLoader, "source_to_code", counted)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    inside, outside = tmp_path / "checkout" / "a.py", tmp_path / "b.py"
    inside.parent.mkdir()
    compile_once(inside.parent)
    for text in ("VALUE = 1", "VALUE = 1", "VALUE = 2"):
        for file in (inside, outside):
            file.write_text(text)
            held: dict[str, Any] = {}
            code = SourceFileLoader(file.stem, str(file)).get_code(file.stem)
            assert code
            exec(code, held)
            assert held["VALUE"] == int(text[-1])
    assert sorted(compiled) == ["a.py"] * 2 + ["b.py"] * 3
