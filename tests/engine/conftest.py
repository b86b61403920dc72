"""A checkout of its own with a sandbox of its own for every test module: the real engine, stopped by process id."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml

from platformctl.engine import WITHOUT_CHECKPOINTS
from platformctl.project import Project
from platformctl.target import engine_path
from sandbox import process

ROOT = Path(__file__).resolve().parents[2]
COMMAND_S = 1200
_FREEZES = re.compile(r"^    freezes:.*\n(?:      .*\n)*", re.MULTILINE)

_unverified: set[tuple[str, str, str]] = set()  # type, property, reason


@dataclass(frozen=True)
class Checkout:
    """A copy of the project's settings around the repository's own program, with a running sandbox."""

    root: Path
    sandbox: process.Running

    def ctl(self, *arguments: str, code: int | None = 0) -> "subprocess.CompletedProcess[str]":
        """Runs platformctl here and checks its exit code (None: any)."""
        line = [sys.executable, "-m", "platformctl", *arguments]
        result = subprocess.run(line, cwd=self.root, capture_output=True, text=True, timeout=COMMAND_S, check=False)
        assert code is None or result.returncode == code, (
            f"{arguments}: {result.returncode}\n{result.stdout}\n{result.stderr}"
        )
        return result

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Starts platformctl here and does not wait."""
        line = [sys.executable, "-m", "platformctl", *arguments]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(line, cwd=self.root, text=True, start_new_session=True, **pipes)  # type: ignore[call-overload,no-any-return]

    def json(self, *arguments: str, code: int | None = 0) -> Any:
        """Runs platformctl with --json and returns the document."""
        return json.loads(self.ctl(*arguments, "--json", code=code).stdout)

    def variables(self, target: str) -> dict[str, str]:
        """The process environment that `platformctl env` sets."""
        project, environment = Project.choose(target, self.root)
        account = project.settings(environment).account
        sandbox = process.environment(self.sandbox, account.id, account.region)
        return {**os.environ, **sandbox, "PULUMI_STACK": environment, "PATH": engine_path()}

    def aws(self, service: str, target: str, region: str | None = None) -> Any:
        """A boto3 client on the target's account in the sandbox; `region`: None for the home region."""
        v = self.variables(target)
        return boto3.client(
            service,
            endpoint_url=v["AWS_ENDPOINT_URL"],
            region_name=region or v["AWS_REGION"],
            aws_access_key_id=v["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=v["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=v["AWS_SESSION_TOKEN"],
        )

    def outputs(self, environment: str) -> dict[str, Any]:
        """The deployed stack's outputs, read with the ordinary CLI."""
        printed = self.pulumi(environment, "stack", "output", "--json").stdout
        outputs: dict[str, Any] = json.loads(printed)
        return outputs

    def pulumi(
        self, target: str, *arguments: str, code: int | None = 0, checkpoints: bool = True
    ) -> "subprocess.CompletedProcess[str]":
        """Runs the ordinary CLI in the project's folder, with only environment variables set."""
        result = subprocess.run(
            ["pulumi", *arguments],
            cwd=Project.choose(target, self.root)[0].folder,
            env={**self.variables(target), **({} if checkpoints else WITHOUT_CHECKPOINTS)},
            capture_output=True,
            text=True,
            timeout=COMMAND_S,
            check=False,
        )
        assert code is None or result.returncode == code, (
            f"{arguments}: {result.returncode}\n{result.stdout}\n{result.stderr}"
        )
        return result

    def edit(self, environment: str, section: str, **values: Any) -> None:
        """Changes keys of one section of the environment's settings file."""
        file = self.root / f"Pulumi.{environment}.yaml"
        content = yaml.safe_load(file.read_text())
        content["config"][f"billing-platform:{section}"].update(values)
        file.write_text(yaml.safe_dump(content))

    def settings(self, environment: str) -> Any:
        """The environment's settings, validated."""
        return Project(self.root).settings(environment)


def make_checkout(root: Path) -> Path:
    """The project in a folder of its own: settings are copied, the program is the repository's.

    Without the freezes, in which no test could deploy.
    """
    for file in ROOT.glob("Pulumi*.yaml"):
        (root / file.name).write_text(_FREEZES.sub("    freezes: {}\n", file.read_text()))
    for folder in ("stacks", "components", "policies", ".venv"):
        (root / folder).symlink_to(ROOT / folder)
    return root


@contextmanager
def sandboxed(root: Path) -> Iterator[Checkout]:
    """The checkout with a sandbox for the length of a block; what it could not verify is told at the end of the run."""
    running = process.start(root)
    try:
        yield Checkout(root, running)
        _unverified.update(
            (one["type"], one["property"], one["reason"]) for one in process.status(running)["unverified"]
        )
    finally:
        process.stop(root)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    with sandboxed(make_checkout(tmp_path_factory.mktemp("checkout"))) as made:
        yield made


@pytest.fixture(scope="session")
def staging(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """Staging, deployed once for all who read it back: whoever changes it by hand changes it back."""
    with sandboxed(make_checkout(tmp_path_factory.mktemp("staging"))) as made:
        made.ctl("up", "staging", "--yes", "--no-checkpoints")
        yield made


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the sandboxes took as it was asked for, and no test has seen AWS's way of."""
    if not _unverified:
        return
    terminalreporter.section("deployed, but not verified by the sandbox")
    for type_, property_, reason in sorted(_unverified):
        terminalreporter.line(f"{type_} {property_}: {reason}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs the engine: `-m "not engine"` leaves it out."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.engine)
