"""Where tools are looked for, and what is refused."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from sandbox import tools
from sandbox.tools.places import home, numbers
from tests.tools.conftest import Machine, hammer


def in_the_cache() -> Path:
    folder = home(hammer)
    folder.mkdir(parents=True)
    for name in hammer.executables:
        (folder / name).write_text("#!/bin/sh\necho v3.200.0\n")
        (folder / name).chmod(0o755)
    versions = {"hammer": "3.200.0", "hammer-handle": "3.68.0"}
    (folder / "installed.json").write_text(json.dumps({"origin": "built", "executables": versions}))
    return folder


def test_path_comes_before_the_cache(machine: Machine) -> None:
    in_the_cache()
    machine.tool("hammer", "3.210.1")
    machine.tool("hammer-handle", "1.0.0")
    found = machine.search().found
    assert {name: (one.version, one.source, one.path) for name, one in found.items()} == {
        "hammer": ("3.210.1", "path", machine.bin / "hammer"),
        "hammer-handle": ("3.210.1", "path", machine.bin / "hammer-handle"),
    }


def test_the_cache_serves_what_path_lacks_and_knows_how_it_came(machine: Machine) -> None:
    folder = in_the_cache()
    found = machine.search().found
    assert [(one.version, one.source, one.origin, one.path) for one in found.values()] == [
        ("3.200.0", "cache", "built", folder / "hammer"),
        ("3.68.0", "cache", "built", folder / "hammer-handle"),
    ]


@pytest.mark.parametrize("version", ["3.199.9", "2.999.0", "4.0.0"])
def test_a_version_on_path_outside_the_pin_is_refused_by_name(machine: Machine, version: str) -> None:
    machine.tool("hammer", version)
    machine.tool("hammer-handle", version)
    result = machine.search()
    assert result.found == {}
    assert result.refused[0] == f"PATH: {machine.bin}/hammer is {version}, needed is 3.200 or a later 3"


def test_a_refused_version_on_path_leaves_the_cache_to_serve(machine: Machine) -> None:
    in_the_cache()
    machine.tool("hammer", "3.1.0")
    assert machine.search().found["hammer"].source == "cache"


def test_an_executable_without_its_companions_is_refused(machine: Machine) -> None:
    machine.tool("hammer", "3.210.0")
    assert machine.search().refused[0] == f"PATH: {machine.bin}/hammer comes without hammer-handle"


def test_a_package_with_files_is_never_taken_from_path(machine: Machine) -> None:
    for name in hammer.executables:
        machine.tool(name, "3.210.0")
    result = machine.search(machine.with_files(("nails.yaml", "nails.yaml")))
    assert result.found == {}
    assert result.refused[0] == "PATH: hammer on it comes without the files that are used with it"
    assert not (machine.folder / "asked").exists()


def test_companions_are_found_beside_the_file_that_a_link_on_path_names(machine: Machine) -> None:
    for name in hammer.executables:
        machine.tool(name, "3.210.0")
    real = machine.folder / "real"
    machine.bin.rename(real)
    machine.bin.mkdir()
    (machine.bin / "hammer").symlink_to(real / "hammer")
    assert machine.search().found["hammer-handle"].path == real / "hammer-handle"


def test_an_executable_that_fails_is_refused(machine: Machine) -> None:
    machine.script("hammer", "#!/bin/sh\nexit 1\n")
    assert machine.search().refused[0] == f"PATH: {machine.bin}/hammer does not tell its version"


def test_an_executable_is_asked_for_its_version_once_until_it_changes(machine: Machine) -> None:
    for name in hammer.executables:
        machine.tool(name, "3.210.0")
    assert [machine.search().found["hammer"].version for _ in range(3)] == ["3.210.0"] * 3
    assert (machine.folder / "asked").read_text().count("asked") == 1
    machine.tool("hammer", "3.220.0")
    assert machine.search().found["hammer"].version == "3.220.0"


def test_the_cache_on_path_still_counts_as_the_cache(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = in_the_cache()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{machine.bin}")
    assert machine.search().found["hammer"].source == "cache"


@pytest.mark.parametrize("lost", ["installed.json", "hammer-handle"])
def test_an_incomplete_folder_of_the_cache_is_no_installation(machine: Machine, lost: str) -> None:
    (in_the_cache() / lost).unlink()
    result = machine.search()
    assert result.found == {}
    assert result.refused[1].startswith("cache: ")


def test_ensure_starts_no_process_when_all_is_cached(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = in_the_cache()
    monkeypatch.setattr(tools, "packages", (hammer,))
    monkeypatch.setattr(tools, "package_of", dict.fromkeys(hammer.executables, hammer))
    monkeypatch.setattr(subprocess, "Popen", None)
    located = tools.ensure(["hammer-handle", "hammer"], machine.lines.append)
    assert [one.name for one in located] == ["hammer-handle", "hammer"]
    assert tools.bin_directory("hammer") == folder
    assert machine.lines == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [("v3.200.1-alpha.2", (3, 200, 1)), ("go1.26.8", (1, 26, 8)), ("1.24", (1, 24)), ("devel", (0,))],
)
def test_versions_are_compared_by_their_leading_numbers(text: str, expected: tuple[int, ...]) -> None:
    assert numbers(text) == expected
