"""What the engine is told: where program and packs are served already, or where it finds those it has to start."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from platformctl.host.client import serving
from platformctl.host.hosting import Hosted, hosted
from platformctl.project import Project
from platformctl.target import Target
from tests.platformctl.host.checkout import PACK, written

FAILS = "raise LookupError('no such rule')\n"


@contextmanager
def _hosted(tmp_path: Path, pack: Path, command: str = "preview") -> Iterator[Hosted]:
    tools, root = tmp_path / "tools", tmp_path / "checkout"
    tools.mkdir()
    executor = tools / "pulumi-language-python-exec"
    executor.write_text("")
    executor.chmod(0o700)
    project = Project(root)
    with serving(project) as server:
        variables = {"PATH": f"{tools}:/usr/bin:/bin", "OF_THE_TARGET": "yes"}
        target = Target(project, "staging", variables, None, server=server)
        with hosted(target, command, [pack], tmp_path / "run") as host:
            yield host


def _started(made: Path, *arguments: str) -> "subprocess.Popen[str]":
    """As `pulumi-analyzer-policy-python` starts a pack."""
    home = yaml.safe_load((made / "PulumiPolicy.yaml").read_text())["runtime"]["options"]["virtualenv"]
    line = [f"{home}/bin/python", *arguments]
    return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_the_engine_connects_to_the_program_and_finds_the_packs_port_and_what_it_says(tmp_path: Path) -> None:
    pack = written(tmp_path / "checkout")
    with _hosted(tmp_path, pack) as host:
        folder, client = (option.partition("=")[2] for option in host.options)
        assert [option.partition("=")[0] for option in host.options] == ["--policy-pack", "--client"]
        where, _, port = client.partition(":")
        with socket.create_connection((where, int(port)), timeout=60):
            pass
        described = yaml.safe_load((Path(folder) / "PulumiPolicy.yaml").read_text())
        assert (described["version"], described["description"]) == ("1.2.3", "Some rules.")
        with _started(Path(folder), "-u", "-m", "pulumi.policy", "127.0.0.1:1", ".") as python:
            assert python.stdout
            assert python.stderr
            assert python.stdout.readline() == "4711\n"
            said = [python.stderr.readline().strip() for _ in range(2)]
            python.kill()
    assert said == ["['PULUMI_DRY_RUN', 'PULUMI_PROJECT', 'PULUMI_STACK'] true", "yes ."]


def test_asked_for_anything_else_a_packs_python_is_the_real_one(tmp_path: Path) -> None:
    pack = written(tmp_path / "checkout")
    with (
        _hosted(tmp_path, pack) as host,
        _started(Path(host.options[0].partition("=")[2]), "-c", "print('Python')") as python,
    ):
        printed, _ = python.communicate(timeout=60)
    assert printed == "Python\n"


def test_a_pack_that_does_not_start_is_left_to_the_engine(tmp_path: Path) -> None:
    pack = written(tmp_path / "checkout", FAILS)
    with _hosted(tmp_path, pack, "up") as host:
        assert host.options[0] == f"--policy-pack={pack}"
        assert host.options[1].startswith("--client=")


def test_what_is_to_run_in_another_environment_is_left_to_the_engine(tmp_path: Path) -> None:
    pack = written(tmp_path / "checkout", PACK, tmp_path / "elsewhere")
    with _hosted(tmp_path, pack) as host:
        assert host == Hosted((f"--policy-pack={pack}",), host.files)


def test_a_command_that_runs_no_program_starts_none(tmp_path: Path) -> None:
    pack = written(tmp_path / "checkout")
    with _hosted(tmp_path, pack, "import") as host:
        assert host == Hosted((f"--policy-pack={pack}",))
