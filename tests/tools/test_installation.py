"""Downloads and builds: in which order, and that they leave all or nothing."""

import multiprocessing
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from sandbox import tools
from sandbox.lifetime import start_ticks
from sandbox.tools import ToolError, __main__, running
from tests.tools.conftest import Machine, hammer

downloads = """
(root / "bin").mkdir(parents=True)
for name in ("hammer", "hammer-handle", "hammer-extra"):
    (root / "bin" / name).write_text(f"#!/bin/sh\\necho v{version}\\n")
    (root / "bin" / name).chmod(0o755)
"""


def test_the_official_installer_comes_before_a_build(machine: Machine) -> None:
    machine.go()
    found = machine.install(machine.installer(downloads))
    assert [(one.name, one.version, one.source) for one in found.values()] == [
        ("hammer", "3.200.0", "installer"),
        ("hammer-handle", "3.200.0", "installer"),
    ]
    assert machine.builds() == 0
    assert machine.search().found["hammer"].origin == "installer"


def test_an_unreachable_installer_is_named_once_and_the_package_is_built(machine: Machine) -> None:
    machine.go()
    package = machine.installer(
        f"(Path('{machine.folder}') / 'tried').open('a').write('x')\nsys.exit('not reachable (x)')"
    )
    found = machine.install(package)
    assert [(one.version, one.source) for one in found.values()] == [
        ("3.200.0", "built"),
        ("3.68.0", "built"),
    ]
    assert [line for line in machine.lines if "not reachable" in line] == [
        "hammer 3.200.0: official installer: not reachable (x)"
    ]
    assert machine.lines[-1].startswith("hammer 3.200.0 is ready after 0 s: ")
    (machine.cache / "hammer" / "3.200.0" / "installed.json").unlink()
    machine.install(package)
    assert (machine.folder / "tried").read_text() == "x", "the installer is tried once in a run"


def test_a_package_without_an_installer_is_built_and_nothing_else_is_told(machine: Machine) -> None:
    machine.go()
    machine.install()
    assert [line.split(":")[0] for line in machine.lines] == [
        "building hammer 3.200.0 with Go",
        "hammer 3.200.0 is ready after 0 s",
    ]


def test_the_remedy_offers_path_only_for_what_is_taken_from_it(machine: Machine) -> None:
    for package, offered in ((hammer, True), (machine.with_files(("nails.yaml", "nails.yaml")), False)):
        with pytest.raises(ToolError) as caught:
            machine.install(package)
        assert ("or put hammer 3.200.0 or newer on PATH" in caught.value.remedy) is offered


def test_an_installer_that_brings_another_version_is_refused(machine: Machine) -> None:
    machine.go()
    machine.install(machine.installer(downloads.replace("v{version}", "v9.9.9")))
    assert "gave hammer 9.9.9 instead of 3.200.0" in machine.lines[0]
    assert machine.search().found["hammer"].origin == "built"


def test_a_damaged_installation_is_replaced(machine: Machine) -> None:
    machine.go()
    machine.install()
    (machine.cache / "hammer" / "3.200.0" / "hammer").unlink()
    machine.install()
    assert machine.search().found["hammer"].path.is_file()
    assert machine.cached() == ["3.200.0"]


def test_without_go_the_error_lists_every_attempt_in_order_and_the_remedy(machine: Machine) -> None:
    machine.tool("hammer", "3.1.0")
    with pytest.raises(ToolError) as caught:
        machine.install(machine.installer("sys.exit('not reachable (no network)')"))
    assert caught.value.message.splitlines() == [
        "hammer 3.200.0 is not to be had here. Tried, in this order:",
        f"  PATH: {machine.bin}/hammer is 3.1.0, needed is 3.200 or a later 3",
        f"  cache: nothing complete in {machine.cache}/hammer/3.200.0",
        "  official installer: not reachable (no network)",
        "  build from the Go module: Go is not on PATH (needed: 1.24.0 or newer)",
    ]
    assert caught.value.remedy.startswith("install Go 1.24.0 or newer")
    assert machine.cached() == []


def test_an_old_go_is_named_with_what_is_needed(machine: Machine) -> None:
    machine.go("go1.19.8")
    with pytest.raises(ToolError, match=r"Go 1\.19\.8 is too old \(needed: 1\.24\.0 or newer\)"):
        machine.install()
    assert (machine.builds(), machine.cached()) == (0, [])


def test_an_old_go_that_cannot_read_the_module_is_named_too(machine: Machine) -> None:
    machine.script("go", '#!/bin/sh\n[ "$1" = version ] && echo "go version go1.19.8 linux/amd64"\n')
    with pytest.raises(ToolError, match=r"Go 1\.19\.8 is too old"):
        machine.install()


def test_a_failed_download_of_a_module_says_what_go_said(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.go()
    monkeypatch.setenv("go_fails", "reading example.test/hammer/@v/v3.200.0.zip: 403 Forbidden")
    with pytest.raises(ToolError, match=r"build from the Go module: .*zip: 403 Forbidden") as caught:
        machine.install()
    assert "go: downloading" not in str(caught.value)
    assert machine.cached() == []


def test_a_file_that_cannot_be_fetched_leaves_nothing(machine: Machine) -> None:
    text = machine.go().read_text()
    machine.script("go", text.replace('"Dir": "', '"Error": "no such module ').replace("/module", ""))
    with pytest.raises(ToolError, match="no such module"):
        machine.install()
    assert machine.cached() == []


def test_what_a_killed_process_left_is_swept(machine: Machine) -> None:
    machine.go()
    (machine.cache / "hammer" / ".unfinished-dead").mkdir(parents=True)
    machine.install()
    assert machine.cached() == ["3.200.0"]


def test_ctrl_c_as_a_process_starts_leaves_it_not_running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def interrupted(*arguments: Any, **options: Any) -> subprocess.Popen[bytes]:
        started.append(popen(*arguments, **options))
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.1)  # in which the signal arrives
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", interrupted)
    with pytest.raises(KeyboardInterrupt):
        running.run(["sleep", "60"], log=tmp_path / "log", report=print, note=lambda: "")
    assert started[0].returncode == -signal.SIGKILL


