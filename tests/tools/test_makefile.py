"""The set-up of the Makefile, with a Python that only notes what it is asked."""

import hashlib
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

root = Path(__file__).resolve().parents[2]

# Makes a virtual environment by putting a copy of itself there. $pip_fails is the test's.
python = """#!/bin/sh
echo "$@" >> {folder}/asked
case "$*" in
  *print*) echo 3.11.7 ;;
  *"-m venv"*) mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
  *"-m pip"*) [ -z "$pip_fails" ] || {{ echo "ERROR: no matching distribution"; exit 1; }} ;;
esac
"""
commands = (
    "bash",
    "sh",
    "cp",
    "mkdir",
    "rm",
    "mv",
    "grep",
    "sed",
    "expand",
    "sha256sum",
    "tail",
    "cut",
    "flock",
)


@dataclass
class Checkout:
    folder: Path
    bin: Path

    def make(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(shutil.which("make")), *arguments],
            cwd=self.folder,
            env={"PATH": str(self.bin), "HOME": str(self.folder), **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def has(self, name: str, text: str) -> None:
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    def asked(self) -> list[str]:
        """What Python was asked for since the last time."""
        log = self.folder / "asked"
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return [line for line in lines if line.startswith("-m")]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    it = Checkout(tmp_path, tmp_path / "bin")
    it.bin.mkdir()
    for name in commands:
        (it.bin / name).symlink_to(str(shutil.which(name)))
    it.has("python3", python.format(folder=tmp_path))
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(root / name, tmp_path)
    return it


def test_set_up_installs_the_hashed_lock_then_the_project_and_stamps_last(checkout: Checkout) -> None:
    answer = checkout.make("set-up")
    assert answer.returncode == 0, answer.stderr
    venv, locked, project = checkout.asked()
    assert venv == "-m venv .venv"
    assert "--require-hashes -r requirements.lock" in locked
    assert "--no-deps --no-build-isolation" in project
    stamp = (checkout.folder / ".venv" / ".installed").read_text().splitlines()
    digest = hashlib.sha256((root / "requirements.lock").read_bytes()).hexdigest()
    assert stamp[:2] == [f"# {checkout.folder}", f"{digest}  requirements.lock"]
    assert re.fullmatch(r"Set-up of .venv took \d+ s", answer.stdout.splitlines()[-1])


def test_set_up_with_nothing_to_do_says_and_does_nothing(checkout: Checkout) -> None:
    checkout.make("set-up")
    checkout.asked()
    answer = checkout.make("set-up")
    assert (answer.returncode, answer.stdout, checkout.asked()) == (0, "", [])


def test_changed_pins_are_installed_over_the_environment(checkout: Checkout) -> None:
    checkout.make("set-up")
    checkout.asked()
    (checkout.folder / "requirements.lock").write_text("other==1\n")
    checkout.make("set-up")
    assert [line.split()[1] for line in checkout.asked()] == ["pip", "pip"]
    assert checkout.make("set-up").stdout == ""


@pytest.mark.parametrize("damage", ["interrupted", "moved", "python gone"])
def test_a_broken_environment_is_made_anew(checkout: Checkout, damage: str) -> None:
    checkout.make("set-up")
    checkout.asked()
    venv = checkout.folder / ".venv"
    (venv / "leftover").touch()
    match damage:
        case "interrupted":
            (venv / ".installed").unlink()
        case "moved":
            (venv / ".installed").write_text("# /elsewhere\n")
        case "python gone":
            (venv / "bin" / "python").unlink()
    checkout.make("set-up")
    assert checkout.asked()[0] == "-m venv .venv"
    assert not (venv / "leftover").exists()


def test_a_failed_installation_is_shown_and_leaves_no_stamp(checkout: Checkout) -> None:
    checkout.make("set-up")
    (checkout.folder / "requirements.lock").write_text("other==1\n")
    answer = checkout.make("set-up", pip_fails="yes")
    assert answer.returncode == 2
    assert ".venv/pip.log ends:\nERROR: no matching distribution" in answer.stderr
    assert not (checkout.folder / ".venv" / ".installed").exists()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("exit 127", "none"),
        ('case "$*" in *print*) echo 3.9.2 ;; *) exit 1 ;; esac', "python3 is 3.9.2"),
        (
            'case "$*" in *print*) echo 3.11.2 ;; *ensurepip*) exit 1 ;; esac',
            "python3 is 3.11.2 without its venv",
        ),
    ],
)
def test_a_python_that_will_not_do_is_named_with_the_command_that_mends_it(
    checkout: Checkout, text: str, found: str
) -> None:
    checkout.has("python3", f"#!/bin/sh\n{text}\n")
    answer = checkout.make("set-up")
    assert answer.returncode == 2
    assert f"(found: {found}" in answer.stderr
    assert "apt-get install python3 python3-venv" in answer.stderr
    assert not (checkout.folder / ".venv").exists()


@pytest.mark.parametrize(
    ("arguments", "environment", "expected"),
    [((), {}, "staging"), (("ENV=prod",), {}, "prod"), ((), {"ENV": "prod"}, "prod")],
)
def test_preview_ends_with_the_environment_asked_for(
    checkout: Checkout, arguments: tuple[str, ...], environment: dict[str, str], expected: str
) -> None:
    answer = checkout.make("-n", "preview", *arguments, **environment)
    assert answer.stdout.splitlines()[-1] == f".venv/bin/platformctl preview {expected}"


def test_help_is_the_default_and_lists_every_command_of_people(checkout: Checkout) -> None:
    listed = [line.split()[1] for line in checkout.make().stdout.splitlines()]
    phony = (root / "Makefile").read_text().split(".PHONY:")[1].splitlines()[0].split()
    tools = {"tools", "tools-cluster", "tools-telemetry", "tools-workflows"}
    prerequisites = {"set-up", *tools, "postgres", "chromium", "prometheus"}
    assert sorted(listed) == sorted(set(phony) - prerequisites)
