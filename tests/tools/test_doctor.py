"""What `platformctl doctor` says of a machine, sound and broken."""

import hashlib
import json
import sys
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import pytest

from platformctl import doctor
from tests.tools.conftest import Machine, hammer


@pytest.fixture
def checkout(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout whose set-up is complete, on a machine with Go, git, make and the hammer."""
    root = machine.folder / "checkout"
    (root / ".venv").mkdir(parents=True)
    (root / "Pulumi.yaml").write_text("name: billing-platform\n")
    lock = "".join(f"{name}=={metadata.version(name)} \\\n    --hash=x\n" for name in ("pulumi", "rich"))
    (root / "requirements.lock").write_text(f"{lock}colorama==0.4.6 ; sys_platform == 'win32' \\\n")
    digest = hashlib.sha256((root / "requirements.lock").read_bytes()).hexdigest()
    (root / ".venv" / ".installed").write_text(f"# {root}\n{digest}  requirements.lock\n")
    machine.script("git", "#!/bin/sh\necho git version 2.39.5\n")
    machine.script("make", "#!/bin/sh\necho GNU Make 4.3\n")
    machine.go()
    for name in hammer.executables:
        machine.tool(name, "3.210.0")
    monkeypatch.setattr(doctor, "packages", (hammer,))
    monkeypatch.setattr(sys, "prefix", str(root / ".venv"))
    monkeypatch.chdir(root)
    return root


def by_name(root: Path) -> dict[str, doctor.Requirement]:
    return {one.name: one for one in doctor.examine(root)}


def test_a_sound_machine_is_ready(checkout: Path, machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor.doctor(json=False) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "`preview` can run here."
    rows = {line.split()[0]: line.split(maxsplit=3)[1:] for line in lines[1:-1]}
    assert rows["hammer"][:2] == ["ok", "3.210.0"]
    assert rows["hammer"][2].rstrip() == f"PATH: {machine.bin}/hammer"
    assert rows["go"][:2] == ["ok", "1.26.8"]
    assert rows["git"][:2] == ["ok", "2.39.5"]
    assert list(rows) == ["python", ".venv", "packages", "hammer", "hammer-handle", "prometheus", "go", "git", "make"]


def test_a_missing_tool_blocks_and_names_the_attempts_and_the_command(
    checkout: Path, machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    (machine.bin / "hammer").unlink()
    assert doctor.doctor(json=False) == 2
    text = capsys.readouterr().out
    assert "hammer, hammer-handle: PATH: no hammer; cache: nothing complete in" in text
    assert "  mend it with: make tools" in text
    assert text.endswith("`preview` cannot run here.\n")


def test_json_holds_the_same_rows(checkout: Path, machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    (machine.bin / "hammer").unlink()
    assert doctor.doctor(json=True) == 2
    document = json.loads(capsys.readouterr().out)
    assert (document["schema"], document["ready"]) == (1, False)
    assert document["requirements"] == [vars(one) for one in doctor.examine(checkout)]


def test_tools_of_the_cluster_are_listed_and_not_required(
    checkout: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    anvil = replace(hammer, name="anvil", executables={"anvil": hammer.executables["hammer"]}, group="cluster")
    monkeypatch.setattr(doctor, "packages", (hammer, anvil))
    (machine.bin / "go").unlink()
    assert doctor.doctor(json=False) == 0
    found = by_name(checkout)
    assert (found["anvil"].state, found["anvil"].version) == ("ok", "none")
    assert found["anvil"].source == "built when a control plane is asked for, or by make tools-cluster"
    assert found["prometheus"].source == "for a control plane, with promtool: make prometheus"
    machine.tool("anvil", "3.201.0")
    machine.script("prometheus", "#!/bin/sh\necho prometheus, version 2.42.0+ds\n")
    machine.script("promtool", "#!/bin/sh\n")
    found = by_name(checkout)
    assert found["anvil"].version == "3.201.0"
    assert (found["prometheus"].version, found["prometheus"].source) == ("2.42.0", f"PATH: {machine.bin}/prometheus")


def test_a_package_other_than_the_locked_one_blocks(checkout: Path) -> None:
    lock = checkout / "requirements.lock"
    lock.write_text(f"{lock.read_text()}boto3==0.0.1 \\\nno-such-package==1.0 \\\n")
    packages = by_name(checkout)["packages"]
    assert (packages.state, packages.remedy) == ("missing", "make set-up")
    assert packages.problem == (
        f"boto3 is {metadata.version('boto3')}, locked is 0.0.1; no-such-package is absent, locked is 1.0"
    )


def test_a_package_pinned_once_per_python_may_be_either(checkout: Path) -> None:
    lock = checkout / "requirements.lock"
    versions = (metadata.version("boto3"), "99.0")
    lock.write_text("".join(f"boto3=={version} ; python_version > '3' \\\n" for version in versions))
    assert by_name(checkout)["packages"].version == "1 as locked"


@pytest.mark.parametrize(
    ("stamp", "problem"),
    [
        (None, "the set-up did not finish"),
        ("", "the set-up did not finish"),
        ("# /elsewhere\n", "the checkout was moved since"),
        (f"# ROOT\n{'0' * 64}  requirements.lock\n", "requirements.lock has changed since"),
        (f"# ROOT\n{'0' * 64}  gone.lock\n", "gone.lock has changed since"),
    ],
)
def test_an_old_set_up_is_named_but_does_not_block(checkout: Path, stamp: str | None, problem: str) -> None:
    file = checkout / ".venv" / ".installed"
    file.unlink()
    if stamp is not None:
        file.write_text(stamp.replace("ROOT", str(checkout)))
    venv = by_name(checkout)[".venv"]
    assert (venv.state, venv.problem, venv.remedy) == ("warning", problem, "make set-up")


def test_another_environment_than_the_checkouts_is_named(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", "/usr")
    assert by_name(checkout)[".venv"].problem == "this runs from /usr, not from the checkout's .venv"


def test_go_is_needed_only_while_a_tool_is_missing(checkout: Path, machine: Machine) -> None:
    (machine.bin / "go").unlink()
    assert by_name(checkout)["go"].state == "ok"
    (machine.bin / "hammer").unlink()
    assert by_name(checkout)["go"].remedy.startswith("apt-get install golang-go")
