"""A private sandbox for one comparison, and the state that stands in it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from os.path import normpath
from pathlib import Path
from typing import Any

from platformctl.diff.program import Program, around
from platformctl.errors import CommandError
from platformctl.project import Project
from platformctl.target import Target, engine_path, settings_without_secrets_provider
from sandbox import process

_PROJECT = "project:///"
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


def exported(project: Project, checkpoint: Checkpoint) -> dict[str, Any]:
    """The same as `pulumi stack export` prints it, in the form of `tidy`."""
    latest = checkpoint["checkpoint"].get("latest") or {"manifest": {}}
    folder = project.shown(project.folder)
    found = [tidy(one, folder) for one in resources(checkpoint)]
    return {"version": checkpoint["version"], "deployment": {**latest, "resources": found}}


def tidy(resource: dict[str, Any], folder: str = ".") -> dict[str, Any]:
    """A resource of a state with what it depends on in order, which the SDK tells in any, and with its line of the
    program named as from the checkout: the engine names it as from the project's `folder`.
    """
    path, _, line = resource.get("sourcePosition", "").removeprefix(_PROJECT).partition("#")
    place = normpath(f"{folder}/{path}")
    own = bool(line) and not place.startswith(("..", "/"))  # the SDK makes the stack itself
    uses = resource.get("propertyDependencies") or {}
    return {
        **resource,
        "dependencies": sorted(resource.get("dependencies") or ()),
        "propertyDependencies": {key: sorted(urns or ()) for key, urns in sorted(uses.items())},
        "sourcePosition": f"{_PROJECT}{place}#{line}" if own else "",
    }


def resources(checkpoint: Checkpoint) -> list[dict[str, Any]]:
    """What the state lists."""
    return (checkpoint["checkpoint"].get("latest") or {}).get("resources") or []