def test_ctrl_c_leaves_neither_files_nor_processes(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.go()
    monkeypatch.setenv("go_takes_s", "60")
    process = multiprocessing.get_context("fork").Process(target=machine.install)
    process.start()
    go = int(wait_for(machine.folder / "pid"))
    assert process.pid
    os.kill(process.pid, signal.SIGINT)
    process.join(60)
    assert process.exitcode == 1
    assert machine.cached() == []
    wait_until_ended(go)


def test_two_processes_at_once_build_once(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.go()
    monkeypatch.setenv("go_takes_s", "0.5")
    processes = [multiprocessing.get_context("fork").Process(target=machine.install) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(20)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert machine.builds() == 1


def test_files_come_with_the_executables_and_are_those_pinned(machine: Machine) -> None:
    machine.go()
    package = machine.with_files(("data/nails.yaml", "nails.yaml"))
    machine.install(package)
    folder = machine.cache / "hammer" / "3.200.0"
    assert (folder / "data" / "nails.yaml").read_text() == "nails: 100\n"
    assert machine.search(package).found["hammer"].source == "cache"


@pytest.mark.parametrize("change", ["another file is pinned", "another version is pinned", "a file is lost"])
def test_changed_files_are_replaced_without_a_build(machine: Machine, change: str) -> None:
    machine.go()
    package = machine.with_files(("nails.yaml", "nails.yaml"))
    machine.install(package)
    folder = machine.cache / "hammer" / "3.200.0"
    match change:
        case "another file is pinned":
            package = machine.with_files(("nails.yaml", "nails.yaml"), ("screws.yaml", "nails.yaml"))
        case "another version is pinned":
            package = machine.with_files(("nails.yaml", "nails.yaml"), version="1.1.0")
        case "a file is lost":
            (folder / "nails.yaml").unlink()
    search = machine.search(package)
    assert (search.found, search.refused[1]) == ({}, f"cache: {folder} has other files than those pinned")
    found = machine.install(package)
    assert {name: (one.version, one.origin) for name, one in found.items()} == {
        "hammer": ("3.200.0", "built"),
        "hammer-handle": ("3.68.0", "built"),
    }
    assert machine.builds() == 1
    assert all((folder / name).read_text() == "nails: 100\n" for name in package.files)
    assert machine.search(package).found


def test_lost_executables_are_built_again_also_when_there_are_files(machine: Machine) -> None:
    machine.go()
    package = machine.with_files(("nails.yaml", "nails.yaml"))
    machine.install(package)
    (machine.cache / "hammer" / "3.200.0" / "hammer").unlink()
    assert machine.install(package)["hammer"].origin == "built"
    assert machine.builds() == 2


def test_a_file_that_its_module_lacks_is_named_and_leaves_nothing(machine: Machine) -> None:
    machine.go()
    with pytest.raises(ToolError, match=r"example.test/nails 1.0.0 has no file gone.yaml"):
        machine.install(machine.with_files(("gone.yaml", "gone.yaml")))
    assert machine.cached() == []


def test_a_long_build_reports_its_progress(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.go()
    monkeypatch.setenv("go_takes_s", "0.3")
    monkeypatch.setattr("sandbox.tools.running.first_note_s", 0.1)
    machine.install()
    assert "  hammer: 1 modules downloaded, 0 packages compiled (0 s)" in machine.lines


def test_a_cache_that_cannot_be_made_is_an_error_with_a_remedy(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    (machine.folder / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(machine.folder / "file"))
    with pytest.raises(ToolError, match="name another folder in XDG_CACHE_HOME"):
        machine.install()


def test_the_command_ends_with_code_2_and_one_message(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tools, "packages", (hammer,))
    monkeypatch.setattr(tools, "package_of", dict.fromkeys(hammer.executables, hammer))
    monkeypatch.setattr(__main__, "package_of", dict.fromkeys(hammer.executables, hammer))
    monkeypatch.setattr(__main__, "in_group", {"engine": tuple(hammer.executables)})
    monkeypatch.setattr("sys.argv", ["tools", "ensure"])
    assert __main__.main() == 2
    assert capsys.readouterr().err.count("error: hammer 3.200.0 is not to be had here") == 1


def test_the_command_takes_groups_and_names_what_it_does_not_know(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(__main__, "ensure", lambda names, report: asked.append(names))
    monkeypatch.setattr("sys.argv", ["tools", "ensure", "cluster", "pulumi"])
    assert __main__.main() == 0
    assert asked == [[*tools.in_group["cluster"], "pulumi"]]
    monkeypatch.setattr("sys.argv", ["tools", "ensure", "kubectl"])
    with pytest.raises(SystemExit, match="2"):
        __main__.main()
    assert "unknown tool: kubectl; known: engine, cluster, workflows, telemetry, pulumi" in capsys.readouterr().err


def wait_until_ended(pid: int) -> None:
    """An orphan that was killed has ended a moment later, and is a zombie until the system takes it in."""
    deadline = time.monotonic() + 10
    while start_ticks(pid) is not None:
        assert time.monotonic() < deadline, f"process {pid} is still running"
        time.sleep(0.05)


def wait_for(file: Path) -> str:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if file.exists() and (text := file.read_text()):
            return text
        time.sleep(0.01)
    raise AssertionError(f"{file.name} did not come")
