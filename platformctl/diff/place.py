"""A private sandbox for one comparison, and the state that stands in it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformctl.diff.program import Program, around
from platformctl.errors import CommandError
from platformctl.project import Project
from platformctl.target import Target, engine_path, settings_without_secrets_provider
from sandbox import process

Checkpoint = dict[str, Any]  # the file of a stack, as the engine's file backend keeps it


@contextmanager
def private(project: Project, *, cloud: bool) -> Iterator[process.Running]:
    """A sandbox that ends with the block. Without a `cloud` it can preview, and make nothing."""
    try:
        with process.temporary(project.root, cloud=cloud) as running:
            yield running
    except process.SandboxError as error:
        raise CommandError(str(error)) from None


def target(program: Program, running: process.Running) -> Target:
    """What the engine is started with to run the program there."""
    settings, environment = program.settings, program.environment
    project = _Told(program.project.root, program.project.key, settings)
    variables = process.environment(running, settings.account.id, settings.account.region)
    own = {"PULUMI_STACK": environment, "PATH": engine_path()}
    copy = settings_without_secrets_provider(project, environment, running)
    return Target(project, environment, {**around(), **variables, **own}, running, copy)


@dataclass(frozen=True)
class _Told(Project):
    """A project whose settings its own process has read: in this one its modules would be those of the checkout."""

    told: Any = None

    def settings(self, environment: str) -> Any:  # noqa: ARG002  a program runs for one environment
        return self.told


def empty(project: Project, environment: str) -> Checkpoint:
    """The file of a stack that holds nothing, as `pulumi stack init` begins it."""
    return {"version": 3, "checkpoint": {"stack": f"organization/{project.name}/{environment}"}}


def put(target: Target, checkpoint: Checkpoint) -> None:
    """Makes this the stack of the target's sandbox."""
    file = _file(target)
    file.parent.mkdir(parents=True)
    (file.parent.parent.parent / "meta.yaml").write_text("version: 1\n")  # of the backend: stacks are kept by project
    file.write_text(json.dumps(checkpoint))


def taken(target: Target) -> Checkpoint:
    """The stack of the target's sandbox, as the engine has left it."""
    found: Checkpoint = json.loads(_file(target).read_text())
    return found


def _file(target: Target) -> Path:
    assert target.sandbox
    folder = target.sandbox.directory / "state" / ".pulumi" / "stacks" / target.project.name
    return folder / f"{target.environment}.json"


def exported(checkpoint: Checkpoint) -> dict[str, Any]:
    """The same as `pulumi stack export` prints it."""
    return {"version": checkpoint["version"], "deployment": checkpoint["checkpoint"].get("latest") or {"manifest": {}}}


def resources(checkpoint: Checkpoint) -> list[dict[str, Any]]:
    """What the state lists."""
    return exported(checkpoint)["deployment"].get("resources") or []
