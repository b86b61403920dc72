"""A program that waits for the engine in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from platformctl.errors import CommandError
from platformctl.project import Project

# Of the shell, what could reach an account, or people's own Pulumi: a change under review may be anybody's.
_KEPT_BACK = ("AWS_", "PULUMI_", "GITHUB_", "ACTIONS_", "KUBECONFIG")


def around() -> dict[str, str]:
    """The environment of what runs a revision's program: this process's, without credentials."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_KEPT_BACK)}


@dataclass(frozen=True)
class Program:
    """The program of one revision, and what it told; `shown` is the revision as people know it."""

    project: Project
    environment: str
    shown: str
    process: "subprocess.Popen[str]"
    folder: Path

    @cached_property
    def settings(self) -> Any:
        """What its settings say of account and policy; CommandError for those that are not valid."""
        _, facts = self._told
        if "error" in facts:
            file = self.project.shown(self.project.settings_file(self.environment))
            raise CommandError(f"{file} of {self.shown} is not valid:\n{facts['error']}")
        return SimpleNamespace(**{key: SimpleNamespace(**values) for key, values in facts.items()})

    @property
    def option(self) -> str:
        """The engine's option to run this."""
        first, _ = self._told
        return f"--client=127.0.0.1:{first['port']}"

    @property
    def registered(self) -> dict[str, dict[str, Any]]:
        """By URN what the program asked for and what the engine answered; empty before it has ended."""
        file = self.folder / "registered"
        found: dict[str, dict[str, Any]] = json.loads(file.read_text()) if file.exists() else {}
        return found

    @cached_property
    def _told(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The two lines that the process prints."""
        first, second = (self.process.stdout.readline() if self.process.stdout else "" for _ in range(2))
        if not second:
            last = (self.folder / "said").read_text().strip().splitlines() or ["it ended without a word"]
            raise CommandError(f"the settings of {self.shown} cannot be read: {last[-1]}")
        return json.loads(first), json.loads(second)


@contextmanager
def waiting(project: Project, environment: str, shown: str, folder: Path) -> Iterator[Program]:
    """Starts the process, which loads the SDK at once; it ends with the block. `folder` is for its files."""
    folder.mkdir()
    request = {
        "root": str(project.root),
        "folder": str(project.folder),
        "program": str(project.program),
        "settings": str(project.settings_file(environment)),
        "target": str(folder / "registered"),
    }
    (folder / "request").write_text(json.dumps(request))
    line = [sys.executable, "-P", "-m", "platformctl.diff.host", str(folder / "request")]
    with (folder / "said").open("w") as said:
        process = subprocess.Popen(  # noqa: S603  our own interpreter and module
            line,
            cwd=project.folder,
            env=around(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            start_new_session=True,  # Ctrl-C reaches the engine first, which asks for no more
        )
    try:
        yield Program(project, environment, shown, process, folder)
    finally:
        process.kill()
        process.communicate()
